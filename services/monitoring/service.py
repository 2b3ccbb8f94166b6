"""The use cases of monitoring: publish, describe figures and progress."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from services.monitoring import CARD, reporting, store
from services.monitoring.exact import exact_figures, require_readable
from services.monitoring.facilitators import facilitator_figures
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.release.manifest import sha256
from services.monitoring.release.publish import PublishContext, publish_release
from services.monitoring.release.reports import CLOSED, EXPECTED
from services.monitoring.schemas import (
    Definition,
    Definitions,
    ReleaseMade,
    ReportedMonth,
    Reporting,
    SourceWatermark,
    Watermarks,
)
from shared.ids import new_uuid7

__all__ = [
    "describe_indicators",
    "describe_reporting",
    "describe_watermarks",
    "exact_figures",
    "facilitator_figures",
    "publish",
    "require_readable",
]


def publish(
    connection: Connection, context: PublishContext, until: str | None, now: datetime
) -> ReleaseMade:
    """Make a release of the newest cut and stage its event."""
    made = publish_release(connection, context, now=now, id=new_uuid7(now), until=until)
    digest = sha256(made.figures)
    return ReleaseMade(id=made.id, number=made.number, until=made.until, sha256=digest)


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
    cut = store.newest_cut(connection)
    expected, closed = (
        store.cells_of_part(connection, cut.number, part) if cut else ()
        for part in (EXPECTED, CLOSED)
    )
    everything = reporting.reported(expected, closed)
    month = month or reporting.last_month(everything)
    own = reporting.selected(everything, area, lists)
    of_month = [one for one in own if one.month == month]
    owed = [one for one in of_month if one.expected]
    shown = [one for one in owed if not one.closed] if only_open else of_month
    return Reporting(
        month=month,
        complete_until=reporting.complete_until(own),
        expected=len(owed),
        reporting=sum(one.closed for one in owed),
        reports=[ReportedMonth(**vars(one)) for one in shown],
    )


def describe_indicators() -> Definitions:
    """Every definition with its hash."""
    return Definitions(
        indicators=[
            Definition(**definition.described(), sha256=definition.sha256)
            for definition in DEFINITIONS.values()
        ]
    )
