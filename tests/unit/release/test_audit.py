"""The disclosure audit: an attacker with linear programming against random tables."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.monitoring.release import K
from services.monitoring.release.cells import Cells
from services.monitoring.release.change import Watch
from services.monitoring.release.figure import System
from services.monitoring.release.stock import STATES, stocks
from tests.kit.cells import DISTRICT, Places, World
from tests.unit.release.attacker import intervals
from tests.unit.release.tables import grids, hide, line, lines, one

TOLERANCE = 1e-6


@settings(max_examples=150, deadline=None)
@given(grids())
def test_no_hidden_cell_of_a_table_with_margins_can_be_worked_out(system: System) -> None:
    """Not even from exact shown figures."""
    for name, (low, high) in intervals(system, hide(system)).items():
        assert high - low > TOLERANCE, (name, low, high)


@settings(max_examples=150, deadline=None)
@given(lines())
def test_in_a_single_sum_every_hidden_count_could_be_large(system: System) -> None:
    """The attacker cannot even say that a hidden count is small, unless all there is is hidden."""
    hidden = hide(system)
    for name, (_, high) in intervals(system, hidden).items():
        assert high >= K - TOLERANCE, (name, high)


@settings(max_examples=150, deadline=None)
@given(grids(most=3))
def test_what_is_small_is_hidden_and_what_is_hidden_was_needed(system: System) -> None:
    """Every small count is hidden; where none is small, nothing is."""
    small = {name for name, value in system.values.items() if 1 <= value < K}
    hidden = hide(system)
    assert small <= hidden
    assert bool(small) == bool(hidden)


def test_the_attacker_does_find_a_cell_that_is_hidden_alone() -> None:
    """The audit can fail: without complement he knows the count exactly."""
    system = line(None, {"a": 5, "b": 40})
    low, high = intervals(system, {one("a")})[one("a")]
    assert high - low < TOLERANCE


def test_the_attacker_does_bound_two_small_parts_by_their_sum() -> None:
    """The audit can fail: a small known sum gives both away as small."""
    system = line(None, {"a": 4, "b": 3, "c": 50})
    assert intervals(system, {one("a"), one("b")})[one("a")][1] < K


movements = st.tuples(
    st.integers(0, 2), st.sampled_from(STATES), st.one_of(st.integers(0, 14), st.integers(0, 90))
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(movements, max_size=8), min_size=2, max_size=4),
    st.lists(st.integers(0, 100), min_size=4, max_size=4),
)
def test_no_hidden_cell_of_linked_tables_can_be_worked_out_in_any_month(
    months: list[list[tuple[int, str, int]]], attendance: list[int]
) -> None:
    """Kecamatan by membership by month, with attendance beside them, and the rule on changes."""
    world = World()
    for number, moved in enumerate(months):
        month = f"2026-0{number + 1}"
        for place, state, came in moved:
            world.families(month, place, state, came)
        enrolled = sum(
            n
            for (part, region, period, _, band), n in world.counts.items()
            if (part, region, band) == ("i01.flow", DISTRICT, "enrolled") and period <= month
        )
        world.put("i15.sessions", month, 3)
        world.put("i15.attended", month, enrolled * attendance[number] // 100)
    watch = Watch()
    for system in stocks(Cells(world.cells(), "2026-04"), Places()):
        for name, (low, high) in intervals(system, watch.decide(system)).items():
            assert high - low > TOLERANCE, (name, low, high)
