"""Use cases of the training service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Connection

from services.training import domain, store
from services.training.book import ORIGIN, CompletionBook, Desk, covered
from services.training.correct import CORRECTIONS
from services.training.domain import Entitlement, Session
from services.training.refusals import attendant
from services.training.schemas import (
    AttendanceItem,
    CompletionItem,
    EntitlementItem,
    EntitlementList,
    SessionItem,
    subject_of,
)
from services.training.tables import session as session_table
from services.training.tables import training as training_table
from shared.application.batch import facts, settle
from shared.application.corrections import correct_fact as correct
from shared.application.places import Covers, require_places
from shared.clock import noon
from shared.events.catalogue import TYPE_OF
from shared.events.cooperative import MembershipActivated
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, Fact
from shared.events.training import Unit
from shared.http.batches import Outcome
from shared.http.cursors import cursor_after
from shared.ids import new_uuid7

ACTIVATION = TYPE_OF[MembershipActivated]
correct_fact = partial(correct, rules=CORRECTIONS)
__all__ = [
    "complete_trainings",
    "correct_fact",
    "hear_memberships",
    "hold_sessions",
    "list_entitlements",
    "record_attendance",
]


def hold_sessions(
    connection: Connection,
    items: Sequence[SessionItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record sessions that were held."""
    store.lock_register(connection, session_table)
    known = store.sessions(connection, {item.session_number for item in items})
    touched: dict[str, Session] = {}

    def decide(item: SessionItem) -> tuple[Fact, ...]:
        wanted = item.session(new_uuid7(now))
        require_places(domain.held(wanted), covers)
        one, told = domain.hold(known.get(wanted.number), wanted)
        if told:
            known[one.number] = touched[one.number] = one
        return facts(str(one.id), told)

    outcomes = settle(connection, ORIGIN, items, decide, now)
    store.save_sessions(connection, touched.values())
    return outcomes


def record_attendance(
    connection: Connection,
    desk: Desk,
    items: Sequence[AttendanceItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record who attended which session."""
    subjects = [subject_of(item, desk.pseudonymiser) for item in items]
    known = store.sessions(connection, {item.session_number for item in items})
    told = {number: domain.attended(one) for number, one in known.items()}
    there = {subject for _, subject in filter(None, subjects)}
    done = store.attendances(connection, [one.id for one in known.values()], there)
    fresh: set[tuple[UUID, str]] = set()

    def decide(asked: tuple[AttendanceItem, tuple[Unit, str] | None]) -> tuple[Fact, ...]:
        item, named = asked
        one = covered(known.get(item.session_number), covers)
        if named is None:
            raise attendant("family_number")
        unit, subject = named
        domain.require_unit(one, unit)
        if (one.id, subject) in done or (one.id, subject) in fresh:
            return ()
        fresh.add((one.id, subject))
        return (Fact(subject, noon(one.held_on), told[item.session_number]),)

    outcomes = settle(connection, ORIGIN, list(zip(items, subjects, strict=True)), decide, now)
    store.save_attendances(connection, fresh)
    return outcomes


def complete_trainings(
    connection: Connection,
    desk: Desk,
    items: Sequence[CompletionItem],
    *,
    covers: Covers,
    areas: Sequence[str],
    now: datetime,
) -> list[Outcome]:
    """Record completed trainings; each takes up the person's oldest open right in these areas.

    A right elsewhere is neither taken up nor shown: the answer is that of a person without one.
    """
    persons = [desk.pseudonymiser.person(item.national_id) for item in items]
    book = _load_completions(connection, {item.training_number for item in items}, set(persons))

    def decide(asked: tuple[str, CompletionItem]) -> tuple[Fact, ...]:
        person, item = asked
        course = item.training(new_uuid7(now))
        course = domain.same_training(book.trainings.get(course.number), course)
        before = book.before(course, person)
        right = None if before else book.right_of(person, item.completed_on, covers)
        done, told = domain.complete(
            course, before, person, item.completed_on, right, areas=" ".join(sorted(areas))
        )
        book.keep(course, done)
        return facts(person, told)

    outcomes = settle(connection, ORIGIN, list(zip(persons, items, strict=True)), decide, now)
    store.save_trainings(connection, book.new_trainings)
    store.save_completions(connection, book.new_completions)
    return outcomes


def hear_memberships(connection: Connection, events: Sequence[Event]) -> None:
    """Keep what the Ministry of Cooperatives said about activations: each opens a right."""
    words = [word for word in map(_word, events) if word is not None]
    known = store.entitlements(connection, {word.event for word in words})
    for word in words:
        known[word.event] = domain.latest_word(known.get(word.event), word)
    store.save_entitlements(connection, known.values())


def list_entitlements(
    connection: Connection, area: str, *, after: UUID | None, limit: int
) -> EntitlementList:
    """One page of the rights in an area that no training took up yet."""
    found = store.open_entitlements(connection, area, after=after, limit=limit)
    items = [_entitlement_item(one, one.granted) for one in found if one.granted]
    return EntitlementList(
        entitlements=items, next=cursor_after(found[-1].event) if len(found) == limit else None
    )


def _entitlement_item(one: Entitlement, granted: MembershipActivated) -> EntitlementItem:
    return EntitlementItem(
        event_id=one.event,
        person=one.person,
        membership=granted.membership,
        region=granted.region,
        activated_on=granted.activated_on,
        deadline=domain.deadline(granted),
    )


def _load_completions(
    connection: Connection, numbers: set[str], persons: set[str]
) -> CompletionBook:
    store.lock_register(connection, training_table)
    return CompletionBook(
        store.trainings(connection, numbers),
        store.completions_of(connection, persons),
        store.entitlements_of(connection, persons),
    )


def _word(event: Event) -> Entitlement | None:
    if isinstance(event.data, MembershipActivated):
        return Entitlement(event.id, event.subject, event.data)
    if not isinstance(event.data, FactCorrected) or event.data.corrected_type != ACTIVATION:
        return None
    said = event.data.replacement
    granted = MembershipActivated.model_validate(said, extra="ignore") if said else None
    return Entitlement(event.data.corrected, event.subject, granted, (event.recordedtime, event.id))
