"""All SQL over who has closed which month, as of a cut. It decides nothing.

A nation has hundreds of thousands of such cells: each question reads the few that it needs.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, true, tuple_

from services.monitoring.release.reports import CLOSED, EXPECTED
from services.monitoring.reporting import Reported
from services.monitoring.tables import cell
from shared.database.areas import EVERYWHERE, within

Place = tuple[str, str]
"""A kabupaten and a list."""
_OWED, _DONE = cell.alias("owed").c, cell.alias("done").c


def last_month(connection: Connection, cut: int) -> str | None:
    """The last month that anybody is expected to close."""
    query = select(func.max(_OWED.period)).where(_part(_OWED, cut, EXPECTED))
    return connection.execute(query).scalar()


def complete_until(
    connection: Connection, cut: int, area: str | None, lists: Collection[str]
) -> str | None:
    """The last month up to which every expected list is closed; none where the first is open."""
    owed = _part(_OWED, cut, EXPECTED), _among(_OWED, area, lists)
    first_open = connection.execute(
        select(func.min(_OWED.period)).where(*owed, ~_is_closed(cut))
    ).scalar()
    before = _OWED.period < first_open if first_open else true()
    return connection.execute(select(func.max(_OWED.period)).where(*owed, before)).scalar()


def of_month(
    connection: Connection, cut: int, month: str, area: str | None, lists: Collection[str]
) -> list[Reported]:
    """What is expected or closed in a month, by kabupaten and list."""
    owed, done = (
        {(row.region, row.band) for row in connection.execute(query)}
        for query in (
            select(side.region, side.band).where(
                _part(side, cut, part), side.period == month, _among(side, area, lists)
            )
            for side, part in ((_OWED, EXPECTED), (_DONE, CLOSED))
        )
    )
    return sorted(
        Reported(
            month, region, band, expected=(region, band) in owed, closed=(region, band) in done
        )
        for region, band in owed | done
    )


def open_after(
    connection: Connection, cut: int, area: str | None, after: Place, until: str, limit: int
) -> list[Reported]:
    """Every month up to `until` that the next kabupaten and lists have not closed."""
    place = tuple_(_OWED.region, _OWED.band)
    still_open = and_(
        _part(_OWED, cut, EXPECTED),
        _among(_OWED, area, ()),
        _OWED.period <= until,
        place > after,
        ~_is_closed(cut),
    )
    next_ones = select(_OWED.region, _OWED.band).where(still_open).distinct()
    page = connection.execute(next_ones.order_by(_OWED.region, _OWED.band).limit(limit)).all()
    if not page:
        return []
    rows = select(_OWED.period, _OWED.region, _OWED.band).where(
        still_open, place <= tuple(page[-1])
    )
    return _open(connection.execute(rows))


def _open(rows: Iterable[Any]) -> list[Reported]:
    return sorted(
        Reported(row.period, row.region, row.band, expected=True, closed=False) for row in rows
    )


def _part(side: Any, cut: int, part: str) -> ColumnElement[bool]:
    return and_(side.cut == cut, side.part == part)


def _among(side: Any, area: str | None, lists: Collection[str]) -> ColumnElement[bool]:
    here = within(side.region, area or EVERYWHERE)
    return and_(here, side.band.in_(sorted(lists))) if lists else here


def _is_closed(cut: int) -> ColumnElement[bool]:
    same = and_(
        _DONE.region == _OWED.region, _DONE.period == _OWED.period, _DONE.band == _OWED.band
    )
    return exists().where(_part(_DONE, cut, CLOSED), same)
