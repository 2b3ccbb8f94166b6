"""All SQL over facts, links and cells. Nothing here commits, and nothing decides."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, and_, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.monitoring.domain import FactKey, State
from services.monitoring.indicators.definition import Key
from services.monitoring.records import Unit
from services.monitoring.tables import cell, fact, link, membership, source_clock
from services.monitoring.timeline import Span
from shared.db import upsert

T = TypeVar("T")
Links = dict[tuple[str, str], tuple[str, str]]
"""`(person, since) -> (until, kabupaten)`."""
MAX_BOUND = 5_000
EMPTY_STATE = State().dumps()
_CELL_KEYS = ("part", "region", "period", "band")


class Cell(NamedTuple):
    """One cell: an indicator's part, where, when, which band, and the sum of contributions."""

    part: str
    region: str
    period: str
    band: str
    value: int


def cells(connection: Connection, part: str) -> Iterator[Cell]:
    """Every cell of a part (`i01.flow`), in the order of region, period and band."""
    found = connection.execute(select(cell).where(cell.c.part == part))
    # sorted here: two databases may order text differently
    yield from sorted(Cell(*row) for row in found)


def region_cells(connection: Connection, part: str, region: str) -> list[Cell]:
    """The cells of a part in one region."""
    query = select(cell).where(cell.c.part == part, cell.c.region == region)
    return sorted(Cell(*row) for row in connection.execute(query))


def latest_times(connection: Connection) -> dict[str, datetime]:
    """The latest event time seen from each source."""
    query = select(source_clock).order_by(source_clock.c.source)
    return {row.source: row.latest for row in connection.execute(query)}


def cooperative_side_joined(connection: Connection, on: date) -> dict[str, int]:
    """Families with a member at the end of a day, by kabupaten, counted from the members' side.

    It never looks at cells, so it can disagree with them; indicator 28 says by how much.
    """
    day = on.isoformat()
    query = (
        select(link.c.district, func.count(link.c.family.distinct()))
        .select_from(membership.join(link, membership.c.person == link.c.person))
        .where(
            and_(membership.c.since <= day, membership.c.until > day),
            and_(link.c.since <= day, link.c.until > day),
        )
        .group_by(link.c.district)
        .order_by(link.c.district)
    )
    return {district: int(count) for district, count in connection.execute(query)}


def lock(connection: Connection, keys: Iterable[FactKey]) -> None:
    """Hold the rows of these facts, made if missing, until the transaction ends; in key order.

    SQLite has one writer anyway. On PostgreSQL two replicas may meet on a family and its members:
    the second waits here and then sees what the first wrote.
    """
    if connection.dialect.name != "postgresql":
        return
    # before any fact, in the order in which a release locks the tables
    connection.exec_driver_sql("LOCK TABLE cell IN ROW EXCLUSIVE MODE")
    for part in _parts(sorted(keys)):
        rows = [_fact_row(key, EMPTY_STATE, "{}") for key in part]
        upsert(connection, fact, rows, replace=False)
        for unit, names in _by_unit(part).items():
            held = select(fact.c.key).where(fact.c.unit == unit, fact.c.key.in_(names))
            connection.execute(held.order_by(fact.c.key).with_for_update())


def facts(connection: Connection, keys: Iterable[FactKey]) -> dict[FactKey, tuple[str, str]]:
    """State and contributions of these facts, as they are stored; unknown keys are absent."""
    found: dict[FactKey, tuple[str, str]] = {}
    for part in _parts(sorted(keys)):
        for unit, names in _by_unit(part).items():
            query = select(fact.c.key, fact.c.state, fact.c.contributed)
            query = query.where(fact.c.unit == unit, fact.c.key.in_(names))
            for name, state, contributed in connection.execute(query):
                found[unit, name] = (state, contributed)
    return found


def fact_keys(connection: Connection) -> list[FactKey]:
    """Every fact there is."""
    return [(unit, key) for unit, key in connection.execute(select(fact.c.unit, fact.c.key))]


def save_facts(connection: Connection, rows: Mapping[FactKey, tuple[str, str]]) -> None:
    """Write states and contributions, in key order."""
    upsert(connection, fact, [_fact_row(key, *rows[key]) for key in sorted(rows)])


def families_listing(connection: Connection, persons: Iterable[str]) -> set[str]:
    """The enrolled families that list, or once listed, one of these persons."""
    found: set[str] = set()
    for part in _parts(sorted(persons)):
        query = select(link.c.family).where(link.c.person.in_(part))
        found.update(connection.execute(query).scalars())
    return found


