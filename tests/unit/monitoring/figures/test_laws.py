"""The laws of figures over random worlds, against a slow reference that knows no SQL.

A cell is a function of the set of events: order, repetition, batches and the way in which the rows
are stored change nothing.
"""

from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from services.monitoring.figures.compute import cells, latest_times
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.log.columns import tables_of
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import LogSnapshot
from shared.events.envelope import Event
from tests.kit.depth import examples
from tests.kit.figures import LATER, cells_of_events, exact_cells, opened, plain_of
from tests.kit.random_world import world
from tests.kit.story import Story
from tests.reference import reference

pytestmark = pytest.mark.long

LAWS = examples(3, suppress_health_check=list(HealthCheck))
STOCKS = {
    part
    for one in DEFINITIONS.values()
    for part, words in one.header.parts.items()
    if words.kind == "stock"
    or part in ("i07.enrolled", "i08.attainment", "i28.members_side", "i29.by_cooperative")
}
SEEDS, SIZES = st.integers(0, 2**32), st.integers(1, 80)


Exact = dict[tuple[str, str, str, str, str], int]


def referred(events: list[Event]) -> Exact:
    """The cells by the reference."""
    counted: Exact = reference.cells([plain_of(one) for one in events])
    return counted


def counted(events: list[Event]) -> Exact:
    """The cells by the SQL files."""
    with opened(events) as duck:
        return exact_cells(cells(duck))


def numbered(events: list[Event]) -> list[Event]:
    """Events as their sources number them: 1, 2, 3 ... each."""
    counts: dict[str, int] = {}
    found = []
    for one in events:
        counts[one.source] = counts.get(one.source, 0) + 1
        found.append(one._replace(sequence=counts[one.source]))
    return found


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_cells_are_those_of_the_reference(seed: int, size: int) -> None:
    """With corrections, moves, several enrolments, late events."""
    events = world(seed, size)
    assert counted(events) == referred(events)


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_order_repetition_and_lots_change_no_cell_and_no_mark(seed: int, size: int) -> None:
    """The rows in any order and in any number of lots; some events under a second sequence."""
    random, events = Random(seed), world(seed, size)
    again = [
        one._replace(sequence=one.sequence + 10_000) for one in events if random.random() < 0.2
    ]
    arriving = [*events, *again]
    random.shuffle(arriving)
    lots: list[dict[str, pa.Table]] = []
    while arriving:
        place = random.randint(1, len(arriving))
        lots.append(tables_of(arriving[:place]))
        arriving = arriving[place:]
    with opened(events) as once, opened([], *lots) as lot_by_lot:
        assert list(cells(lot_by_lot)) == list(cells(once))
        assert latest_times(lot_by_lot, LATER) == latest_times(once, LATER)


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_a_cut_of_the_log_has_the_cells_of_its_events(
    tmp_path_factory: pytest.TempPathFactory, seed: int, size: int
) -> None:
    """Whatever lies in files and whatever in recent rows, and however far each source is read."""
    random, events = Random(seed), numbered(world(seed, size))
    cut = {one: random.randint(0, size) for one in sorted({one.source for one in events})}
    random.shuffle(events)
    seen = stored(tmp_path_factory.mktemp("log"), events, random.randint(0, size))
    with open_log(
        seen, cut, memory="200MB", threads=1, spill=tmp_path_factory.getbasetemp()
    ) as duck:
        found = exact_cells(cells(duck))
    assert found == referred([one for one in events if one.sequence <= cut[one.source]])


def stored(folder: Path, events: list[Event], place: int) -> LogSnapshot:
    """The events before a place in two files a table, the others in recent rows."""
    files: dict[str, list[Path]] = {}
    for number, lot in enumerate((events[: place // 2], events[place // 2 : place])):
        for table, rows in tables_of(lot).items():
            files.setdefault(table, []).append(folder / f"{table}-{number}.parquet")
            pq.write_table(rows, files[table][-1])
    return LogSnapshot(files, tables_of(events[place:]))


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_no_stock_is_ever_negative(seed: int, size: int) -> None:
    """Flows may be negative; what they add up to may not, at any month's end of any cut."""
    events = numbered(world(seed, size))
    cut = Random(seed).randint(1, size)
    stocks: dict[tuple[str, str, str], int] = {}
    found = cells_of_events([one for one in events if one.sequence <= cut])
    for (part, region, _, band), value in sorted(found.items(), key=lambda one: one[0][2]):
        if part in STOCKS:
            stocks[part, region, band] = stocks.get((part, region, band), 0) + value
            assert stocks[part, region, band] >= 0
        else:
            assert value > 0, part


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_the_constraints_of_01_hold_at_every_place_and_month(seed: int, size: int) -> None:
    """Bands add up to the enrolled, kecamatan to their kabupaten, the members' side to the joined."""
    balance: dict[tuple[str, ...], int] = {}
    for (part, region, month, band), value in cells_of_events(world(seed, size)).items():
        if part == "i01.flow":
            _add(balance, ("bands", region, month), value if band == "enrolled" else -value)
            sign = 1 if len(region) == len("35.09") else -1
            _add(balance, ("levels", region[:5], month, band), sign * value)
        joined = part == "i01.flow" and band == "joined" and len(region) == len("35.09")
        if joined or part == "i28.members_side":
            _add(balance, ("sides", region, month), value if joined else -value)
    assert set(balance.values()) <= {0}


def _add(balance: dict[tuple[str, ...], int], key: tuple[str, ...], value: int) -> None:
    balance[key] = balance.get(key, 0) + value


@LAWS
@given(seed=SEEDS, size=SIZES)
def test_what_is_taken_back_leaves_no_cell_and_no_mark(seed: int, size: int) -> None:
    """The figures forget what never happened."""
    story = Story()
    story.events = world(seed, size)
    for one in [event for event in story.events if ".fact." not in event.type]:
        story.correct(one, recorded=10_000)
    with opened(story.events) as duck:
        assert (list(cells(duck)), latest_times(duck, LATER)) == ([], {})


def test_a_poisoned_date_costs_no_rows() -> None:
    """A family of 1970 that leaves in 2999: two months with cells, not twelve thousand."""
    story = Story()
    story.enrol("f", "1970-01-05", "p")
    story.leave("f", "2999-12-31")
    story.attend("f", "2999-01-01")
    found = counted(story.events)
    assert {key[2] for key in found} == {"1970-01", "2999-12"}
    assert found == referred(story.events)
