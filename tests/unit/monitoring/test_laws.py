"""The laws of monitoring over random worlds: order, repetition and batches change no byte."""

from collections import Counter
from collections.abc import Callable
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring.domain import entries_of
from services.monitoring.indicators import contributions
from services.monitoring.ledger import EVERYTHING
from services.monitoring.timeline import Person, view_of
from shared.events.envelope import Event
from tests.kit.story import (
    ALL_MODULES,
    FAR,
    HERE,
    NEXT_DOOR,
    Book,
    Cells,
    Story,
)

LAWS = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
FAMILIES, PERSONS, MEMBERS = ("f", "g", "h"), ("p", "q", "r"), ("m1", "m2", "m3")
REGIONS = (HERE, NEXT_DOOR, FAR)


def _day(random: Random) -> str:
    return f"2026-{random.randint(1, 6):02d}-{random.choice((1, 10, 28)):02d}"


def _persons(random: Random) -> list[str]:
    return random.sample(PERSONS, random.randint(0, 2))


def _one(story: Story, random: Random) -> None:
    """Tell one random event."""
    f, p, m = random.choice(FAMILIES), random.choice(PERSONS), random.choice(MEMBERS)
    on, region = _day(random), random.choice(REGIONS)
    tellers: list[Callable[[], Event]] = [
        lambda: story.enrol(f, on, *_persons(random), region=region),
        lambda: story.change(f, random.randint(2, 4), on, *_persons(random), region=region),
        lambda: story.leave(f, on),
        lambda: story.graduate(f, on),
        lambda: story.assign(f, random.choice("xy"), on),
        lambda: story.target(random.choice("xy"), 2026, random.randint(0, 3), random.randint(1, 3)),
        lambda: story.refer(p, on, random.choice(("r1", "r2")), region),
        lambda: story.apply(p, on, m),
        lambda: story.approve(p, on, m),
        lambda: story.activate(p, on, m, region),
        lambda: story.lapse(p, on, m),
        lambda: story.resign(p, on, m),
        lambda: story.register(random.choice("cd"), on, region),
        lambda: story.set_status(
            random.choice("cd"), random.randint(1, 3), on, random.choice(("OPERATING", "CLOSED"))
        ),
        lambda: story.hold(random.choice("st"), on, random.choice(("P2K2", "OUTREACH")), [3]),
        lambda: story.attend(f, on, *random.sample(ALL_MODULES, random.randint(0, 6))),
        lambda: story.complete(p, on),
    ]
    random.choice(tellers)()
    if random.random() < 0.3:
        _mend(story, random)


def _mend(story: Story, random: Random) -> None:
    wrong = random.choice([one for one in story.events if ".fact." not in one.type])
    recorded = random.randint(1, 9)
    if random.random() < 0.5:
        story.correct(wrong, recorded)
        return
    data = wrong.data.model_dump(mode="json")
    days = [name for name in data if name.endswith("_on")]
    story.correct(wrong, recorded, **({name: _day(random) for name in days} or data))


def world(seed: int, size: int) -> list[Event]:
    """The events of a random world."""
    story, random = Story(), Random(seed)
    while len(story.events) < size:
        _one(story, random)
    return story.events


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
