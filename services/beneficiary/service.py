"""Use cases of the beneficiary service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TypeVar

from sqlalchemy import Connection

from services.beneficiary import domain, store
from services.beneficiary.changes import note_changes
from services.beneficiary.domain import Change, Decision
from services.beneficiary.enrolment import import_families
from services.beneficiary.facilitators import (
    import_facilitators,
    list_targets,
    require_nameable,
    set_targets,
)
from services.beneficiary.family import Family
from services.beneficiary.identities import show_identities
from services.beneficiary.own import require_assigned
from services.beneficiary.persons import head_after, persons_of
from services.beneficiary.readiness import progress_of
from services.beneficiary.reading import list_families, show_history
from services.beneficiary.records import RECORDS
from services.beneficiary.referral_outcomes import (
    contact_referred,
    decline_referred,
    import_outcomes,
    interest_referred,
)
from services.beneficiary.referrals import issue_referrals
from services.beneficiary.referring import refer_families
from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    ExitItem,
    FamilyItem,
    ProposalItem,
    VerificationItem,
)
from services.beneficiary.target_lists import import_programme_targets, set_programme_targets
from services.beneficiary.training import list_untrained, offer_training
from services.beneficiary.unseen import list_unseen
from services.beneficiary.views import show_family
from services.beneficiary.visits import visit_families
from services.beneficiary.worklists import list_cases, list_contacts, list_pace, list_readiness
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context, Keys
from shared.application.latest_version import keep_latest
from shared.application.places import require_region
from shared.application.register import for_change, for_reading
from shared.events.envelope import Event
from shared.http.batches import Outcome
from shared.ids import new_uuid7

__all__ = [
    "RECORDS",
    "approve_graduations",
    "assign_facilitators",
    "change_families",
    "contact_referred",
    "decline_referred",
    "exit_families",
    "import_facilitators",
    "import_families",
    "import_outcomes",
    "import_programme_targets",
    "interest_referred",
    "issue_referrals",
    "list_cases",
    "list_contacts",
    "list_families",
    "list_pace",
    "list_readiness",
    "list_targets",
    "list_unseen",
    "list_untrained",
    "offer_training",
    "on_progress",
    "propose_graduations",
    "refer_families",
    "restate_families",
    "set_programme_targets",
    "set_targets",
    "show_family",
    "show_history",
    "show_identities",
    "verify_graduations",
    "visit_families",
]
Item = TypeVar("Item", bound=FamilyItem)


def change_families(context: Context, items: Sequence[ChangeItem]) -> list[Outcome]:
    """Record new versions of families' records; the old region's staff may move a family."""
    return _change_each(context, items, domain.change)


def restate_families(context: Context, items: Sequence[ChangeItem]) -> list[Outcome]:
    """Record what a month's full list says of families; what holds already is no change."""
    return _change_each(context, items, domain.restate)


def assign_facilitators(context: Context, items: Sequence[AssignmentItem]) -> list[Outcome]:
    """Give families their facilitators."""
    facilitators = for_reading(
        context, store.FACILITATORS, {item.facilitator_number for item in items}
    )
    number_of = cache(partial(store.number_of_facilitator, context.connection))

    def rule(family: Family, item: AssignmentItem) -> Decision:
        one = facilitators.get(item.facilitator_number)
        region = family.current.region
        facilitator = require_nameable(context, one, region, "facilitator_number")
        after, payloads = domain.assign(family, facilitator.id, item.assigned_on)
        if payloads and family.facilitator is not None:
            context.note("facilitator_number", number_of(family.facilitator), facilitator.number)
        return after, payloads

    return _decide_each(context, items, rule)


def propose_graduations(context: Context, items: Sequence[ProposalItem]) -> list[Outcome]:
    """Open cases of self-sufficient graduation."""

    def rule(family: Family, item: ProposalItem) -> Decision:
        return domain.propose(family, new_uuid7(context.now), item.proposed_on)

    return _decide_each(context, items, rule)


def verify_graduations(context: Context, items: Sequence[VerificationItem]) -> list[Outcome]:
    """Record verifications in the field."""
    return _decide_each(
        context, items, lambda family, item: domain.verify(family, item.verified_on)
    )


def approve_graduations(context: Context, items: Sequence[ApprovalItem]) -> list[Outcome]:
    """Approve verified graduations: the families leave."""
    return _decide_each(
        context, items, lambda family, item: domain.approve(family, item.approved_on)
    )


def exit_families(context: Context, items: Sequence[ExitItem]) -> list[Outcome]:
    """Record that families left for other reasons."""
    return _decide_each(
        context, items, lambda family, item: domain.leave(family, item.reason, item.exited_on)
    )


def on_progress(connection: Connection, events: Sequence[Event]) -> None:
    """Keep the latest version of each membership and completed training."""
    versions = filter(None, map(progress_of, events))
    keep_latest(connection, versions, store.progress, store.save_progress)


def _change_each(
    context: Context, items: Sequence[ChangeItem], rule: Callable[[Family, Change], Decision]
) -> list[Outcome]:
    def decide(family: Family, item: ChangeItem) -> Decision:
        if item.region is not None:
            require_region(context, item.region, "region")
        after, payloads = rule(family, _change(context.keys, family, item))
        note_changes(context, family.current, after.current)
        return after, payloads

    return _decide_each(context, items, decide)


def _decide_each(
    context: Context, items: Sequence[Item], rule: Callable[[Family, Item], Decision]
) -> list[Outcome]:
    subjects = [context.family(item.family_number) for item in items]
    families = for_change(context, store.FAMILIES, set(subjects))

    def decide(item: Item, subject: str) -> Facts:
        family = families.require_own(subject, "family_number")
        require_assigned(context, family, "family_number")
        return families.keep(*rule(family, item))

    return decide_batch(context, decide, items, subjects, save=families.save)


def _change(keys: Keys, family: Family, item: ChangeItem) -> Change:
    if item.national_ids is None:
        return Change(item.effective_on, item.region, item.decile)
    head, members = next(iter(item.national_ids), None), item.national_ids[1:]
    born, sealed = head_after(keys, family.current, head, item.effective_on)
    persons = persons_of(keys, head, born, members, item.effective_on)
    return Change(item.effective_on, item.region, item.decile, persons, sealed)
