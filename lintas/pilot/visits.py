"""Visits to families that graduated in the pilot: most are found, some are silent, some have fallen back."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from lintas.pilot.numbers import YEAR, Numbers

LAST_DAY = date(YEAR, 6, 30)
DUE, AROUND = timedelta(days=91), 12
"""The first visit is due three months after the approval, and made some days before or after."""
BUSINESS = ("ALIVE", "ALIVE", "ALIVE", "STOPPED", "NONE")
AWAY = ("NOT_FOUND", "NOT_FOUND", "NOT_FOUND", "MOVED", "DECEASED")


def visits(
    approved: Sequence[Mapping[str, str]],
    facilitators: Mapping[str, str],
    numbers: Numbers,
    random: Random,
) -> Iterator[dict[str, Any]]:
    """The visits that were made by the end of June, with who made them."""
    for item in approved:
        number, shift = item["family_number"], random.randint(-AROUND, AROUND)
        day = date.fromisoformat(item["approved_on"]) + DUE + timedelta(days=shift)
        if day <= LAST_DAY and random.randint(1, 100) <= numbers.visited_percent:
            visit = {"family_number": number, "visited_on": day.isoformat()}
            yield visit | {"facilitator_number": facilitators[number]} | _seen(numbers, random)


def _seen(numbers: Numbers, random: Random) -> dict[str, Any]:
    if random.randint(1, 100) > numbers.found_percent:
        return {"outcome": random.choice(AWAY)}
    fallen = random.randint(1, 100) <= numbers.fallen_percent
    return {
        "outcome": "FOUND",
        "self_reliance": "NO_LONGER" if fallen else "STILL",
        "business": random.choice(BUSINESS),
        "decile": random.choice((None, 4, 5, 6)),
    }
