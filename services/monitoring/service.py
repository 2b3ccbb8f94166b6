"""The use cases of monitoring: order a release, describe figures and progress."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from services.monitoring import CARD, reporting, reporting_store, store
from services.monitoring.exact import exact_figures, require_readable
from services.monitoring.facilitators import facilitator_figures
from services.monitoring.figures.compute import NIL_DENIED
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.release import store as release_store
from services.monitoring.release import taken_cuts
from services.monitoring.release.taken_cuts import TakenCut
from services.monitoring.release.vector_marks import new_salt
from services.monitoring.schemas import (
    Cuts,
    CutShown,
    Definition,
    Definitions,
    DeniedNil,
    DeniedNils,
    OverdueReport,
    OverdueReports,
    ReleaseOrder,
    ReportedMonth,
    Reporting,
    SourceWatermark,
    Watermarks,
)
from shared.events.days import jakarta_day, last_ended_month
from shared.ids import new_uuid7
from shared.security.tokens import ANYWHERE

CUTS_SHOWN = 100

__all__ = [
    "describe_cuts",
    "describe_indicators",
    "describe_reporting",
    "describe_watermarks",
    "exact_figures",
    "facilitator_figures",
    "list_denied_nils",
    "list_overdue",
    "order_release",
    "require_readable",
]


def order_release(
    connection: Connection, definitions: Mapping[str, str], order: ReleaseOrder, now: datetime
) -> CutShown:
    """Take a cut of all that is complete now and stage its event; its release is made afterwards.

    Raises:
        Refusal: NOT_COMPLETE.
    """
    cut = taken_cuts.take_cut(
        connection,
        definitions,
        now=now,
        id=new_uuid7(now),
        salt=new_salt(),
        until=order.until,
        cause=order.cause,
    )
    return _shown(cut, released=False)


def describe_cuts(connection: Connection) -> Cuts:
    """The newest cuts, and which of them are released."""
    newest = release_store.latest_mark(connection)
    released = newest.number if newest else 0  # releases are made in order of their numbers
    found = taken_cuts.cuts(connection, CUTS_SHOWN)
    return Cuts(cuts=[_shown(one, released=one.number <= released) for one in found])


def _shown(cut: TakenCut, *, released: bool) -> CutShown:
    return CutShown(
        number=cut.number,
        id=cut.id,
        until=cut.until,
        reason=cut.reason,
        cause=cut.cause,
        taken_on=jakarta_day(cut.taken_at),
        released=released,
    )


def describe_watermarks(connection: Connection, now: datetime) -> Watermarks:
    """To which day each source is complete, as of the newest cut."""
    cut = store.newest_cut(connection)
    latest = cut.latest if cut else {}
    return Watermarks(
        sources=[
            SourceWatermark(
                source=source,
                latest_on=latest[source].date() if source in latest else None,
                lag_days=max((now - latest[source]).days, 0) if source in latest else None,
            )
            for source in (topic.owner for topic in CARD.listens_to)
        ]
    )


def describe_reporting(
    connection: Connection,
    *,
    month: str | None,
    area: str | None,
    lists: Collection[str],
    only_open: bool,
) -> Reporting:
    """Who has closed a month, or has not, as of the newest cut."""
    cut = _number(connection)
    month = month or reporting_store.last_month(connection, cut)
    of_month = reporting_store.of_month(connection, cut, month, area, lists) if month else []
    owed = [one for one in of_month if one.expected]
    shown = [one for one in owed if not one.closed] if only_open else of_month
    return Reporting(
        month=month,
        complete_until=reporting_store.complete_until(connection, cut, area, lists),
        expected=len(owed),
        reporting=sum(one.closed for one in owed),
        reports=[ReportedMonth(**vars(one)) for one in shown],
    )


def list_overdue(
    connection: Connection, *, area: str | None, after: str | None, limit: int, today: date
) -> OverdueReports:
    """One page of the lists that have months open after their end, as of the newest cut."""
    district, _, name = (after or "").partition("/")
    start, until = (district, name), last_ended_month(today)
    cut = _number(connection)
    found = reporting_store.open_after(connection, cut, area, start, until, limit)
    page = reporting.overdue(found, today)
    last = page[-1] if len(page) == limit else None
    return OverdueReports(
        reports=[OverdueReport(**vars(one)) for one in page],
        next=f"{last.district}/{last.list}" if last else None,
    )


def list_denied_nils(connection: Connection, area: str) -> DeniedNils:
    """Months of an area that were closed as nil and have records, as of the newest cut."""
    cut = store.newest_cut(connection)
    found = store.cells_of_part(connection, cut.number, NIL_DENIED) if cut else []
    return DeniedNils(
        area=area,
        reports=[
            DeniedNil(district=one.region, list=one.band, month=one.period)
            for one in found
            if area in (ANYWHERE, one.region, one.region[:2])
        ],
    )


def _number(connection: Connection) -> int:
    """The number of the newest cut; 0 before the first."""
    cut = store.newest_cut(connection)
    return cut.number if cut else 0


def describe_indicators() -> Definitions:
    """Every definition with its hash."""
    return Definitions(
        indicators=[
            Definition(**definition.described(), sha256=definition.sha256)
            for definition in DEFINITIONS.values()
        ]
    )
