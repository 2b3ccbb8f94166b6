"""The list `reopenings`: a row works once, whatever happened to the month since."""

from collections.abc import Sequence

import pytest

from shared.application.reporting.reopening import closings, is_taken_back
from shared.events.base import Payload
from shared.events.reporting import ReopenReason, ReportClosed, ReportReopened
from tests.kit.door import Door, codes
from tests.unit.reporting.test_doors import (
    CLOSINGS,
    OBLIGATIONS,
    OPEN,
    correction,
    month,
    obligation,
)

PATH = "/v1/imports/reopenings"
HEADER = "daftar,kode_kabupaten,bulan,penutupan_ke,alasan\n"


def rows(*numbers: int, name: str = "2026-06") -> str:
    """A list that takes these closings of a month back."""
    return HEADER + "".join(f"SESI,35.09,{name},{number},terlambat\n" for number in numbers)


@pytest.fixture
def closed(door: Door) -> Door:
    """Sessions of Jember, June closed."""
    assert codes(door.items(OBLIGATIONS, obligation())) == ["accepted"]
    assert codes(door.items(CLOSINGS, month())) == ["accepted"]
    return door


def is_open(door: Door) -> bool:
    """Whether June waits for its closing."""
    reports = door.get(f"{OPEN}?area=35.09").json()["reports"]
    return "2026-06" in [one["month"] for one in reports]


def totals(door: Door, text: str) -> tuple[int, int, int]:
    """Accepted, already there and refused rows of a list."""
    last = door.upload(PATH, text)[-1]
    return last["accepted"], last["duplicates"], last["rejected"]


def test_a_row_takes_a_closing_back_and_is_there_when_sent_again(closed: Door) -> None:
    """With its reason; twice in one file too."""
    assert totals(closed, rows(1, 1)) == (1, 1, 0)
    assert is_open(closed)
    assert totals(closed, rows(1)) == (0, 1, 0)
    said = [one.data for one in closed.events() if isinstance(one.data, ReportReopened)]
    assert [one.reason for one in said] == [ReopenReason.LATE]


def test_an_old_file_does_not_reopen_a_later_closing(closed: Door) -> None:
    """Closed again: the first closing is taken back already, the second one has its own number."""
    totals(closed, rows(1))
    assert codes(closed.items(CLOSINGS, month())) == ["accepted"]
    assert totals(closed, rows(1)) == (0, 1, 0)
    assert not is_open(closed)
    assert totals(closed, rows(2)) == (1, 0, 0)
    assert is_open(closed)


def test_a_reopening_that_was_taken_back_is_not_repeated_by_its_file(closed: Door) -> None:
    """The month is closed once more, and stays so."""
    totals(closed, rows(1))
    reopened = closed.events()[-1]
    assert closed.post("/v1/corrections", correction(reopened, None)).status_code == 200
    assert not is_open(closed)
    assert totals(closed, rows(1)) == (0, 1, 0)
    assert not is_open(closed)


@pytest.mark.parametrize("name", ["2026-06", "2026-05"])
def test_a_closing_that_there_never_was_is_refused_with_how_many_there_are(
    closed: Door, name: str
) -> None:
    """In its own column."""
    refused, *_ = closed.upload(PATH, rows(2, name=name))
    assert (refused["code"], refused["field"]) == ("CLOSING_UNKNOWN", "penutupan_ke")
    assert str(int(name == "2026-06")) in refused["message"]


def test_a_closing_that_was_taken_back_itself_needs_no_reopening(closed: Door) -> None:
    """It is open already; its number stays its own."""
    closing = closed.events()[-1]
    assert closed.post("/v1/corrections", correction(closing, None)).status_code == 200
    assert totals(closed, rows(1)) == (0, 1, 0)
    assert codes(closed.items(CLOSINGS, month())) == ["accepted"]
    assert totals(closed, rows(1)) == (0, 1, 0)
    assert totals(closed, rows(2)) == (1, 0, 0)


def steps(*kinds: type[Payload]) -> Sequence[Payload]:
    """Steps of a report, of which the rule reads the kind alone."""
    return [kind.model_construct() for kind in kinds]


@pytest.mark.parametrize(
    ("said", "number", "back"),
    [
        ((ReportClosed,), 1, False),
        ((ReportClosed, ReportReopened), 1, True),
        ((ReportClosed, ReportReopened, ReportClosed), 1, True),
        ((ReportClosed, ReportReopened, ReportClosed), 2, False),
        ((ReportClosed, ReportClosed), 1, True),
    ],
)
def test_what_follows_a_closing_has_taken_it_back(
    said: tuple[type[Payload], ...], number: int, back: bool
) -> None:
    """A reopening, or a closing after one that a correction took back."""
    assert is_taken_back(steps(*said), number) is back
    assert closings(steps(*said)) >= number
