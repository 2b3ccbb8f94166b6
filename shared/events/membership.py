"""What becomes of a membership: its months, what the member gets from it, and coming back.

The subject is the person's pseudonym. No amount of money leaves the cooperative: a month's savings
are paid or not, a benefit has a kind.
"""

from enum import StrEnum

from pydantic import Field

from shared.events import story
from shared.events.base import Flag, Id, Payload
from shared.events.cooperative import SOURCE
from shared.events.days import EndedMonth, HappenedOn
from shared.events.event_type import event_type, pseudonym_of
from shared.events.story import sample


class BenefitKind(StrEnum):
    """What a member gets for being one."""

    SURPLUS_SHARE = "SURPLUS_SHARE"
    MEMBER_PRICE = "MEMBER_PRICE"
    CREDIT = "CREDIT"


class SavingsRecorded(Payload):
    """Whether the mandatory savings of a month are paid.

    What is paid later is another event that says yes; of several about one month, one yes is enough.
    """

    EVENT = event_type(
        "id.lintas.membership.savings_recorded.v1",
        sample(
            "the savings of May are paid",
            story.PERSON,
            story.MONTH_END,
            **story.MEMBER,
            month="2026-05",
            paid=True,
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened=None,
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    month: EndedMonth = Field(description="The month for which the savings are due")
    paid: Flag = Field(description="Whether they are paid; no amount is said")


class TransactionsRecorded(Payload):
    """Whether a member bought from the cooperative, sold to it or used it otherwise in a month.

    Of several about one month, one yes is enough.
    """

    EVENT = event_type(
        "id.lintas.membership.transactions_recorded.v1",
        sample(
            "the member transacted in May",
            story.PERSON,
            story.MONTH_END,
            **story.MEMBER,
            month="2026-05",
            transacted=True,
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened=None,
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    month: EndedMonth = Field(description="The month")
    transacted: Flag = Field(description="Whether there was a transaction; no amount is said")


class BenefitGranted(Payload):
    """A member got something for being one: of which kind, never how much."""

    EVENT = event_type(
        "id.lintas.membership.benefit_granted.v1",
        sample(
            "a share of the surplus",
            story.PERSON,
            benefit=story.BENEFIT,
            **story.MEMBER,
            kind="SURPLUS_SHARE",
            granted_on="2026-04-10",
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="granted_on",
    )

    benefit: Id
    """Id of the benefit."""
    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    kind: BenefitKind
    """What it is."""
    granted_on: HappenedOn
    """Day on which the member got it."""


class MembershipReinstated(Payload):
    """Somebody who had lapsed or resigned is a member again, under the same membership."""

    EVENT = event_type(
        "id.lintas.membership.reinstated.v1",
        sample(
            "a lapsed member comes back",
            story.OTHER_PERSON,
            **story.OTHER_MEMBER,
            reinstated_on="2026-06-20",
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="reinstated_on",
    )

    membership: Id
    """Id of the membership."""
    cooperative: Id
    """Id of the cooperative."""
    reinstated_on: HappenedOn
    """First day as a member again."""


EVENTS: tuple[type[Payload], ...] = (
    SavingsRecorded,
    TransactionsRecorded,
    BenefitGranted,
    MembershipReinstated,
)
