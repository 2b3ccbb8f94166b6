"""Random histories of a small district: what its offices knew at each of two to six releases."""

import random
from collections import Counter
from dataclasses import dataclass, replace
from itertools import product

from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.reader import Shown
from services.monitoring.disclosure.table import (
    Past,
    Structure,
    Sum,
    Table,
    as_published,
    is_small,
    rounded,
)

MONTHS = range(3)
NEVER = 99
STATES = ("joined", "not_joined", "unknown")


@dataclass(frozen=True)
class Family:
    """Where a family lives from when, and when it came, joined, resigned and left."""

    homes: tuple[tuple[int, str], ...]
    since: int
    joined: int = NEVER
    resigned: int = NEVER
    until: int = NEVER
    known: bool = True

    def state(self, month: int) -> str:
        """Its state at the end of a month."""
        if not self.known:
            return "unknown"
        return "joined" if self.joined <= month < self.resigned else "not_joined"

    def home(self, month: int) -> str:
        """The kecamatan that it lives in."""
        return next(place for since, place in reversed(self.homes) if since <= month)


def structure(places: list[str]) -> Structure:
    """Sums over kecamatan and over states, month by month."""
    measures, sums = (*STATES, "enrolled"), []
    for month in MONTHS:
        for measure in measures:
            parts = tuple((measure, place, month) for place in places)
            sums.append(Sum((measure, "all", month), parts))
        for place in ("all", *places):
            parts = tuple((state, place, month) for state in STATES)
            sums.append(Sum(("enrolled", place, month), parts))
    figures = product(measures, ("all", *places), MONTHS[1:])
    return Structure(tuple(sums), frozenset(), {(m, p, n): (m, p, n - 1) for m, p, n in figures})


def history(seed: int) -> list[Table]:
    """The exact tables behind two to six releases."""
    chance = random.Random(seed)
    places = [f"k{n}" for n in range(chance.randint(2, 4))]
    weights = [chance.choice([1, 3, 20]) for _ in places]
    families = [_family(chance, places, weights) for _ in range(chance.choice([20, 80, 300, 1000]))]
    known, tables = structure(places), []
    for _ in range(chance.randint(2, 6)):
        tables.append(Table(_counts(families, places), known))
        for _ in range(chance.choice([0, 1, 2, 12, 40])):
            at = chance.randrange(len(families))
            families[at] = _changed(families[at], chance, places)
        families += [_family(chance, places, weights) for _ in range(chance.choice([0, 1, 15]))]
    return tables


def _family(chance: random.Random, places: list[str], weights: list[int]) -> Family:
    home = chance.choices(places, weights)[0]
    joined = chance.choices([*MONTHS, NEVER], [1, 1, 1, 6])[0]
    since = chance.choice([0, 0, 0, 1, 2])
    return Family(((0, home),), since, joined, known=chance.random() > 0.05)


def _changed(family: Family, chance: random.Random, places: list[str]) -> Family:
    """A late event, a correction, a resignation, a move or an exit, as it comes to be known."""
    month = chance.choice(MONTHS)
    moved = ((0, family.homes[0][1]), (month, chance.choice(places)))
    known: tuple[Family, ...] = (
        replace(family, joined=month),
        replace(family, joined=NEVER),
        replace(family, resigned=month),
        replace(family, homes=moved),
        replace(family, until=month),
        replace(family, known=True),
    )
    return chance.choice(known)


def _counts(families: list[Family], places: list[str]) -> dict[tuple[str, str, int], int]:
    found: Counter[tuple[str, str, int]] = Counter()
    for family, month in product(families, MONTHS):
        if family.since <= month < family.until:
            for measure in (family.state(month), "enrolled"):
                for place in (family.home(month), "all"):
                    found[measure, place, month] += 1
    return {key: found[key] for key in product((*STATES, "enrolled"), ("all", *places), MONTHS)}


def careful(tables: list[Table]) -> list[Shown]:
    """What is published by the rules."""
    past: list[Past] = []
    for table in tables:
        past.append(Past(table.counts, decide(table, past)))
    return [as_published(one.values, tables[0].structure) for one in past]


def naive(tables: list[Table]) -> list[Shown]:
    """Small counts hidden and the rest rounded, each release for itself."""
    return [
        {one: None if is_small(n) else rounded(n) for one, n in table.counts.items()}
        for table in tables
    ]
