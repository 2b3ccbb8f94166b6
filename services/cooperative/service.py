"""Use cases of the cooperative service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Callable, Sequence

from services.cooperative import domain, returning, status, store
from services.cooperative.activity import grant_benefits, record_activity
from services.cooperative.activity_schemas import Reinstatement
from services.cooperative.applications import (
    apply_for_membership,
    import_members,
    record_consents,
)
from services.cooperative.assemblies import (
    import_annual_meetings,
    import_member_targets,
    record_annual_meetings,
    set_member_targets,
)
from services.cooperative.batch import load_memberships
from services.cooperative.candidates import list_candidates, on_referrals
from services.cooperative.domain import Step
from services.cooperative.group_lineage import record_group_cooperatives, record_successions
from services.cooperative.group_roles import record_group_departures, record_group_members
from services.cooperative.reading import (
    list_cooperatives,
    list_groups,
    list_memberships,
    list_unrecorded_savings,
    list_waiting_memberships,
    member_of,
    show_history,
    show_members,
)
from services.cooperative.records import RECORDS
from services.cooperative.schemas import (
    Activation,
    Approval,
    CooperativeRow,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    Lapse,
    MemberStep,
    Resignation,
)
from services.cooperative.supporting import record_capital, record_mentoring
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.places import require_place
from shared.application.register import for_change
from shared.http.batches import Outcome
from shared.ids import new_uuid7

__all__ = [
    "RECORDS",
    "apply_for_membership",
    "change_cooperative_statuses",
    "change_group_statuses",
    "form_groups",
    "grant_benefits",
    "import_annual_meetings",
    "import_cooperatives",
    "import_member_targets",
    "import_members",
    "list_candidates",
    "list_cooperatives",
    "list_groups",
    "list_memberships",
    "list_unrecorded_savings",
    "list_waiting_memberships",
    "member_of",
    "on_referrals",
    "record_activations",
    "record_activity",
    "record_annual_meetings",
    "record_approvals",
    "record_capital",
    "record_consents",
    "record_group_cooperatives",
    "record_group_departures",
    "record_group_members",
    "record_lapses",
    "record_mentoring",
    "record_reinstatements",
    "record_resignations",
    "record_successions",
    "set_member_targets",
    "show_history",
    "show_members",
]


def import_cooperatives(context: Context, rows: Sequence[CooperativeRow]) -> list[Outcome]:
    """Import cooperatives, with their status where it is not REGISTERED."""
    cooperatives = for_change(context, store.COOPERATIVES, {row.nomor_koperasi for row in rows})

    def decide(row: CooperativeRow) -> Facts:
        require_place(context, row.kode_desa, "kode_desa")
        wanted = row.cooperative(new_uuid7(context.now))
        one, registered = status.register(cooperatives.get(wanted.number), wanted)
        was = status.status_of(one)
        one, moved = status.move_to_listed(one, row.status, row.tanggal_status)
        if moved and not registered:
            context.note("status", was, row.status)
        return cooperatives.keep(one, (*registered, *moved))

    return decide_batch(context, decide, rows, save=cooperatives.save)


def change_cooperative_statuses(
    context: Context, items: Sequence[CooperativeStatusItem]
) -> list[Outcome]:
    """Record changes of cooperatives' status."""
    numbers = {item.cooperative_number for item in items}
    cooperatives = for_change(context, store.COOPERATIVES, numbers)

    def decide(item: CooperativeStatusItem) -> Facts:
        before = cooperatives.require_own(item.cooperative_number, "cooperative_number")
        after, moved = status.move_cooperative(before, item.status, item.effective_on)
        if moved:
            context.note("status", status.status_of(before), item.status)
        return cooperatives.keep(after, moved)

    return decide_batch(context, decide, items, save=cooperatives.save)


def form_groups(context: Context, items: Sequence[GroupItem]) -> list[Outcome]:
    """Record newly formed household-business groups."""
    groups = for_change(context, store.GROUPS, {item.group_number for item in items})

    def decide(item: GroupItem) -> Facts:
        require_place(context, item.region, "region")
        wanted = item.group(new_uuid7(context.now))
        return groups.keep(*status.form(groups.get(wanted.number), wanted))

    return decide_batch(context, decide, items, save=groups.save)


def change_group_statuses(context: Context, items: Sequence[GroupStatusItem]) -> list[Outcome]:
    """Record steps of groups on the ladder towards a cooperative."""
    groups = for_change(context, store.GROUPS, {item.group_number for item in items})

    def decide(item: GroupStatusItem) -> Facts:
        before = groups.require_own(item.group_number, "group_number")
        after, moved = status.move_group(before, item.status, item.effective_on)
        if moved:
            context.note("status", status.status_of_group(before), item.status)
        return groups.keep(after, moved)

    return decide_batch(context, decide, items, save=groups.save)


def record_approvals(context: Context, items: Sequence[Approval]) -> list[Outcome]:
    """The cooperative approved an application."""
    return _take_steps(context, items, domain.approve)


def record_activations(context: Context, items: Sequence[Activation]) -> list[Outcome]:
    """Principal savings are paid: a member from this day."""
    return _take_steps(context, items, domain.activate)


def record_lapses(context: Context, items: Sequence[Lapse]) -> list[Outcome]:
    """A membership lapsed; the day is the last one as a member."""
    return _take_steps(context, items, domain.lapse)


def record_resignations(context: Context, items: Sequence[Resignation]) -> list[Outcome]:
    """A member resigned; the day is the last one as a member."""
    return _take_steps(context, items, domain.resign)


def record_reinstatements(context: Context, items: Sequence[Reinstatement]) -> list[Outcome]:
    """Somebody who had lapsed or resigned is a member again."""
    return _take_steps(context, items, returning.reinstate)


def _take_steps(
    context: Context, items: Sequence[MemberStep], rule: Callable[..., Step]
) -> list[Outcome]:
    persons = [context.person(item.national_id) for item in items]
    batch = load_memberships(context, {item.cooperative_number for item in items}, persons)

    def decide(item: MemberStep, person: str) -> Facts:
        cooperative, past = batch.find(item.cooperative_number, person)
        return batch.keep(rule(cooperative, past, item.day))

    return decide_batch(context, decide, items, persons, save=batch.save)
