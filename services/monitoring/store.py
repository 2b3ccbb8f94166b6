"""All SQL over facts, links and cells. Nothing here commits, and nothing decides."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, select, update

from services.monitoring.domain import FactKey
from services.monitoring.indicators.definition import Key
from services.monitoring.records import Unit
from services.monitoring.tables import cell, fact, link, membership, source_clock
from services.monitoring.timeline import Span
from shared.clock import noon
from shared.database.bulk import add_up, among, insert_rows, upsert
from shared.database.engine import UtcDateTime
from shared.database.errors import TryAgain
from shared.events.days import jakarta_day

Links = dict[tuple[str, str], tuple[str, str]]
"""`(person, since) -> (until, kabupaten)`."""
JOIN_LOCK = 5_203_742
"""Advisory lock on PostgreSQL over links and memberships."""
DISTRICT = 5
"""Characters of a kabupaten's code."""
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


def latest_times(connection: Connection, now: datetime | None = None) -> dict[str, datetime]:
    """The latest moment of each source at which a fact that counts happened.

    With `now`, facts of a later day in Jakarta are left out: earlier versions took them in.
    """
    query = select(source_clock.c.source, func.max(source_clock.c.latest, type_=UtcDateTime))
    if now is not None:
        query = query.where(source_clock.c.latest <= max(now, noon(jakarta_day(now))))
    query = query.group_by(source_clock.c.source).order_by(source_clock.c.source)
    return {row[0]: row[1] for row in connection.execute(query)}


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


def joined_by_district(connection: Connection, month: str) -> dict[str, int]:
    """Families with a member at a month's end, by kabupaten, from the cells of indicator 01."""
    total = func.sum(cell.c.value)
    query = (
        select(cell.c.region, total)
        .where(cell.c.part == "i01.flow", cell.c.band == "joined", cell.c.period <= month)
        .where(func.length(cell.c.region) == DISTRICT)
        .group_by(cell.c.region)
    )
    return {region: int(count) for region, count in connection.execute(query)}


def unbalanced_bands(connection: Connection) -> list[Row[Any]]:
    """Places and months where joined, not joined and unknown do not add up to enrolled."""
    signed = case((cell.c.band == "enrolled", -cell.c.value), else_=cell.c.value)
    return _unbalanced(connection, signed, cell.c.region, cell.c.period)


def unbalanced_districts(connection: Connection) -> list[Row[Any]]:
    """Kabupaten, months and bands where the kecamatan do not add up to the kabupaten."""
    whole = func.length(cell.c.region) == DISTRICT
    district = func.substr(cell.c.region, 1, DISTRICT)
    signed = case((whole, -cell.c.value), else_=cell.c.value)
    return _unbalanced(connection, signed, district, cell.c.period, cell.c.band)


def _unbalanced(connection: Connection, signed: Any, *group: Any) -> list[Row[Any]]:
    query = select(*group).where(cell.c.part == "i01.flow").group_by(*group)
    return list(connection.execute(query.having(func.sum(signed) != 0)))


def lock_join(connection: Connection) -> None:
    """Let nobody else change who is in which family or who is a member until the transaction ends.

    On PostgreSQL two replicas may meet on a family and its members: the second waits here and then
    sees what the first wrote. SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(JOIN_LOCK)))


def hold(connection: Connection, keys: Collection[FactKey]) -> dict[FactKey, tuple[str, str]]:
    """State and contributions of these facts, locked in key order; unknown keys are absent."""
    if connection.dialect.name == "postgresql" and keys:
        # before any fact, in the order in which a release locks the tables
        connection.exec_driver_sql("LOCK TABLE cell IN ROW EXCLUSIVE MODE")
    found: dict[FactKey, tuple[str, str]] = {}
    for unit, names in sorted(_by_unit(keys).items()):
        query = select(fact.c.key, fact.c.state, fact.c.contributed)
        query = query.where(fact.c.unit == unit, among(connection, fact.c.key, names))
        for name, state, contributed in connection.execute(
            query.order_by(fact.c.key).with_for_update()
        ):
            found[unit, name] = (state, contributed)
    return found


def fact_keys(connection: Connection) -> list[FactKey]:
    """Every fact there is."""
    return [(unit, key) for unit, key in connection.execute(select(fact.c.unit, fact.c.key))]


def save_facts(
    connection: Connection, rows: Mapping[FactKey, tuple[str, str]], held: Container[FactKey]
) -> None:
    """Write states and contributions, in key order; `held` are the facts that were there.

    Raises:
        TryAgain: another replica has made one of the others meanwhile.
    """
    upsert(connection, fact, [_fact_row(key, *rows[key]) for key in sorted(rows) if key in held])
    fresh = [_fact_row(key, *rows[key]) for key in sorted(rows) if key not in held]
    if not fresh:
        return
    if connection.dialect.name != "postgresql":
        upsert(connection, fact, fresh)
    elif insert_rows(connection, fact, fresh, "ON CONFLICT DO NOTHING") < len(fresh):
        raise TryAgain("a new fact was made by another replica")


def families_listing(connection: Connection, persons: Iterable[str]) -> set[str]:
    """The enrolled families that list, or once listed, one of these persons."""
    wanted = sorted(persons)
    if not wanted:
        return set()
    query = select(link.c.family).where(among(connection, link.c.person, wanted))
    return set(connection.execute(query).scalars())


def links(connection: Connection, families: Iterable[str]) -> dict[str, Links]:
    """The stored links of these families."""
    found: dict[str, Links] = defaultdict(dict)
    wanted = sorted(families)
    if wanted:
        query = select(link).where(among(connection, link.c.family, wanted))
        for family, person, since, until, district in connection.execute(query):
            found[family][person, since] = (until, district)
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
    wanted = sorted(persons)
    if wanted:
        query = select(membership).where(among(connection, membership.c.person, wanted))
        for person, key, since, until in connection.execute(query):
            found[person][key] = (since, until)
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
    rows = [
        {**dict(zip(_CELL_KEYS, key, strict=True)), "value": deltas[key]}
        for key in sorted(deltas)
        if deltas[key]
    ]
    add_up(connection, cell, rows, "value")


def add_to_marks(connection: Connection, deltas: Mapping[tuple[str, str], int]) -> None:
    """Add to the numbers of facts by source and moment, in key order; see `marks`."""
    rows = [
        {
            "source": source,
            "latest": datetime.fromisoformat(moment),
            "facts": deltas[source, moment],
        }
        for source, moment in sorted(deltas)
        if deltas[source, moment]
    ]
    add_up(connection, source_clock, rows, "facts")


def forget_derived(connection: Connection) -> None:
    """Remove everything that can be made again from the facts' states."""
    for table in (cell, link, membership, source_clock):
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
