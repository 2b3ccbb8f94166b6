"""Tokens: kept as digests, bound to scopes and areas, ended at once by taking them out."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.security.tokens import Grant, TokenBook, issue, issued, revoke

NOW = datetime(2026, 7, 1, tzinfo=UTC)
USUAL: dict[str, Any] = {
    "name": "dinas",
    "agency": "COOPERATIVES",
    "scopes": ["cooperative:write"],
    "areas": ["35.09"],
    "expires": NOW + timedelta(days=1),
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An empty list of tokens."""
    path = tmp_path / "tokens.json"
    path.write_text('{"tokens": {}}')
    return path


def grant_of(path: Path, **changes: Any) -> Grant:
    """The grant behind a fresh token."""
    found = TokenBook(path).find(issue(path, **(USUAL | changes)), NOW)
    assert found is not None
    return found


def test_an_issued_token_is_found(path: Path) -> None:
    """With everything it was issued with."""
    grant = grant_of(path)
    assert (grant.name, grant.agency) == ("dinas", "COOPERATIVES")


def test_the_file_does_not_hold_the_token(path: Path) -> None:
    """Who reads the file cannot call; and only the owner reads it."""
    token = issue(path, **USUAL)
    assert token not in path.read_text()
    assert token.removeprefix("lintas_") not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600


def test_tokens_cannot_be_guessed(path: Path) -> None:
    """At least 256 bits, never twice."""
    tokens = {issue(path, **USUAL) for _ in range(20)}
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 43


def test_an_unknown_token_is_nobody(path: Path) -> None:
    """Nor is an empty one, the digest itself, or odd characters."""
    token = issue(path, **USUAL)
    digest = next(iter(json.loads(path.read_text())["tokens"]))
    book = TokenBook(path)
    for wrong in ("", token + "x", token[:-1], token.upper(), digest, "\x00", "\ud800", "é" * 99):
        assert book.find(wrong, NOW) is None


def test_an_expired_token_is_nobody(path: Path) -> None:
    """From its last moment on."""
    token, book = issue(path, **USUAL), TokenBook(path)
    assert book.find(token, USUAL["expires"] - timedelta(microseconds=1))
    assert book.find(token, USUAL["expires"]) is None


def test_a_scope_is_exactly_that_scope(path: Path) -> None:
    """Writing does not include reading, nor another service."""
    grant = grant_of(path)
    assert grant.allows("cooperative:write")
    for other in ("cooperative:read", "training:write", "cooperative:writ", "cooperative", "", "*"):
        assert not grant.allows(other)


@pytest.mark.parametrize(
    ("area", "region", "covered"),
    [
        ("35.09", "35.09", True),
        ("35.09", "35.09.30", True),
        ("35.09", "35.09.30.2009", True),
        ("35.09", "35.091", False),
        ("35.09", "35.10.01", False),
        ("35.09", "35", False),
        ("35.09.30", "35.09", False),
        ("35", "35.09.30.2009", True),
        ("*", "94.71", True),
        ("35.0", "35.09", False),
    ],
)
def test_an_area_covers_what_lies_in_it(path: Path, area: str, region: str, covered: bool) -> None:
    """By levels of the code, not by characters."""
    assert grant_of(path, areas=[area]).may_act_in(region) is covered


def test_several_areas_cover_each_their_own(path: Path) -> None:
    """Jember and Probolinggo, not what lies between."""
    grant = grant_of(path, areas=["35.13", "35.09"])
    assert [grant.may_act_in(code) for code in ("35.09.01", "35.13.01", "35.10.01")] == [
        True,
        True,
        False,
    ]


def test_a_book_sees_new_and_revoked_tokens_without_restart(path: Path) -> None:
    """The file is read again when it changes."""
    book = TokenBook(path)
    token = issue(path, **USUAL)
    assert book.find(token, NOW)
    assert revoke(path, "dinas") == 1
    assert book.find(token, NOW) is None


def test_one_token_of_a_name_is_revoked_by_its_id(path: Path) -> None:
    """The other one of the same holder goes on, in a book that is open."""
    book = TokenBook(path)
    first, second = issue(path, **USUAL), issue(path, **USUAL | {"areas": ["35.13"]})
    (short,) = [one for one, grant in issued(path).items() if grant.areas == ("35.09",)]
    assert revoke(path, id=short) == 1
    assert book.find(first, NOW) is None
    assert book.find(second, NOW)


@pytest.mark.parametrize("wanted", [{}, {"id": ""}, {"id": "0"}, {"name": "nobody"}])
def test_what_is_not_named_exactly_is_not_revoked(path: Path, wanted: dict[str, str]) -> None:
    """No prefix, no wildcard, nothing by default."""
    issue(path, **USUAL)
    assert revoke(path, **wanted) == 0
    assert len(issued(path)) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tokens": {"a": {}}}', '{"tokens": []}'])
def test_a_broken_file_admits_nobody(path: Path, content: str) -> None:
    """Also who was admitted before; and a mended file admits again."""
    book, token = TokenBook(path), issue(path, **USUAL)
    good = path.read_text()
    assert book.find(token, NOW)
    path.write_text(content)
    os.utime(path, ns=(1, 1))
    assert book.find(token, NOW) is None
    path.write_text(good)
    assert book.find(token, NOW)


def test_a_missing_file_admits_nobody(tmp_path: Path) -> None:
    """And is no error."""
    assert TokenBook(tmp_path / "none.json").find("x", NOW) is None


@pytest.mark.parametrize(
    "change",
    [
        {"agency": ""},
        {"scopes": []},
        {"areas": []},
        {"expires": datetime(2026, 1, 1)},
    ],
)
def test_a_token_without_limits_is_not_issued(path: Path, change: dict[str, Any]) -> None:
    """Every one has an agency, scopes, areas and an end."""
    with pytest.raises(ValueError, match="a token needs"):
        issue(path, **(USUAL | change))


def test_tokens_issued_at_once_are_all_kept(path: Path) -> None:
    """Two operators at the same moment."""
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda n: issue(path, **(USUAL | {"name": f"n{n}"})), range(24)))
    book = TokenBook(path)
    assert all(book.find(token, NOW) for token in tokens)


def test_the_first_end_is_that_of_a_token_that_is_still_valid(path: Path) -> None:
    """A token that has ended says nothing any more; without a valid one it is 0."""
    book = TokenBook(path)
    assert book.first_end(NOW) == 0
    for days in (-1, 30, 3):
        issue(path, **(USUAL | {"expires": NOW + timedelta(days=days)}))
    assert book.first_end(NOW) == (NOW + timedelta(days=3)).timestamp()
    assert book.first_end(NOW + timedelta(days=3)) == (NOW + timedelta(days=30)).timestamp()
