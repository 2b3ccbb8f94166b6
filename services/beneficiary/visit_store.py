"""The SQL of visits after graduations. It decides nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, delete, select

from services.beneficiary.follow_up import Visit, Visits
from services.beneficiary.tables import visit
from shared.database.bulk import among, upsert
from shared.events.base import DecileBand
from shared.events.beneficiary import BusinessState, SelfReliance, VisitOutcome


def visits(connection: Connection, families: Collection[str]) -> dict[str, Visits]:
    """The visits to these families, by pseudonym; a family without any is absent."""
    found = defaultdict[str, list[Visit]](list)
    query = select(visit).where(among(connection, visit.c.family, families)).order_by(visit.c.day)
    for row in connection.execute(query):
        found[row.family].append(_visit(row))
    return {family: Visits(family, tuple(made)) for family, made in found.items()}


def save_visits(connection: Connection, some: Iterable[Visits]) -> None:
    """Write these families' visits."""
    upsert(connection, visit, [_row(one, made) for one in some for made in one.made])


def rewrite_visits(connection: Connection, some: Collection[Visits]) -> None:
    """Write visits that may have become fewer."""
    for one in some:
        forget_visits(connection, one)
    save_visits(connection, some)


def forget_visits(connection: Connection, one: Visits) -> None:
    """Delete a family's visits, of which the last one was taken back."""
    connection.execute(delete(visit).where(visit.c.family == one.family))


def _row(one: Visits, made: Visit) -> dict[str, Any]:
    return {
        "family": one.family,
        "day": made.day,
        "outcome": made.outcome.value,
        "self_reliance": made.self_reliance.value if made.self_reliance else None,
        "business": made.business.value if made.business else None,
        "decile": made.decile,
        "band": made.band.value if made.band else None,
        "facilitator": made.facilitator,
    }


def _visit(row: Any) -> Visit:
    return Visit(
        day=row.day,
        outcome=VisitOutcome(row.outcome),
        self_reliance=SelfReliance(row.self_reliance) if row.self_reliance else None,
        business=BusinessState(row.business) if row.business else None,
        decile=row.decile,
        band=DecileBand(row.band) if row.band else None,
        facilitator=row.facilitator,
    )
