"""Household-business groups of two years before: some climbed, some merged, some dissolved."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from lintas.pilot.files import Request, batches
from lintas.pilot.numbers import JEMBER, YEAR, Numbers
from lintas.pilot.people import People

BECAME = date(YEAR - 1, 8, 1)
"""The village cooperatives of Jember were founded ten days before."""
BUSINESS = ("10", "11", "14", "16", "32")
Items = list[dict[str, Any]]


def earlier_groups(
    villages: Sequence[str],
    cooperatives: Sequence[str],
    numbers: Numbers,
    people: People,
    random: Random,
) -> Iterator[Request]:
    """Of four groups one becomes a cooperative, one merges into it, one climbs or dissolves, one stays."""
    formed, moves, merged, became = Items(), Items(), Items(), Items()
    for index in range(numbers.earlier_groups):
        name = {"group_number": _number(index)}
        begun = date(YEAR - 2, 1 + index % 6, random.randint(1, 28))
        formed.append(name | {"status": "INCOME_GROUP", "formed_on": begun.isoformat(),
                              "region": villages[index * len(villages) // numbers.earlier_groups],
                              "business_type": random.choice(BUSINESS)})  # fmt: skip
        halfway = (begun + timedelta(days=random.randint(90, 400))).isoformat()
        if index % 4 == 0:
            moves.append(name | {"status": "PRE_COOPERATIVE", "effective_on": halfway})
            moves.append(name | {"status": "COOPERATIVE", "effective_on": BECAME.isoformat()})
            became.append(name | {"cooperative_number": cooperatives[index // 4 % len(cooperatives)],
                                  "became_on": BECAME.isoformat()})  # fmt: skip
        elif index % 4 == 1:
            merged.append(name | {"successor_number": _number(index - 1), "kind": "MERGED",
                                  "happened_on": f"{YEAR - 1}-06-02"})  # fmt: skip
        elif index % 4 == 2:
            status = "DISSOLVED" if index % 8 == 6 else "PRE_COOPERATIVE"
            moves.append(name | {"status": status, "effective_on": halfway})
    roles = [one for index in range(numbers.earlier_groups) for one in _roles(index, people)]
    for path, items in (
        ("", formed), ("/members", roles), ("/statuses", moves), ("/successors", merged),
        ("/cooperatives", became),
    ):  # fmt: skip
        yield from batches("Kelompok", "cooperative", f"/v1/groups{path}", items)


def _roles(index: int, people: People) -> Iterator[dict[str, Any]]:
    """Five women of a group."""
    for role in ("CHAIR", "SECRETARY", "TREASURER", "MEMBER", "MEMBER"):
        yield {"group_number": _number(index), "national_id": people.next(JEMBER).national_id,
               "role": role, "joined_on": f"{YEAR - 2}-07-01"}  # fmt: skip


def _number(index: int) -> str:
    return f"UP2K-L{index + 1:03d}"
