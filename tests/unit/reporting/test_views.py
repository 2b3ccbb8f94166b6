"""Monitoring's views of reporting: what is expected, what is complete, what offices count."""

from typing import Any

from services.monitoring.figures.compute import prepare
from services.monitoring.figures.files import VIEWS, views_read
from shared.events import beneficiary, cooperative
from shared.events.envelope import Event
from shared.events.reporting import (
    CountDeclared,
    ObligationSet,
    ReportClosed,
    ReportReopened,
    named_id,
)
from tests.kit.figures import opened
from tests.kit.story import Story, day

JEMBER, PROBOLINGGO = "35.09", "35.13"


class Reports(Story):
    """What offices say about their lists."""

    def oblige(
        self, name: str, first: str, last: str | None = None, version: int = 1, **other: str
    ) -> Event:
        """An obligation of a list in Jember, or elsewhere."""
        source, district = _where(other)
        key = named_id(source, name, district)
        data = ObligationSet(
            obligation=key,
            list=name,
            district=district,
            first_month=first,
            last_month=last,
            version=version,
        )
        return self.tell(str(key), data, source)

    def close(self, name: str, month: str, on: str, *, nil: bool = False, **other: str) -> Event:
        """A closing of a month."""
        source, district = _where(other)
        key = named_id(source, name, district, month)
        data = ReportClosed(
            report=key, list=name, district=district, month=month, nil=nil, closed_on=day(on)
        )
        return self.tell(str(key), data, source)

    def reopen(self, name: str, month: str, on: str, **other: str) -> Event:
        """A reopening of a month."""
        source, district = _where(other)
        key = named_id(source, name, district, month)
        data = ReportReopened(
            report=key,
            list=name,
            district=district,
            month=month,
            reason="LATE",
            reopened_on=day(on),
        )
        return self.tell(str(key), data, source)

    def declare(self, month: str, count: int, version: int, source: str) -> Event:
        """An office's own count in Jember."""
        key = named_id(source, "JOINED_FAMILIES", JEMBER, month)
        data = CountDeclared(
            declaration=key,
            measure="JOINED_FAMILIES",
            district=JEMBER,
            month=month,
            count=count,
            version=version,
        )
        return self.tell(str(key), data, source)

    def rows(self, columns: str, view: str) -> list[tuple[Any, ...]]:
        """These columns of a view over all events, in order."""
        query = f"select {columns} from {view} order by all"
        with opened(self.events) as duck:
            prepare(duck, {name: VIEWS[name] for name in views_read(query, VIEWS)})
            return duck.execute(query).fetchall()


def _where(other: dict[str, str]) -> tuple[str, str]:
    return other.get("source", beneficiary.SOURCE), other.get("district", JEMBER)


def test_a_month_is_expected_from_the_first_to_the_last_that_anybody_closed() -> None:
    """The highest version counts; an obligation that ended expects no more."""
    story = Reports()
    story.oblige("FAMILIES", "2025-01")
    story.oblige("FAMILIES", "2026-04", version=2)
    story.oblige("EXITS", "2026-04", "2026-04")
    story.oblige("REFERRALS", "2026-09")
    story.oblige("MEMBERS", "2026-05", source=cooperative.SOURCE, district=PROBOLINGGO)
    story.close("MEMBERS", "2026-05", "2026-06-02", source=cooperative.SOURCE)
    story.close("FAMILIES", "2026-06", "2026-07-01")
    story.reopen("FAMILIES", "2026-06", "2026-07-01")
    assert story.rows("list, district, month", "report_expected") == [
        ("EXITS", JEMBER, "2026-04"),
        ("FAMILIES", JEMBER, "2026-04"),
        ("FAMILIES", JEMBER, "2026-05"),
        ("FAMILIES", JEMBER, "2026-06"),
        ("MEMBERS", PROBOLINGGO, "2026-05"),
        ("MEMBERS", PROBOLINGGO, "2026-06"),
    ]


def test_nothing_is_expected_where_nobody_ever_closed_a_month() -> None:
    """No clock says that a month has ended."""
    story = Reports()
    story.oblige("FAMILIES", "2025-01")
    assert story.rows("list, month", "report_expected") == []


def test_three_records_with_a_slip_of_the_year_close_nothing() -> None:
    """Facts never do, whatever day they name; nor does a closing that is dated before its month ended."""
    story = Reports()
    story.oblige("FAMILIES", "2026-05")
    for family in ("a", "b", "c"):
        story.enrol(family, "2027-06-15", "d")
    assert story.rows("list, month", "report_complete") == []
    story.close("FAMILIES", "2027-05", "2026-06-02")
    story.close("FAMILIES", "2026-06", "2026-06-30")
    assert story.rows("list, month", "report_complete") == []
    assert story.rows("list, month", "report_expected") == []
    story.close("FAMILIES", "2026-05", "2026-06-01", nil=True)
    assert story.rows("list, month, nil", "report_complete") == [("FAMILIES", "2026-05", True)]


def test_the_last_step_counts_by_its_place_and_not_by_a_clock() -> None:
    """Recorded later and published earlier: the number decides; a mended step keeps its place."""
    story = Reports()
    closed = story.close("FAMILIES", "2026-05", "2026-06-02")
    opened_again = story.reopen("FAMILIES", "2026-05", "2026-06-01")
    assert story.rows("month", "report_complete") == []
    story.correct(closed, nil=True)
    assert story.rows("month", "report_complete") == []
    story.correct(opened_again)
    assert story.rows("month, nil", "report_complete") == [("2026-05", True)]
    story.correct(closed, recorded=900)
    assert story.rows("month", "report_complete") == []


def test_each_office_closes_for_itself() -> None:
    """The same month of another list, district or source stays open."""
    story = Reports()
    story.close("FAMILIES", "2026-05", "2026-06-02")
    story.close("MEMBERS", "2026-05", "2026-06-02", source=cooperative.SOURCE, district=PROBOLINGGO)
    assert story.rows("source, list, district", "report_complete") == [
        (beneficiary.SOURCE, "FAMILIES", JEMBER),
        (cooperative.SOURCE, "MEMBERS", PROBOLINGGO),
    ]


def test_the_highest_version_of_each_offices_count_counts() -> None:
    """Whatever came last; one that was taken back does not."""
    story = Reports()
    story.declare("2026-06", 901, 2, beneficiary.SOURCE)
    story.declare("2026-06", 895, 1, beneficiary.SOURCE)
    wrong = story.declare("2026-06", 9999, 3, beneficiary.SOURCE)
    story.declare("2026-06", 880, 1, cooperative.SOURCE)
    story.correct(wrong)
    assert story.rows("source, district, month, declared", "count_declared") == [
        (beneficiary.SOURCE, JEMBER, "2026-06", 901),
        (cooperative.SOURCE, JEMBER, "2026-06", 880),
    ]
