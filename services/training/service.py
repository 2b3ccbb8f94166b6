"""Use cases of the training service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Sequence

from sqlalchemy import Connection

from services.training import domain, store
from services.training.batch import load_attendances, load_completions
from services.training.family_groups import (
    form_family_groups,
    import_family_groups,
    import_group_families,
    join_family_groups,
)
from services.training.group_attendance import import_group_attendance
from services.training.reading import (
    group_region,
    list_ending_entitlements,
    list_entitlements,
    list_groups,
    list_groups_without_session,
    list_sessions,
    show_history,
)
from services.training.records import RECORDS
from services.training.schemas import (
    AttendanceItem,
    AttendanceRow,
    Attendant,
    CompletedItem,
    CompletionItem,
    RightItem,
    SessionItem,
    attendant_of,
)
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.latest_version import keep_latest, version_of
from shared.application.places import require_places
from shared.application.register import for_change, for_reading
from shared.errors import Refusal
from shared.events.cooperative import MembershipActivated
from shared.events.envelope import Event
from shared.http.batches import Outcome
from shared.ids import new_uuid7

__all__ = [
    "RECORDS",
    "complete_rights",
    "complete_trainings",
    "form_family_groups",
    "group_region",
    "hold_sessions",
    "import_attendance",
    "import_family_groups",
    "import_group_attendance",
    "import_group_families",
    "join_family_groups",
    "list_ending_entitlements",
    "list_entitlements",
    "list_groups",
    "list_groups_without_session",
    "list_sessions",
    "on_memberships",
    "record_attendance",
    "show_history",
]


def hold_sessions(context: Context, items: Sequence[SessionItem]) -> list[Outcome]:
    """Record sessions that were held."""
    sessions = for_change(context, store.SESSIONS, {item.session_number for item in items})
    groups = for_reading(context, store.GROUPS, {i.group_number for i in items if i.group_number})

    def decide(item: SessionItem) -> Facts:
        number = item.group_number
        group = groups.require_own(number, "group_number") if number else None
        wanted = item.session(new_uuid7(context.now), group)
        require_places(context, domain.held(wanted))
        if group:
            domain.require_group_fits(group, wanted)
        return sessions.keep(*domain.hold(sessions.get(wanted.number), wanted))

    return decide_batch(context, decide, items, save=sessions.save)


def record_attendance(context: Context, items: Sequence[AttendanceItem]) -> list[Outcome]:
    """Record who attended which session."""
    attendants = [attendant_of(item, context.keys.pseudonymiser) for item in items]
    wanted = {
        (item.session_number, one.subject)
        for item, one in zip(items, attendants, strict=True)
        if one
    }
    batch = load_attendances(context, {item.session_number for item in items}, wanted)

    def decide(item: AttendanceItem, who: Attendant | None) -> Facts:
        session = batch.sessions.require_own(item.session_number, "session_number")
        if who is None:
            raise Refusal("ATTENDANT", "family_number")
        domain.require_unit(session, who.unit)
        return batch.keep(session, who.subject)

    return decide_batch(context, decide, items, attendants, save=batch.save)


def import_attendance(context: Context, rows: Sequence[AttendanceRow]) -> list[Outcome]:
    """Import attendance: the number of a session with a family number or a NIK."""
    return record_attendance(context, [row.item for row in rows])


def complete_trainings(context: Context, items: Sequence[CompletionItem]) -> list[Outcome]:
    """Record completed trainings."""
    return _complete(context, items, [context.person(item.national_id) for item in items])


def complete_rights(context: Context, items: Sequence[RightItem]) -> list[Outcome]:
    """Record completed trainings of members by their right, for an office without their names."""
    known = store.entitlements(context.connection, {item.event_id for item in items})
    persons = {
        event: one.subject
        for event, one in known.items()
        if one.data is not None and context.may_act_in(one.data.region)
    }
    return _complete(context, items, [persons.get(item.event_id, "") for item in items])


def _complete(
    context: Context, items: Sequence[CompletedItem], persons: Sequence[str]
) -> list[Outcome]:
    batch = load_completions(context, {item.training_number for item in items}, persons)
    areas = " ".join(sorted(context.grant.areas))

    def decide(item: CompletedItem, person: str) -> Facts:
        if not person:
            raise Refusal("NOT_FOUND", "event_id")
        wanted = item.training(new_uuid7(context.now))
        training = domain.same_training(batch.trainings.get(wanted.number), wanted)
        before, day = batch.before(training, person), item.completed_on
        # a right elsewhere is not shown: the answer is that of a person without one
        right = None if before else batch.right_of(person, day)
        done = domain.complete(training, before, person, day, right, areas=areas)
        return batch.keep(training, done)

    return decide_batch(context, decide, items, persons, save=batch.save)


def on_memberships(connection: Connection, events: Sequence[Event]) -> None:
    """Keep the latest version of each activated membership: it opens a right to training."""
    versions = filter(None, (version_of(event, MembershipActivated) for event in events))
    keep_latest(connection, versions, store.entitlements, store.save_entitlements)
