"""All SQL of the housing service. Nothing here commits, and nothing decides."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from services.housing.domain import House
from services.housing.tables import house
from shared.application.register import Register
from shared.database.areas import within
from shared.database.bulk import upsert
from shared.database.locks import locked_rows
from shared.events.housing import Repair


def houses(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, House]:
    """The houses with these numbers (or ids), by number, locked to the transaction's end."""
    return {row.number: _house(row) for row in locked_rows(connection, house, house.c[by], wanted)}


def save_houses(connection: Connection, some: Iterable[House]) -> None:
    """Write these houses."""
    upsert(connection, house, [vars(one) | {"repair": one.repair.value} for one in some])


def houses_in(connection: Connection, area: str, *, after: UUID | None, limit: int) -> list[House]:
    """Houses of an area, in order of their ids."""
    query = select(house).where(within(house.c.region, area)).order_by(house.c.id).limit(limit)
    if after is not None:
        query = query.where(house.c.id > after)
    return [_house(row) for row in connection.execute(query)]


def _house(row: Row[Any]) -> House:
    return House(**row._asdict() | {"repair": Repair(row.repair)})


HOUSES = Register(
    table=house,
    load=houses,
    save=save_houses,
    key=lambda one: one.number,
    subject=lambda one: one.person,
    region=lambda one: one.region,
)
