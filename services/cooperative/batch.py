"""The memberships that one batch is about: loaded once, decided one by one, saved once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.cooperative import store
from services.cooperative.consents import Consent
from services.cooperative.domain import Membership, Step
from services.cooperative.status import Cooperative
from shared.application.batch import Facts, facts
from shared.application.context import Context
from shared.application.register import Loaded, for_reading
from shared.events.beneficiary import ReferralIssued


@dataclass
class MembershipBatch:
    """What persons have and had at the cooperatives that a batch names."""

    context: Context
    cooperatives: Loaded[Cooperative]
    memberships: dict[tuple[UUID, str], list[Membership]]
    referrals: dict[str, list[ReferralIssued]]
    """The referrals of each person, where they are needed."""
    consents: dict[tuple[UUID, str], list[Consent]]
    """What each person agreed to at each cooperative, where that is needed."""
    touched: dict[UUID, Membership] = field(default_factory=dict)
    agreed: list[Consent] = field(default_factory=list)

    def find(self, number: str, person: str) -> tuple[Cooperative, list[Membership]]:
        """The cooperative and what the person has there; refused outside the caller's area."""
        cooperative = self.cooperatives.require_own(number, "cooperative_number")
        return cooperative, self.memberships.get((cooperative.id, person), [])

    def keep(self, *steps: Step) -> Facts:
        """Keep a membership after its last step, and give the facts of all of them."""
        one = steps[-1].membership
        found = facts(one.person, [payload for step in steps for payload in step.payloads])
        if found:
            place = (one.cooperative, one.person)
            others = [other for other in self.memberships.get(place, []) if other.id != one.id]
            self.memberships[place] = [*others, one]
            self.touched[one.id] = one
        for step in steps:
            if step.consent is not None:
                self.agree(step.consent)
        return found

    def consents_of(self, cooperative: Cooperative, person: str) -> list[Consent]:
        """What the person agreed to there so far."""
        return self.consents.get((cooperative.id, person), [])

    def agree(self, one: Consent) -> None:
        """Keep a new consent."""
        place = (one.cooperative, one.person)
        self.consents[place] = [*self.consents.get(place, []), one]
        self.agreed.append(one)

    def save(self) -> None:
        """Write what was kept."""
        store.save_consents(self.context.connection, self.agreed)
        store.save_memberships(self.context.connection, self.touched.values())


def load_memberships(
    context: Context, numbers: Collection[str], persons: Sequence[str], *, referred: bool = False
) -> MembershipBatch:
    """Load these cooperatives with the memberships of these persons.

    `referred` adds what leads to an application: their referrals and consents.
    """
    cooperatives = for_reading(context, store.COOPERATIVES, numbers)
    ids = {one.id for one in cooperatives.known.values()}
    memberships = store.memberships(context.connection, set(persons), ids)
    referrals = store.referrals(context.connection, set(persons)) if referred else {}
    consents = store.consents(context.connection, set(persons), ids) if referred else {}
    return MembershipBatch(context, cooperatives, memberships, referrals, consents)
