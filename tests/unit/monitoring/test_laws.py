"""The laws of monitoring over random worlds: order, repetition and batches change no cell."""

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from services.monitoring.figures.definitions import DEFINITIONS
from shared.events.envelope import Event
from tests.kit.depth import examples
from tests.kit.random_world import world
from tests.kit.story import Story
from tests.kit.story_log import StoryLog

LAWS = examples(15, suppress_health_check=list(HealthCheck))
STOCKS = ("i01.flow", "i21.registered", "i21.operating", "i28.members_side")
"""Some whose cells are net changes: in each world of the law about them."""
CHANGES = {"i07.enrolled", "i08.attainment", "i28.members_side", "i29.by_cooperative"} | {
    part
    for one in DEFINITIONS.values()
    for part, shape in one.header.parts.items()
    if shape.kind == "stock"
}
"""All parts whose cells are net changes."""


def parts_of(random: Random, definitions: int, *always: str) -> tuple[str, ...]:
    """All parts of a few definitions: planning all of them for each world costs minutes."""
    some = random.sample(list(DEFINITIONS.values()), definitions)
    needed = [one for one in DEFINITIONS.values() if not one.header.parts.keys().isdisjoint(always)]
    return tuple({part: None for one in some + needed for part in one.header.parts})


def delivered(events: list[Event], random: Random) -> StoryLog:
    """A log that has these events in random batches, in random order, some of them twice."""
    arriving = events + random.sample(events, random.randint(0, len(events)))
    random.shuffle(arriving)
    log = StoryLog()
    while arriving:
        size = random.randint(1, len(arriving))
        log.take(*arriving[:size])
        arriving = arriving[size:]
    return log


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_any_order_repetition_and_batching_gives_the_same_cells(seed: int, size: int) -> None:
    """Cells and marks are a function of the set of events."""
    events, parts = world(seed, size), parts_of(Random(seed), 5)
    some, all_at_once = delivered(events, Random(seed + 1)), StoryLog().take(*events)
    found, expected = some.cells(*parts), all_at_once.cells(*parts)
    assert (found, some.latest()) == (expected, all_at_once.latest())


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_no_stock_is_ever_negative_and_no_cell_is_zero(seed: int, size: int) -> None:
    """Flows may be negative; what they add up to may not, at any month's end, after any batch."""
    random = Random(seed)
    events, log, parts = world(seed, size), StoryLog(), parts_of(random, 2, *STOCKS)
    random.shuffle(events)
    while events:
        batch = random.randint(1, 40)
        log.take(*events[:batch])
        events = events[batch:]
        cells = log.cells(*parts)
        assert 0 not in cells.values()
        stocks: Counter[tuple[str, str, str]] = Counter()
        for (part, region, _, band), value in sorted(cells.items(), key=lambda one: one[0][2]):
            if part in CHANGES:
                stocks[part, region, band] += value
            else:
                assert value > 0
        assert min(stocks.values(), default=0) >= 0


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_bands_add_up_to_the_enrolled_and_kecamatan_to_their_kabupaten(
    seed: int, size: int
) -> None:
    """At every place and month."""
    cells = StoryLog().take(*world(seed, size)).cells("i01.flow")
    balance: Counter[tuple[str, str]] = Counter()
    levels: Counter[tuple[str, str, str]] = Counter()
    for (_, region, month, band), value in cells.items():
        balance[region, month] += value if band == "enrolled" else -value
        levels[region[:5], month, band] += value if len(region) == 5 else -value
    assert set(balance.values()) | set(levels.values()) <= {0}


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_everything_taken_back_leaves_no_cell(seed: int, size: int) -> None:
    """The figures forget what never happened."""
    story = Story()
    story.events = world(seed, size)
    for one in [event for event in story.events if ".fact." not in event.type]:
        story.correct(one, recorded=10_000)
    log = delivered(story.events, Random(seed))
    assert log.cells(*parts_of(Random(seed), 5)) == {}
