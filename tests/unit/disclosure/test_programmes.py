"""Figures in three sums at once: by state, by programme and by place, up to a province."""

import random
from itertools import product

import pytest

from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.blocks import Blocks
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.primary import primary
from services.monitoring.disclosure.secondary import Protection, least
from services.monitoring.disclosure.sticky import Stickiness
from services.monitoring.disclosure.table import Past, Structure, Sum, Table, as_published
from tests.unit.disclosure.histories import STATES

pytestmark = pytest.mark.long

NODES = 1_000
PROGRAMMES = ("PKH", "PKH_PLUS", "SEMBAKO")
PLACES = {"A": ("A.1", "A.2", "A.3"), "B": ("B.1", "B.2")}
AXES: dict[int, dict[str, tuple[str, ...]]] = {
    0: {"enrolled": STATES},
    1: {"all": tuple(PLACES), **PLACES},
    2: {"ALL": PROGRAMMES},
}
"""Place in a figure's name -> total and parts there."""
Key = tuple[str, ...]
LEAVES = list(product(STATES, sum(PLACES.values(), ()), PROGRAMMES))


def province(leaves: dict[Key, int]) -> Table:
    """Every figure and every sum from the smallest ones."""
    counts = dict(leaves)
    for axis, totals in AXES.items():
        for total, parts in reversed(totals.items()):
            for one in [one for one in counts if one[axis] == parts[0]]:
                counts[_at(one, axis, total)] = sum(counts[_at(one, axis, part)] for part in parts)
    sums = [
        Sum(one, tuple(_at(one, axis, part) for part in parts))
        for axis, totals in AXES.items()
        for total, parts in totals.items()
        for one in counts
        if one[axis] == total
    ]
    return Table(counts, Structure(tuple(sums)))


def _at(one: Key, axis: int, name: str) -> Key:
    return (*one[:axis], name, *one[axis + 1 :])


def leaves(chance: random.Random) -> dict[Key, int]:
    """Small counts among large ones."""
    few, many = [0, 1, 4, 9, 15, 30], [0, 5, 40, 200, 900]
    return {one: chance.choice(many if one[0] == "not_joined" else few) for one in LEAVES}


@pytest.mark.parametrize("seed", range(4))
def test_nothing_small_can_be_proven(seed: int) -> None:
    """In two releases between which some families joined or left."""
    chance, past = random.Random(seed), list[Past]()
    now = leaves(chance)
    for _ in range(2):
        table = province(now)
        past.append(Past(table.counts, decide(table, past)))
        now = {one: max(0, n + chance.choice([0, 0, 0, -2, 1, 13])) for one, n in now.items()}
    releases = [as_published(one.values, table.structure) for one in past]
    assert audit(releases, table.structure) == []


@pytest.mark.parametrize("seed", range(4))
def test_complementary_hiding_is_within_a_tenth_of_the_optimum(seed: int) -> None:
    """The optimum is over every figure; ours looks at totals only where parts do not suffice."""
    table = province(leaves(random.Random(seed)))
    sticky, protection = Stickiness(table, ()), Protection(table, ())
    values = sticky.values(primary(table))
    blocks = Blocks(table, values, sticky.exact(values, values), protection.sums)
    optimum = sum(least(block, protection.costs, NODES) for block in blocks.around(table.counts))
    ours = sum(protection.costs[one] for one in protection.needed(blocks))
    assert 0 < optimum <= ours * 1.000001
    assert ours <= optimum * 1.1
