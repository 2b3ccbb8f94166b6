"""What the audit proves: hand-made leaks, and the same answers as trying every number."""

import random

import pytest

from services.monitoring.disclosure.audit import Finding, audit
from services.monitoring.disclosure.primary import primary
from services.monitoring.disclosure.reader import Shown
from services.monitoring.disclosure.solver import NoSolution
from services.monitoring.disclosure.sticky import Stickiness
from services.monitoring.disclosure.table import Past, Structure, Sum, as_published
from tests.unit.disclosure.brute import provable
from tests.unit.disclosure.tables import table

ONE_SUM = Structure((Sum("all", ("a", "b")),))


def keys(found: list[Finding]) -> set[tuple[str, str, tuple[int, ...]]]:
    """What was found, without the ranges."""
    return {(one.figure, one.reason, one.releases) for one in found}


def test_a_single_hidden_part_is_the_rest_of_its_sum() -> None:
    """Roundings leave it nine values, some of them small."""
    found = audit([{"all": 100, "a": 90, "b": None}], ONE_SUM)
    assert Finding("b", "count", (0,), 6, 14) in found


def test_two_hidden_parts_of_a_large_sum_prove_nothing() -> None:
    """Each can be anything from none to all."""
    assert audit([{"all": 100, "a": None, "b": None}], ONE_SUM) == []


def test_a_change_of_a_rounded_value_by_five_is_a_small_change() -> None:
    """Such values are not sticky: each is the rounded exact count."""
    found = audit([{"a": 100}, {"a": 105}], Structure())
    assert found == [Finding("a", "change", (0, 1), 1, 9)]


def test_values_ten_apart_are_at_least_eleven_apart() -> None:
    """The reader knows the rule; and equal values say that less than eleven moved."""
    assert audit([{"a": 100}, {"a": 110}, {"a": 110}], Structure()) == []


def test_a_value_that_stays_is_given_away_by_a_total_that_is_open() -> None:
    """The total and one part moved by 25, so the other can have moved by four at most."""
    structure = Structure(ONE_SUM.sums, frozenset({"all"}))
    releases: list[Shown] = [{"all": 40, "a": 25, "b": 15}, {"all": 65, "a": 50, "b": 15}]
    assert audit(releases, structure) == [Finding("b", "change", (0, 1), -4, 4)]
    assert audit(releases, ONE_SUM) == []


def test_months_side_by_side_are_compared() -> None:
    """Two months of one stock that differ by five."""
    stock = Structure(before={"m2": "m1"})
    assert audit([{"m1": 100, "m2": 105}], stock) == [Finding("m2", "month", (0,), 1, 9)]


def test_zero_in_a_hidden_total_says_it_of_everybody() -> None:
    """And where all other parts are zero, the one that is left is everybody."""
    found = keys(audit([{"all": None, "a": 0, "b": None}], ONE_SUM))
    assert found == {("a", "nobody", (0,)), ("b", "everybody", (0,))}


def test_open_figures_are_no_finding() -> None:
    """Three cooperatives are three cooperatives."""
    assert audit([{"a": 3}], Structure(open=frozenset({"a"}))) == []


def test_releases_that_contradict_their_sums_are_refused() -> None:
    """No counts can stand behind 100 = 20 + 20."""
    with pytest.raises(NoSolution):
        audit([{"all": 100, "a": 20, "b": 20}], ONE_SUM)


def test_only_what_concerns_new_releases_is_looked_for() -> None:
    """What the first release gave away is not found again."""
    first: Shown = {"all": 100, "a": 90, "b": None}
    second: Shown = {"all": None, "a": None, "b": None}
    assert audit([first, second], ONE_SUM, since=1) == []


def test_each_release_has_its_own_sums() -> None:
    """A part that had not reported yet makes the other parts no sum of the total."""
    first: Shown = {"all": 100, "a": 40}
    second: Shown = {"all": 100, "a": 40, "b": 60}
    assert audit([first, second], [Structure(), ONE_SUM]) == []
    with pytest.raises(NoSolution):
        audit([first, second], ONE_SUM)


def leaky(seed: int, parts: list[str]) -> list[Shown]:
    """Two releases that keep the sticky rule and hide small counts, but nothing besides."""
    chance, past, releases = random.Random(seed), list[Past](), list[Shown]()
    counts = {part: chance.choice([0, 4, 9, 12, 14]) for part in parts}
    for _ in range(2):
        now = table(counts | {"all": sum(counts.values())}, ("all", parts))
        hidden = primary(now) | chance.choice([set(), set(), {"a", "all"}])
        past.append(Past(now.counts, Stickiness(now, past).values(hidden)))
        releases.append(as_published(past[-1].values, now.structure))
        counts = {part: max(0, n + chance.choice([-3, 0, 2, 11])) for part, n in counts.items()}
    return releases


@pytest.mark.parametrize("seed", range(40))
def test_it_finds_what_trying_every_number_finds(seed: int) -> None:
    """On a sum of two or three parts in two releases, the same findings with the same ranges."""
    parts = ["a", "b"] if seed % 4 else ["a", "b", "c"]
    releases = leaky(seed, parts)
    found = audit(releases, Structure((Sum("all", tuple(parts)),)))
    ranges = {(one.figure, one.reason, one.releases): (one.low, one.high) for one in found}
    assert ranges == provable(releases, "all", parts)


def test_the_comparison_compares_something() -> None:
    """Most of those releases tell something, and not all."""
    proven = [bool(provable(leaky(seed, ["a", "b"]), "all", ["a", "b"])) for seed in range(1, 12)]
    assert {True, False} <= set(proven)


NATION = Structure(derived={"nation": ("a", "b")})


def test_a_sum_of_what_others_show_says_no_more_than_they_do() -> None:
    """It may lie further from the sum of the counts than roundings explain, since each may have stayed."""
    assert audit([{"nation": 205, "a": 100, "b": 105}], NATION) == []
    stayed: list[Shown] = [{"nation": 205, "a": 100, "b": 105}, {"nation": 205, "a": 100, "b": 105}]
    assert audit(stayed, NATION) == []


def test_a_sum_beside_a_hidden_part_gives_it_away() -> None:
    """As published by a program that adds up counts: what remains is the hidden one."""
    found = audit([{"nation": 105, "a": 100, "b": None}], NATION)
    assert keys(found) == {("b", "count", (0,))}
