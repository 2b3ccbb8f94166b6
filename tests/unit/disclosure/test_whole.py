"""Solutions count only when they hold in whole numbers, and a limit proves nothing."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from services.monitoring.disclosure import ranges, secondary
from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.solver import Extreme, NoSolution, Program, Undecided
from services.monitoring.disclosure.table import Structure, Sum
from services.monitoring.disclosure.whole import WholeRows
from tests.unit.disclosure.tables import table

SUM = WholeRows([0, 0, 0], [50, 50, 50], [({0: 1, 1: 1, 2: -1}, 0, 0)])
HIDDEN_PAIR = Structure((Sum("all", ("a", "b")),))


def test_a_point_near_whole_numbers_is_rounded() -> None:
    """A solver's tolerance is allowed, as long as the numbers then add up."""
    found = SUM.checked(np.array([20.0000001, 9.9999999, 30.0]))
    assert found is not None
    assert found.tolist() == [20, 10, 30]


@pytest.mark.parametrize("point", [[20.4, 10.4, 30.8], [20.0, 10.0, 31.0], [51.0, -1.0, 50.0]])
def test_a_point_that_does_not_add_up_in_whole_numbers_is_none(point: list[float]) -> None:
    """Nor is one that leaves its bounds."""
    assert SUM.checked(np.array(point)) is None


@pytest.mark.parametrize("price", [-1.0, 0.0, 0.3, 1.0, 7.5])
def test_no_prices_make_a_bound_that_does_not_hold(price: float) -> None:
    """The largest a with a + b = c is 50, whatever a solver says the row is worth."""
    assert SUM.most({0: 1}, np.array([price])) >= 50


def test_the_right_prices_make_the_tight_bound() -> None:
    """Of a + b - c it is zero, though each alone goes up to 50."""
    assert SUM.most({0: 1, 1: 1, 2: -1}, np.array([1.0])) == 0
    assert SUM.most({0: 1, 1: 1, 2: -1}, np.array([0.0])) == 100


def test_a_contradiction_is_not_a_limit() -> None:
    """What nothing obeys is proven to be so."""
    with pytest.raises(NoSolution):
        Program([0], [1], [({0: 2}, 1, 1)]).highest({0: 1}, whole=True)


class Stopped(Program):
    """A solver that reaches its limit before it knows anything in whole numbers."""

    def highest(self, *_: Any, **options: Any) -> Extreme:
        if options.get("whole"):
            raise Undecided("limit")
        half = np.full(self.columns, 0.5)
        zeros = np.zeros(self.columns)
        return Extreme(0.0, half, zeros, zeros, 0.0, is_best=True)


def test_the_audit_clears_nothing_by_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hidden parts of a large sum prove nothing; a solver that stops must not say so."""
    release = {"all": 100, "a": None, "b": None}
    assert audit([release], HIDDEN_PAIR) == []
    monkeypatch.setattr(ranges, "Program", Stopped)
    with pytest.raises(Undecided):
        audit([release], HIDDEN_PAIR)


class Lying(Program):
    """A solver whose points do not add up."""

    def highest(self, objective: Mapping[int, float], **_: Any) -> Extreme:
        far = np.full(self.columns, 30.0 if len(objective) % 2 else 3.0)
        return Extreme(30.0, far, np.zeros(1), np.zeros(self.columns), 30.0, is_best=True)


def test_the_audit_believes_no_point_that_does_not_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points that lie far apart prove nothing when they obey no sum."""
    monkeypatch.setattr(ranges, "Program", Lying)
    with pytest.raises(Undecided):
        audit([{"all": 100, "a": 90, "b": None}], HIDDEN_PAIR)


def test_where_the_choice_reaches_its_limit_all_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the cheapest, and safe."""
    monkeypatch.setattr(secondary, "Program", Stopped)
    counts = {"all": 204, "a": 4, "b": 50, "c": 150}
    shown = decide(table(counts, ("all", ["a", "b", "c"])))
    assert shown == {"all": 204, "a": None, "b": None, "c": None}


@pytest.mark.parametrize("base", [0, 1_000_000])
def test_the_solver_sees_how_far_a_count_is_from_its_least(base: int) -> None:
    """Its tolerance is absolute: sums of a province's counts of three years were called contradictory."""
    parts, total = (base, base + 5), (2 * base + 3, 2 * base + 8)
    program = Program(
        [parts[0], parts[0], total[0]],
        [parts[1], parts[1], total[1]],
        [({0: 1, 1: 1, 2: -1}, 0, 0), ({0: 1, 1: -1}, 1, 9)],
    )
    model = program._solver.getLp()
    assert list(model.col_lower_) == [0, 0, 0]
    assert list(model.col_upper_) == [5, 5, 5]
    assert (list(model.row_lower_), list(model.row_upper_)) == ([3, 1], [3, 9])
    found = program.highest({1: 1, 2: 1}, whole=True)
    assert (found.value, found.bound) == (3 * base + 11, 3 * base + 11)
    assert [round(one) for one in found.point] == [base + 5, base + 3, 2 * base + 8]
