"""`lintas import --closes 2026-06 --area 35.09`: what is asked, and what an officer reads."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from lintas.main import app

CLOSING = {"list": "MEMBERS", "district": "35.09", "month": "2026-06", "nil": False}
REASON = {"code": "CLOSING_REJECTED", "message": "1 baris ditolak", "remedy": "perbaiki"}
REJECT = {"line": 3, "field": "nik", "code": "NIK_LENGTH", "message": "m", "remedy": "r"}


class Office:
    """A service that answers every import alike and remembers what was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: dict[str, Any]) -> None:
        self.asked: list[dict[str, str]] = []
        self._body = "".join(json.dumps(line) + "\n" for line in lines)
        transport = httpx.MockTransport(self._answer)
        monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=transport))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(dict(request.url.params))
        return httpx.Response(200, text=self._body)


def last(status: str, *, rejected: int = 0, **other: str) -> dict[str, Any]:
    """The last line of an answer about one good row and the refused ones."""
    totals = {"rows": 1 + rejected, "accepted": 1, "duplicates": 0, "rejected": rejected}
    return {"done": True, **totals, "closing": {**CLOSING, "status": status, **other}}


def run(tmp_path: Path, *options: str) -> tuple[int, str]:
    """Exit code and all that the command says, on one line."""
    path = tmp_path / "anggota.csv"
    path.write_text("nik\n1\n2\n", encoding="utf-8")
    asked = ["import", "--url", "http://office", "--token", "t", "members", str(path), *options]
    result = CliRunner().invoke(app, asked, env={"COLUMNS": "200"})
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ([], {}),
        (["--closes", "2026-06", "--area", "35.09"], {"closes": "2026-06", "area": "35.09"}),
        (
            ["--closes", "2026-06", "--area", "35.09", "--nil"],
            {"closes": "2026-06", "area": "35.09", "nil": "true"},
        ),
    ],
)
def test_the_address_names_what_the_options_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], asked: dict[str, str]
) -> None:
    """And nothing where there are none."""
    office = Office(monkeypatch, last("accepted"))
    assert run(tmp_path, *options)[0] == 0
    assert office.asked == [asked]


def test_a_month_that_stays_open_ends_with_1_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script sees it, and so does an officer, after the refused rows."""
    Office(monkeypatch, REJECT, last("refused", rejected=1, **REASON))
    code, said = run(tmp_path, "--closes", "2026-06", "--area", "35.09")
    assert code == 1
    assert "MONTH NOT CLOSED: MEMBERS 35.09 2026-06" in said
    assert "CLOSING_REJECTED: 1 baris ditolak -> perbaiki" in said


@pytest.mark.parametrize(
    ("status", "words"), [("accepted", "month closed"), ("duplicate", "was closed before")]
)
def test_a_closed_month_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, words: str
) -> None:
    """Also one that had been closed before."""
    Office(monkeypatch, last(status))
    code, said = run(tmp_path, "--closes", "2026-06", "--area", "35.09")
    assert (code, f"{words}: MEMBERS 35.09 2026-06" in said) == (0, True)


@pytest.mark.parametrize("options", [["--closes", "2026-06"], ["--area", "35.09"], ["--nil"]])
def test_half_a_question_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    """A month without its area closes nothing, so it is not passed over in silence."""
    office = Office(monkeypatch, last("accepted"))
    code, said = run(tmp_path, *options)
    assert (code, "go together" in said, office.asked) == (2, True, [])
