"""What a release shows: hand-made tables, one rule at a time."""

from itertools import pairwise

import pytest

from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.table import Past, Structure, Sum, Table, as_published
from tests.unit.disclosure.tables import release, table


def test_counts_of_people_up_to_ten_are_hidden() -> None:
    """Zero and eleven are shown, what lies between is not."""
    shown = decide(table({"none": 0, "one": 1, "ten": 10, "eleven": 11}))
    assert shown == {"none": 0, "one": None, "ten": None, "eleven": 11}


def test_a_part_that_leaves_few_others_is_hidden() -> None:
    """All but four joined: the total and the joined give the four away."""
    shown = decide(table({"all": 100, "in": 96, "out": 4}, ("all", ["in", "out"])))
    assert shown == {"all": 100, "in": None, "out": None}


def test_of_a_few_nobody_learns_that_none_joined() -> None:
    """A zero in a total of seven would say it of each of the seven."""
    shown = decide(table({"all": 7, "in": 0, "out": 7}, ("all", ["in", "out"])))
    assert shown == {"all": None, "in": None, "out": None}


def test_the_cheapest_partner_protects_a_hidden_part() -> None:
    """One hidden part is the rest of its sum; the smallest other one is hidden with it."""
    counts = {"all": 204, "a": 4, "b": 50, "c": 150}
    assert decide(table(counts, ("all", ["a", "b", "c"]))) == counts | {"a": None, "b": None}


def test_two_parts_whose_sum_is_small_need_a_third() -> None:
    """3 and 4 of a known 7 have eight possible values, not eleven."""
    counts = {"all": 207, "a": 3, "b": 4, "c": 50, "d": 150}
    shown = decide(table(counts, ("all", ["a", "b", "c", "d"])))
    assert [one for one, value in shown.items() if value is None] == ["a", "b", "c"]


def test_open_figures_are_shown_however_small() -> None:
    """They are not about people."""
    one = Table({"cooperatives": 3}, Structure(open=frozenset({"cooperatives"})))
    assert decide(one) == {"cooperatives": 3}
    assert as_published(decide(one), one.structure) == {"cooperatives": 3}


def test_a_figure_of_two_contributors_is_hidden() -> None:
    """Each of the two would know the result of the other."""
    counts = {"by_two": 40, "by_three": 40}
    assert decide(Table(counts, Structure(), contributors={"by_two": 2, "by_three": 3})) == {
        "by_two": None,
        "by_three": 40,
    }


@pytest.mark.parametrize(
    ("now", "shown"), [(100, 100), (104, 100), (90, 100), (111, 111), (89, 89)]
)
def test_a_figure_stays_until_it_moved_by_eleven(now: int, shown: int) -> None:
    """A small change of a published figure is not shown."""
    first = release(table({"a": 100}))
    assert decide(table({"a": now}), [first]) == {"a": shown}


def test_a_figure_that_may_neither_move_nor_stay_is_hidden() -> None:
    """Twelve was shown; for eight, neither eight nor twelve is allowed."""
    first = release(table({"a": 12}))
    assert decide(table({"a": 8}), [first]) == {"a": None}


def test_every_earlier_release_counts() -> None:
    """130 was shown between; 104 would still differ by 4 from what the first release showed."""
    past = [release(table({"a": 100}))]
    past.append(release(table({"a": 130}), past))
    assert decide(table({"a": 104}), past) == {"a": 100}


def test_a_month_shows_what_the_month_before_shows_until_eleven_moved() -> None:
    """103 stays at 100; 112 lies twelve above and is shown."""
    stock = table({"m1": 100, "m2": 103, "m3": 112}, before={"m2": "m1", "m3": "m2"})
    assert decide(stock) == {"m1": 100, "m2": 100, "m3": 112}


def test_a_hidden_month_does_not_open_a_way_around() -> None:
    """The third month is compared with the first, for the second shows nothing."""
    stock = table({"m1": 14, "m2": 9, "m3": 16}, before={"m2": "m1", "m3": "m2"})
    assert decide(stock) == {"m1": 14, "m2": None, "m3": 14}


def test_values_are_shown_as_multiples_of_five() -> None:
    """Half up, and hidden stays hidden."""
    values = {"a": 12, "b": 13, "c": None, "d": 0}
    assert as_published(values, Structure()) == {"a": 10, "b": 15, "c": None, "d": 0}


def test_a_sum_that_does_not_hold_is_refused() -> None:
    """Nothing could be protected by it."""
    with pytest.raises(ValueError, match="all is not the sum"):
        decide(table({"all": 30, "a": 10, "b": 21}, ("all", ["a", "b"])))


def test_a_sum_holds_over_the_parts_that_reported() -> None:
    """A district that has not reported is in no figure of the release."""
    structure = Structure((Sum("all", ("a", "b", "absent")),))
    assert decide(Table({"all": 50, "a": 20, "b": 30}, structure)) == {"all": 50, "a": 20, "b": 30}


def test_what_was_hidden_before_is_hidden_again_rather_than_another() -> None:
    """Parts b and c would both do; the one hidden already stays hidden."""
    sums = ("all", ["a", "b", "c"])
    first = Past({}, {"all": None, "a": None, "b": 90, "c": None})
    shown = decide(table({"all": 164, "a": 4, "b": 70, "c": 90}, sums), [first])
    assert [one for one, value in shown.items() if value is None] == ["a", "c"]


def test_a_block_that_no_near_figure_protects_is_tried_as_a_whole() -> None:
    """A chain of sums with one part: only when all of them are hidden does the last one vary."""
    chain = [f"n{number}" for number in range(8)]
    sums = [(total, [part]) for total, part in pairwise(chain)]
    made = table(
        {**dict.fromkeys(chain, 40), "all": 45, "few": 5}, ("all", [chain[-1], "few"]), *sums
    )
    values = decide(made)
    shown = as_published(values, made.structure)
    assert values["few"] is None
    assert audit([shown], made.structure) == []


def test_the_total_of_many_splits_is_hidden_last() -> None:
    """Forty late families live in villages and are led by women: the other parts stay as they were.

    That they stayed must not be proven. It takes one figure less to hide what everybody cites.
    """
    areas, sexes = ["village", "urban"], ["women", "men"]
    sums = [("all", areas), ("all", sexes), ("nation", ["all"])]
    sums += [("nation", [f"nation_{one}" for one in kinds]) for kinds in (areas, sexes)]
    sums += [(f"nation_{one}", [one]) for one in (*areas, *sexes)]
    parts = {"village": 11_593, "urban": 407, "women": 11_500, "men": 500}
    counts = parts | {f"nation_{one}": count for one, count in parts.items()}
    first = release(table(counts | {"all": 12_000, "nation": 12_000}, *sums))
    grown = [f"{prefix}{one}" for prefix in ("", "nation_") for one in ("village", "women")]
    later = counts | {one: counts[one] + 40 for one in grown}
    shown = decide(table(later | {"all": 12_040, "nation": 12_040}, *sums), [first])
    assert (shown["all"], shown["nation"]) == (12_040, 12_040)
    assert None in shown.values()
