"""One chunk at work: what it needs and what it loaded."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from services.cooperative import CARD
from services.cooperative.domain import Membership, Step
from services.cooperative.ladder import Cooperative, Group
from shared.application.batch import facts
from shared.application.places import Covers
from shared.application.refusals import unknown
from shared.events.beneficiary import ReferralIssued
from shared.events.envelope import Fact
from shared.outbox.table import Origin
from shared.security.encryption import ColumnCipher
from shared.security.identity import Pseudonymiser

ORIGIN = Origin(CARD.source, CARD.topic.name, CARD.topic.agreement)
Placed = TypeVar("Placed", Cooperative, Group)


@dataclass(frozen=True)
class Desk:
    """What the use cases need besides the database: the keys."""

    pseudonymiser: Pseudonymiser
    cipher: ColumnCipher


@dataclass
class Book:
    """The cooperatives and memberships that one chunk speaks of: loaded once, saved once."""

    covers: Covers
    cooperatives: dict[str, Cooperative]
    memberships: dict[tuple[UUID, str], list[Membership]]
    referrals: dict[str, list[ReferralIssued]] = field(default_factory=dict)
    touched: dict[UUID, Membership] = field(default_factory=dict)

    def find(self, number: str, person: str) -> tuple[Cooperative, list[Membership]]:
        """The cooperative and what the person has there; refused outside the caller's area."""
        cooperative = covered(self.cooperatives.get(number), self.covers, "cooperative_number")
        return cooperative, self.memberships.get((cooperative.id, person), [])

    def keep(self, steps: Sequence[Step]) -> tuple[Fact, ...]:
        """Take over a membership after its decisions and give the facts to tell."""
        one, told = (
            steps[-1].membership,
            [payload for step in steps for payload in step.payloads],
        )
        if told:
            place = (one.cooperative, one.person)
            others = [other for other in self.memberships.get(place, []) if other.id != one.id]
            self.memberships[place] = [*others, one]
            self.touched[one.id] = one
        return facts(one.person, told)


def covered(one: Placed | None, covers: Covers, field: str) -> Placed:
    """What a number names; refused when it is unknown or outside the caller's area."""
    if one is None or not covers(one.region):
        raise unknown(field)
    return one
