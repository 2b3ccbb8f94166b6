"""Log lines are JSON, and what looks like an identity or a telephone number is masked."""

import io
import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.observability.logs import MASK, configure, masked

NIK = "3509301703850001"


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a configured process writes to stderr."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    configure("cooperative", {})
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize(
    "text",
    [
        NIK,
        "3509 3017 0385 0001",
        "3509.3017.0385.0001",
        "35-09-30-170385-0001",
        "35093017038500011",
        f"'{NIK}'",
        f"nik={NIK};",
    ],
)
def test_identity_numbers_are_masked_however_they_are_grouped(text: str) -> None:
    """None of their last digits stays."""
    assert "0001" not in masked(f"before {text} after")
    assert MASK in masked(text)


@pytest.mark.parametrize(
    "text", ["081234567890", "+6281234567890", "62 812-3456-7890", "0812 3456 789"]
)
def test_telephone_numbers_are_masked(text: str) -> None:
    """As people write them."""
    assert masked(f"call {text}.") == f"call {MASK}."


@pytest.mark.parametrize(
    "text",
    [
        str(UUID(int=0x01234567_89AB_CDEF_0123_456789ABCDEF)),
        "2026-07-01T03:00:00.000000Z",
        "applied 120000 of 215000 in 12.5 s",
        "35.09.30.2009",
        "lintas.cooperative.v1",
    ],
)
def test_ordinary_text_stays_readable(text: str) -> None:
    """Ids, times, counts and region codes."""
    assert masked(text) == text


@given(st.from_regex(r"[1-9][0-9]{15}", fullmatch=True), st.text(max_size=20))
def test_no_sixteen_digits_pass(digits: str, around: str) -> None:
    """Whatever plain text is around them."""
    assert digits not in masked(f"{around} {digits} {around}")


def test_a_line_is_one_json_object(lines: io.StringIO) -> None:
    """With time, level, service, logger and message, whatever the message holds."""
    logging.getLogger("lintas.test").warning('a "quoted"\nmessage %d', 7)
    (line,) = lines.getvalue().splitlines()
    entry = json.loads(line)
    assert entry["message"] == 'a "quoted"\nmessage 7'
    assert (entry["level"], entry["service"], entry["logger"]) == (
        "WARNING",
        "cooperative",
        "lintas.test",
    )


def test_arguments_and_errors_are_masked_too(lines: io.StringIO) -> None:
    """A value can come by an argument or by the text of an error."""
    try:
        raise ValueError(f"bad number {NIK}")  # noqa: TRY301
    except ValueError:
        logging.getLogger("lintas.test").exception("row of %s", NIK)
    entry = json.loads(lines.getvalue())
    assert NIK not in json.dumps(entry)
    assert MASK in entry["message"]
    assert "ValueError" in entry["error"]


def test_the_level_comes_from_the_environment(lines: io.StringIO) -> None:
    """A wrong one is the usual one."""
    for level, expected in (("DEBUG", logging.DEBUG), ("nonsense", logging.INFO)):
        configure("cooperative", {"LINTAS_LOG_LEVEL": level})
        assert logging.getLogger().level == expected


def test_the_audit_is_written_at_every_level(lines: io.StringIO) -> None:
    """A quiet log hides nobody who reads exact figures; other information is left out."""
    configure("monitoring", {"LINTAS_LOG_LEVEL": "ERROR"})
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(lines)
    logging.getLogger("lintas.other").info("left out")
    logging.getLogger("lintas.audit").info("who read what")
    assert "who read what" in lines.getvalue()
    assert "left out" not in lines.getvalue()
