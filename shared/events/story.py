"""The people and things of the examples: one small story in Jember; nobody in it exists.

Ids and pseudonyms are made from counters and words, so the examples are the same on every run.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID


@dataclass(frozen=True, eq=False)
class Sample:
    """One example as its payload class writes it down; `shared.events.examples` makes the event."""

    name: str
    subject: str
    day: date | None
    """When it happened, for a type of which no field says so."""
    data: Mapping[str, Any]
    """The payload as JSON has it."""


def sample(name: str, subject: str, day: date | None = None, /, **data: Any) -> Sample:
    """An example with its payload's fields as keywords."""
    return Sample(name, subject, day, data)


def example_id(number: int) -> UUID:
    """A UUID of version 7 made from a counter."""
    return UUID(f"0199e000-{number:04x}-7000-8000-0000000{number:05x}")


def pseudonym(word: str) -> str:
    """A pseudonym of nobody, made from a word."""
    digest = hashlib.sha256(f"lintas example {word}".encode()).digest()
    return "k1." + base64.b32encode(digest).decode().rstrip("=").lower()


FAMILY, PERSON, OTHER_PERSON = map(pseudonym, ("family", "person", "other person"))
UNKNOWN_FAMILY = pseudonym("unknown family")
FACILITATOR, COOPERATIVE, GROUP, SESSION, MEMBERSHIP, REFERRAL, GRADUATION = (
    str(example_id(n)) for n in range(1, 8)
)
PROGRAMME_TARGET = "e1659295-55e5-5b70-b9d5-6ed873bb0581"
CONSENT, OTHER_MEMBERSHIP, OUTREACH, COURSE, RELEASE = (str(example_id(n)) for n in range(9, 14))
FAMILY_GROUP = str(example_id(20))
RECEIPT = str(example_id(21))
BENEFIT, MENTORING, CAPITAL = (str(example_id(n)) for n in range(40, 43))
OTHER_GROUP, LINEAGE = (str(example_id(n)) for n in range(50, 52))
MONTH_END = date(2026, 5, 31)
CUT = RELEASE
"""A release has the id of its cut."""
ENROLMENT_EVENT, REFERRAL_EVENT = (str(example_id(n)) for n in (1000, 1006))
VILLAGE, NEXT_VILLAGE, DISTRICT, SUBDISTRICT = "35.09.30.2009", "35.09.30.2001", "35.09", "35.09.30"

MEMBER = {"membership": MEMBERSHIP, "cooperative": COOPERATIVE}
OTHER_MEMBER = {"membership": OTHER_MEMBERSHIP, "cooperative": COOPERATIVE}
PERSONS = (
    {"person": PERSON, "representative": True, "age_band": "A30_44"},
    {"person": OTHER_PERSON, "representative": False, "age_band": "A45_64"},
)
ENROLMENT: Mapping[str, Any] = {
    "programme": "PKH",
    "region": VILLAGE,
    "enrolled_on": "2025-01-15",
    "decile_band": "D1_2",
    "persons": PERSONS,
}
"""How the family of the story was enrolled; a correction mends its day."""
