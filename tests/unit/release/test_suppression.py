"""Hiding small counts and what they could be worked out from."""

from itertools import product

from services.monitoring.release.figure import Constraint, FigureId, System, is_small, rounded
from services.monitoring.release.suppression import suppress
from tests.unit.release.tables import grid, hide, line, one


def names(figures: frozenset[FigureId]) -> set[str]:
    """The short names of hidden figures."""
    return {figure.measure for figure in figures}


def test_counts_from_1_to_10_are_small_and_zero_and_11_are_not() -> None:
    """The threshold is 11, and nobody is behind a zero."""
    assert [value for value in range(-12, 13) if is_small(value)] == [
        *range(-10, 0),
        *range(1, 11),
    ]


def test_values_are_rounded_half_up_to_five() -> None:
    """12 becomes 10 and 13 becomes 15; there is no tie with whole numbers."""
    assert [rounded(n) for n in (0, 2, 3, 7, 8, 11, 12, 13, 57)] == [0, 0, 5, 5, 10, 10, 10, 15, 55]


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    """Zeros and large counts stand as they are."""
    assert hide(line(None, {"a": 0, "b": 40, "c": 11})) == frozenset()


def test_one_small_part_takes_the_smallest_other_part_with_it() -> None:
    """A single hidden part is total minus the others."""
    assert names(hide(line(None, {"a": 5, "b": 40, "c": 20}))) == {"a", "c"}


def test_of_equal_complements_the_first_by_id_is_hidden() -> None:
    """Whoever computes it, the same figure is chosen."""
    assert names(hide(line(None, {"a": 5, "b": 20, "c": 20}))) == {"a", "b"}


def test_a_total_is_hidden_only_after_every_part_that_is_not_zero() -> None:
    """Totals are what most readers need."""
    assert names(hide(line(None, {"a": 5, "b": 0, "c": 30}))) == {"a", "c"}


def test_a_total_that_is_not_zero_goes_before_a_part_of_zero() -> None:
    """A zero is hidden last of all."""
    system = line(12, {"a": 12, "b": 0})
    assert names(suppress(system, {one("a")})) == {"a", "total"}


def test_two_small_parts_with_a_small_known_sum_need_a_third() -> None:
    """4 + 3 = 7 would bound both below 11."""
    assert names(hide(line(None, {"a": 4, "b": 3, "c": 50}))) == {"a", "b", "c"}


def test_the_sum_of_hidden_parts_must_leave_room_for_eleven() -> None:
    """With two hidden parts and sum 11, one could be at most 10; with sum 12, it could be 11."""
    assert names(hide(line(None, {"a": 5, "b": 6, "c": 50}))) == {"a", "b", "c"}
    assert names(hide(line(None, {"a": 5, "b": 7, "c": 50}))) == {"a", "b"}


def test_parts_may_sum_to_little_when_their_total_is_hidden_too() -> None:
    """Without the total there is no sum to bound them."""
    assert names(hide(line(None, {"a": 4, "b": 3}))) == {"a", "b", "total"}


def test_an_open_total_is_never_hidden_and_ends_the_search() -> None:
    """Five facilitators in one band: all bands are hidden, the number of facilitators stays."""
    system = line(None, {"a": 5, "b": 0, "c": 0}, open_total=True)
    assert names(hide(system)) == {"a", "b", "c"}


def test_an_open_figure_is_not_hidden_even_if_small() -> None:
    """Seven sessions are not seven people."""
    system = System(("X",), {one("a"): 7}, (), frozenset({one("a")}))
    assert suppress(system, {one("a")}) == frozenset()


def test_a_system_without_sums_hides_only_what_is_small() -> None:
    """Nothing is tied to anything."""
    system = System(("X",), {one("a"): 7, one("b"): 70})
    assert names(hide(system)) == {"a"}


def test_one_small_cell_in_a_table_hides_a_rectangle() -> None:
    """One other in its row, one in its column, and the corner between them."""
    hidden = hide(grid([[5, 40, 50], [60, 70, 80], [90, 95, 99]]))
    assert {(f.region[6:], f.measure) for f in hidden} == set(product("01", ("m0", "m1")))


def test_a_chain_through_several_totals_is_found_by_elimination() -> None:
    """No sum has a single hidden member, and still a and b follow from the two together."""
    a, b = one("a"), one("b")
    # a + b is known from one sum and a - b from the other
    constraints = (Constraint(one("s"), (a, b)), Constraint(a, (b, one("r"))))
    system = System(("X",), {a: 30, b: 7, one("s"): 37, one("r"): 23}, constraints)
    hidden = suppress(system, {a, b})
    assert {a, b} < hidden
    assert names(hidden) & {"r", "s"}


def test_a_derivable_figure_takes_a_neighbour_before_a_stranger() -> None:
    """Members of its own constraints go first; a stranger only when none is left."""
    a, b, s, r, far = (one(name) for name in ("a", "b", "s", "r", "far"))
    constraints = (Constraint(s, (a, b)), Constraint(a, (b, r)))
    values = {a: 30, b: 7, s: 37, r: 23, far: 12}
    assert far not in suppress(System(("X",), values, constraints), {a, b})
    closed = System(("X",), values, constraints, frozenset({s, r}))
    assert far in suppress(closed, {a, b})


def test_zeros_may_be_hidden_when_nothing_else_protects() -> None:
    """A zero as complement is better than a count of people in the open."""
    system = line(None, {"a": 5, "b": 0, "c": 0}, open_total=True)
    assert {one("b"), one("c")} <= hide(system)


def test_the_order_in_which_constraints_are_given_does_not_matter() -> None:
    """The choice depends on ids and values alone."""
    system = grid([[5, 3, 50], [60, 2, 80], [9, 95, 0]])
    turned = System(
        system.name,
        dict(reversed(list(system.values.items()))),
        tuple(reversed(system.constraints)),
    )
    assert hide(system) == hide(turned)


def test_of_a_total_and_its_only_part_of_the_same_size_the_part_is_hidden() -> None:
    """The order is not that of the ids: `total` would come before `z`."""
    system = line(None, {"a": 0, "z": 40})
    assert names(suppress(system, {one("a")})) == {"a", "z"}