def links(connection: Connection, families: Iterable[str]) -> dict[str, Links]:
    """The stored links of these families."""
    found: dict[str, Links] = defaultdict(dict)
    for part in _parts(sorted(families)):
        for row in connection.execute(select(link).where(link.c.family.in_(part))):
            found[row.family][row.person, row.since] = (row.until, row.district)
    return found


def save_links(
    connection: Connection, before: Mapping[str, Links], after: Mapping[str, Links]
) -> None:
    """Write the difference between the stored links of families and the right ones."""
    gone, fresh = [], []
    for family, right in sorted(after.items()):
        old = before.get(family, {})
        for person, since in sorted(old.keys() - right.keys()):
            gone.append({"f": family, "p": person, "s": since})
        for (person, since), (until, district) in sorted(right.items()):
            if old.get((person, since)) != (until, district):
                row = {"family": family, "person": person, "since": since}
                fresh.append({**row, "until": until, "district": district})
    same = (link.c.family == bindparam("f"), link.c.person == bindparam("p"))
    _each(connection, delete(link).where(*same, link.c.since == bindparam("s")), gone)
    upsert(connection, link, fresh)


def memberships(connection: Connection, persons: Iterable[str]) -> dict[str, dict[str, Span]]:
    """When these persons are active members, by membership; persons who never are are absent."""
    found: dict[str, dict[str, Span]] = defaultdict(dict)
    for part in _parts(sorted(persons)):
        for row in connection.execute(select(membership).where(membership.c.person.in_(part))):
            found[row.person][row.membership] = (row.since, row.until)
    return dict(found)


def save_memberships(
    connection: Connection,
    before: Mapping[str, Mapping[str, Span]],
    after: Mapping[str, Mapping[str, Span]],
) -> None:
    """Write the difference between the stored memberships of persons and the right ones."""
    gone, fresh = [], []
    for person, right in sorted(after.items()):
        old = before.get(person, {})
        gone += [{"p": person, "m": key} for key in sorted(old.keys() - right.keys())]
        for key, (since, until) in sorted(right.items()):
            fresh.append({"person": person, "membership": key, "since": since, "until": until})
    same = (membership.c.person == bindparam("p"), membership.c.membership == bindparam("m"))
    _each(connection, delete(membership).where(*same), gone)
    upsert(connection, membership, fresh)


def add_to_cells(connection: Connection, deltas: Mapping[Key, int]) -> None:
    """Add to cells, in key order; a cell that comes to zero is removed."""
    keys = [dict(zip(_CELL_KEYS, key, strict=True)) for key in sorted(deltas) if deltas[key]]
    if not keys:
        return
    rows = [{**key, "value": deltas[tuple(key.values())]} for key in keys]  # type: ignore[index]
    statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(cell)
    added = cell.c.value + statement.excluded.value
    _each(
        connection,
        statement.on_conflict_do_update(index_elements=_CELL_KEYS, set_={"value": added}),
        rows,
    )
    same = [cell.c[name] == bindparam(f"b_{name}") for name in _CELL_KEYS]
    bound = [{f"b_{name}": value for name, value in key.items()} for key in keys]
    _each(connection, delete(cell).where(*same, cell.c.value == 0), bound)


def move_clocks(connection: Connection, times: Mapping[str, datetime]) -> None:
    """Remember the latest event time of each source; it never goes back."""
    statement = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(
        source_clock
    )
    statement = statement.on_conflict_do_update(
        index_elements=["source"],
        set_={"latest": statement.excluded.latest},
        where=source_clock.c.latest < statement.excluded.latest,
    )
    _each(
        connection, statement, [{"source": name, "latest": times[name]} for name in sorted(times)]
    )


def forget_derived(connection: Connection) -> None:
    """Remove everything that can be made again from the facts' states."""
    for table in (cell, link, membership):
        connection.execute(delete(table))
    connection.execute(update(fact).values(contributed="{}"))


def _each(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(statement, list(rows))


def _fact_row(key: FactKey, state: str, contributed: str) -> dict[str, str]:
    return {"unit": key[0], "key": key[1], "state": state, "contributed": contributed}


def _by_unit(keys: Iterable[FactKey]) -> dict[Unit, list[str]]:
    found: dict[Unit, list[str]] = defaultdict(list)
    for unit, name in keys:
        found[unit].append(name)
    return found


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices below both databases' limit of bound values in one statement."""
    for start in range(0, len(items), MAX_BOUND):
        yield items[start : start + MAX_BOUND]
