"""What cooperatives record of those who were members when the year began: months, benefits, support."""

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Any

from lintas.pilot.files import Request, batches
from lintas.pilot.numbers import YEAR, Numbers

Who = tuple[str, str]
"""Cooperative and NIK of a member."""
LAST_MONTH = 6
SURPLUS_ON = date(YEAR, 4, 10)
KINDS = ("MANAGEMENT", "BOOKKEEPING", "BUSINESS")


def months_of(members: Sequence[Who], numbers: Numbers, random: Random) -> Iterator[Request]:
    """Each month of each member; where the secretary left a cell empty, nobody knows."""
    items: list[dict[str, Any]] = []
    for number, nik in members:
        faithful = random.randint(1, 100) <= numbers.faithful_percent
        for month in range(LAST_MONTH + 1 - numbers.activity_months, LAST_MONTH + 1):
            if random.randint(1, 100) <= numbers.silent_percent:
                continue
            said = {"savings_paid": faithful or random.random() < 0.3,
                    "transacted": random.random() < (0.6 if faithful else 0.1)}  # fmt: skip
            if random.randint(1, 100) <= numbers.silent_percent:
                said.pop(random.choice(("savings_paid", "transacted")))
            items.append({"cooperative_number": number, "national_id": nik,
                          "month": f"{YEAR}-{month:02d}"} | said)  # fmt: skip
    yield from batches("Keaktifan", "cooperative", "/v1/memberships/activity", items)


def benefits_of(members: Sequence[Who], numbers: Numbers, random: Random) -> Iterator[Request]:
    """After the annual meeting some members get their share of the surplus, a few get credit."""
    items = [
        {"cooperative_number": number, "national_id": nik, "kind": kind, "granted_on": on}
        for number, nik in members
        for kind, on, percent in (
            ("SURPLUS_SHARE", SURPLUS_ON.isoformat(), numbers.surplus_percent),
            ("CREDIT", f"{YEAR}-05-05", numbers.surplus_percent // 4),
        )
        if random.randint(1, 100) <= percent
    ]
    yield from batches("Manfaat", "cooperative", "/v1/memberships/benefits", items)


def support_of(cooperatives: Sequence[str], random: Random) -> Iterator[Request]:
    """Each operating cooperative is mentored; every third gets capital."""
    mentoring = [
        {"cooperative_number": one, "kind": random.choice(KINDS), "mentored_on": f"{YEAR}-02-{day}"}
        for one in cooperatives
        for day in (12, 26)
    ]
    capital = [
        {"cooperative_number": one, "kind": "REVOLVING_FUND", "granted_on": f"{YEAR}-03-20"}
        for one in cooperatives[::3]
    ]
    path = "/v1/cooperatives"
    yield from batches("Pendampingan", "cooperative", f"{path}/mentoring", mentoring)
    yield from batches("Modal", "cooperative", f"{path}/capital", capital)
