"""What one can do from a row of a page of Social Affairs: the use cases of the HTTP interface."""

from collections.abc import Mapping, Sequence

from services.beneficiary import service
from services.beneficiary.schemas import (
    ApprovalItem,
    ContactItem,
    DeclineItem,
    InterestItem,
    ProposalItem,
    TrainingOfferItem,
    VerificationItem,
    VisitItem,
)
from shared.application.context import Context
from shared.csv.choices import name_of
from shared.desk.pages import Act, Given, Reveal, act_of, staff
from shared.events.beneficiary import (
    ContactChannel,
    DeclineReason,
    TrainingAnswer,
    VisitOutcome,
)

WRITE = "beneficiary:write"
NAME, PHONE, ADDRESS = "beneficiary.desk.name", "beneficiary.desk.phone", "beneficiary.desk.address"
NIK = "beneficiary.desk.national_id"
CONTACTED = Act(
    "contacted",
    "beneficiary.desk.contacted",
    act_of(
        service.contact_referred,
        ContactItem,
        lambda _, given: {
            "family_number": given.key,
            "contacted_on": given.day,
            "channel": given.choice,
        },
    ),
    WRITE,
    choices={one.value: name_of(one) for one in ContactChannel},
    dated=True,
)
INTERESTED = Act(
    "interested",
    "beneficiary.desk.interested",
    act_of(
        service.interest_referred,
        InterestItem,
        lambda _, given: {"family_number": given.key, "interested_on": given.day},
    ),
    WRITE,
    dated=True,
)
DECLINED = Act(
    "declined",
    "beneficiary.desk.declined",
    act_of(
        service.decline_referred,
        DeclineItem,
        lambda _, given: {
            "family_number": given.key,
            "declined_on": given.day,
            "reason": given.choice,
        },
    ),
    WRITE,
    choices={one.value: name_of(one) for one in DeclineReason},
    dated=True,
)
OFFERED = Act(
    "offered",
    "beneficiary.desk.offered",
    act_of(
        service.offer_training,
        TrainingOfferItem,
        lambda _, given: {
            "family_number": given.key,
            "offered_on": given.day,
            "answer": given.choice,
        },
    ),
    WRITE,
    choices={one.value: name_of(one) for one in TrainingAnswer},
    dated=True,
)
PROPOSE = Act(
    "propose",
    "beneficiary.desk.propose",
    act_of(
        service.propose_graduations,
        ProposalItem,
        lambda _, given: {"family_number": given.key, "proposed_on": given.day},
    ),
    WRITE,
    dated=True,
)
VERIFY = Act(
    "verify",
    "beneficiary.desk.verify",
    act_of(
        service.verify_graduations,
        VerificationItem,
        lambda _, given: {"family_number": given.key, "verified_on": given.day},
    ),
    WRITE,
    dated=True,
)
APPROVE = Act(
    "approve",
    "beneficiary.desk.approve",
    act_of(
        service.approve_graduations,
        ApprovalItem,
        lambda _, given: {"family_number": given.key, "approved_on": given.day},
    ),
    WRITE,
    dated=True,
    offered=staff,
)


SEEN = (
    "STILL-ALIVE", "STILL-STOPPED", "STILL-NONE",
    "NO_LONGER-ALIVE", "NO_LONGER-STOPPED", "NO_LONGER-NONE",
)  # fmt: skip
"""What a visitor may have seen: self-reliance and business in one choice."""
AWAY = (VisitOutcome.NOT_FOUND, VisitOutcome.MOVED, VisitOutcome.DECEASED)


def _visit(_context: Context, given: Given) -> Mapping[str, object]:
    reliance, _, business = given.choice.partition("-")
    seen = {"outcome": VisitOutcome.FOUND, "self_reliance": reliance, "business": business}
    said = seen if business else {"outcome": given.choice}
    return {"family_number": given.key, "visited_on": given.day} | said


VISITED = Act(
    "visited",
    "beneficiary.desk.visited",
    act_of(service.visit_families, VisitItem, _visit),
    WRITE,
    choices={one: f"beneficiary.desk.seen.{one}" for one in SEEN}
    | {one.value: name_of(one) for one in AWAY},
    dated=True,
)


def _families(context: Context, numbers: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    found = service.show_identities(context, numbers).families
    return {
        one.family_number: {
            NAME: one.name or "",
            PHONE: one.phone or "",
            ADDRESS: one.address or "",
            NIK: one.national_id or "",
        }
        for one in found
    }


FAMILIES = Reveal(_families, WRITE)
