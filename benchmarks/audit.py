"""How long deciding and auditing take: a share of 514 kabupaten x 36 months, and what follows from it.

`python -m benchmarks.audit --districts 1 --months 12`: the extrapolation is a multiplication, no more.
"""

import argparse
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from benchmarks.machine import machine
from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.blocks import Blocks
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.primary import primary
from services.monitoring.disclosure.secondary import Protection, least
from services.monitoring.disclosure.sticky import Stickiness
from services.monitoring.disclosure.table import Past, Structure, Sum, Table, as_published

DISTRICTS, MONTHS, KECAMATAN = 514, 36, 20
NODES = 5_000
"""Of a search for the optimum, in a yardstick that may take longer than a release."""
STATES = ("joined", "not_joined", "unknown")
MEASURES = (*STATES, "enrolled")
Key = tuple[str, str, int]


def district(name: str, months: int, chance: random.Random) -> tuple[dict[Key, int], Structure]:
    """Exact month-end stocks of one kabupaten: every kecamatan of another size, joining slowly."""
    places = [f"{name}.{n:02}" for n in range(KECAMATAN)]
    counts: dict[Key, int] = {}
    for place in places:
        size, joined = chance.randint(80, 1500), chance.choice([0, 2, 5, 9, 20, 60])
        unknown = chance.choice([0, 0, 1, 6, 25])
        for month in range(months):
            joined, size = joined + chance.randint(0, 5), size + chance.randint(-1, 4)
            values = (joined, size - joined - unknown, unknown, size)
            counts |= {(m, place, month): n for m, n in zip(MEASURES, values, strict=True)}
    sums = []
    for month in range(months):
        for measure in MEASURES:
            parts = tuple((measure, place, month) for place in places)
            counts[measure, name, month] = sum(counts[part] for part in parts)
            sums.append(Sum((measure, name, month), parts))
        sums += [
            Sum(("enrolled", place, month), tuple((state, place, month) for state in STATES))
            for place in (name, *places)
        ]
    stocks = product(MEASURES, (name, *places), range(1, months))
    before = {(m, place, n): (m, place, n - 1) for m, place, n in stocks}
    return counts, Structure(tuple(sums), frozenset(), before)


def late(counts: dict[Key, int], chance: random.Random) -> dict[Key, int]:
    """The same a month later: some families joined earlier than was known."""
    counts = dict(counts)
    places = sorted({place for _, place, _ in counts if len(place) > 2})
    months = 1 + max(month for _, _, month in counts)
    for place in chance.sample(places, 4):
        number, since = chance.randint(1, 20), chance.randrange(months)
        for at, month in product((place, place[:2]), range(since, months)):
            counts["joined", at, month] += number
            counts["not_joined", at, month] -= number
    return counts


def share_above_optimum(table: Table, past: Sequence[Past] = ()) -> float:
    """What complementary hiding costs at most above the optimum over every figure, in per cent.

    The optimum is that of the same integer program without a gap, or what the solver has proven
    that nothing can cost less than, where it is not found in so many nodes.
    """
    sticky, protection = Stickiness(table, past), Protection(table, past)
    values = sticky.values(primary(table))
    blocks = Blocks(table, values, sticky.exact(values, values), protection.sums)
    ours = sum(protection.costs[one] for one in protection.needed(blocks))
    every = set(table.counts) - table.structure.open
    best = sum(least(block, protection.costs, NODES) for block in blocks.around(every))
    return 100 * (ours / best - 1) if best else 0.0


@dataclass
class Spent:
    """CPU seconds, and what they were spent on."""

    decide: float = 0.0
    audit: float = 0.0
    figures: int = 0
    hidden: int = 0


def measure(number: int, months: int, spent: Spent) -> None:
    """Two releases of one kabupaten, decided and audited."""
    chance = random.Random(number)  # noqa: S311 - chance that must repeat
    counts, structure = district(f"{number:02}", months, chance)
    past: list[Past] = []
    for exact in (counts, late(counts, chance)):
        start = time.process_time()
        past.append(Past(exact, decide(Table(exact, structure), past)))
        spent.decide += time.process_time() - start
    releases = [as_published(one.values, structure) for one in past]
    start = time.process_time()
    if found := audit(releases, structure):
        sys.exit(f"given away: {found[0]}")
    spent.audit += time.process_time() - start
    shown = [value for release in releases for value in release.values()]
    spent.figures, spent.hidden = spent.figures + len(shown), spent.hidden + shown.count(None)


def main() -> None:
    """Measure a share, and say what all would take at the same pace."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--districts", type=int, default=1)
    parser.add_argument("--months", type=int, default=12)
    given = parser.parse_args()
    spent = Spent()
    for number in range(given.districts):
        measure(number, given.months, spent)
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    print(
        f"{given.districts} kabupaten x {given.months} months x 2 releases:"
        f" {spent.figures} figures, {spent.hidden} hidden"
    )
    for what, seconds in (("decide", spent.decide), ("audit", spent.audit)):
        whole = seconds / given.districts / given.months * DISTRICTS * MONTHS / 60
        print(
            f"{what}: {seconds:.1f} CPU s; 336 hidden figures {336 * seconds / spent.hidden:.1f} s;"
            f" extrapolated to {DISTRICTS} x {MONTHS}, two releases: {whole:.0f} CPU minutes"
        )
    one_month, structure = district("00", 1, random.Random(0))  # noqa: S311 - as above
    above = share_above_optimum(Table(one_month, structure))
    print(f"complementary hiding above the optimum, one month: {above:.1f} %")


if __name__ == "__main__":
    main()
