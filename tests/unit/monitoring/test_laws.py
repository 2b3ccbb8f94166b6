"""The laws of monitoring over random worlds: order, repetition and batches change no byte."""

from collections import Counter
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.domain import entries_of
from services.monitoring.indicators import contributions
from services.monitoring.ledger import EVERYTHING
from services.monitoring.timeline import Person, view_of
from shared.events.envelope import Event
from tests.kit.random_world import world
from tests.kit.story import (
    Book,
    Cells,
    Story,
)

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def delivered(events: list[Event], random: Random) -> Book:
    """A book that took these events in random batches, in random order, some of them twice."""
    arriving = events + random.sample(events, random.randint(0, len(events)))
    random.shuffle(arriving)
    book = Book()
    while arriving:
        size = random.randint(1, len(arriving))
        book.take(*arriving[:size])
        arriving = arriving[size:]
    return book


def counted_plainly(events: list[Event]) -> Cells:
    """Cells straight from the facts of all events, without tables, links or deltas."""
    from services.monitoring.domain import State

    views = {}
    for key, news in entries_of(events).items():
        state = State()
        for entry in news:
            state.add(entry)
        views[key] = view_of(*key, state)
    persons = {key[1]: view for key, view in views.items() if isinstance(view, Person)}
    spans = {name: list(person.active().values()) for name, person in persons.items()}
    cells: Counter[tuple[str, str, str, str]] = Counter()
    for (unit, _), view in views.items():
        if unit == "family":
            view.memberships = spans  # type: ignore[attr-defined]
        counted = contributions(unit, view, EVERYTHING, {})
        for cell, value in counted.items():
            part, region, period, band = cell.split("|")
            cells[part, region, period, band] += value
    return {key: value for key, value in cells.items() if value}


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_any_order_repetition_and_batching_gives_the_same_bytes(seed: int, size: int) -> None:
    """Facts, cells, links and memberships are a function of the set of events."""
    events = world(seed, size)
    assert delivered(events, Random(seed + 1)).everything() == Book().take(*events).everything()


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_counting_in_steps_equals_counting_at_once(seed: int, size: int) -> None:
    """The deltas add up to what a plain count of everything gives."""
    events = world(seed, size)
    assert delivered(events, Random(seed)).cells() == counted_plainly(events)


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_counting_anew_from_facts_changes_nothing(seed: int, size: int) -> None:
    """`rebuild` finds the same links, memberships and cells."""
    book = delivered(world(seed, size), Random(seed))
    before = book.everything()
    assert book.rebuild().everything() == before


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 60))
def test_no_stock_is_ever_negative_and_no_cell_is_zero(seed: int, size: int) -> None:
    """Flows may be negative; what they add up to may not, at any month's end, after any batch."""
    random = Random(seed)
    events, book = world(seed, size), Book()
    random.shuffle(events)
    while events:
        book.take(*events[:7])
        events = events[7:]
        cells = book.cells()
        assert 0 not in cells.values()
        stocks: Counter[tuple[str, str, str]] = Counter()
        for (part, region, _, band), value in sorted(cells.items(), key=lambda one: one[0][2]):
            if part in ("i01.flow", "i21.registered", "i21.operating"):
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
    cells = Book().take(*world(seed, size)).cells("i01.flow")
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
    book = delivered(story.events, Random(seed))
    assert (book.cells(), book.everything()["link"]) == ({}, [])
