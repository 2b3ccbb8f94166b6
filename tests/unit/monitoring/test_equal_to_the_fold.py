"""The SQL files give the cells and marks of the fold that they replace."""

from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.monitoring import marks
from services.monitoring.domain import State, entries_of
from shared.events.envelope import Event
from tests.kit.figures import cells_of_events, marks_of_events
from tests.kit.random_world import world
from tests.unit.monitoring.test_laws import counted_plainly

LAWS = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def folded_marks(events: list[Event]) -> dict[str, datetime]:
    """The latest moment of each source by the fold."""
    found: dict[str, str] = {}
    for entries in entries_of(events).values():
        state = State()
        for one in entries:
            state.add(one)
        for (source, moment), count in marks.marks_of(state).items():
            if count:
                found[source] = max(moment, found.get(source, ""))
    return {source: datetime.fromisoformat(moment) for source, moment in found.items()}


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 80))
def test_cells_of_random_worlds(seed: int, size: int) -> None:
    """With corrections, moves, several enrolments, late events."""
    events = world(seed, size)
    found = cells_of_events(events)
    by_members = {key: value for key, value in found.items() if key[0] == "i28.members_side"}
    assert {k: v for k, v in found.items() if k not in by_members} == counted_plainly(events)
    assert {(region, month): value for (_, region, month, _), value in by_members.items()} == {
        (region, month): value
        for (part, region, month, band), value in found.items()
        if part == "i01.flow" and band == "joined" and len(region) == 5
    }


@LAWS
@given(seed=st.integers(0, 2**32), size=st.integers(1, 80))
def test_marks_of_random_worlds(seed: int, size: int) -> None:
    """Taken back, replaced, announced."""
    events = world(seed, size)
    assert marks_of_events(events) == folded_marks(events)
