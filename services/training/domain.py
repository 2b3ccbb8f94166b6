"""The rules of sessions, attendance and training: data in, data out; no clock, no keys."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from services.training.groups import FamilyGroup
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.cooperative import MembershipActivated
from shared.events.training import (
    ActivityType,
    Module,
    Objective,
    ParticipantCount,
    SessionAttended,
    SessionHeld,
    TrainingCompleted,
    Unit,
)

TIME_TO_TRAIN = timedelta(days=90)
"""How long after joining a member is to be trained."""


@dataclass(frozen=True)
class Session:
    """One meeting, under the number that its ministry gave it."""

    id: UUID
    number: str
    activity: ActivityType
    district: str
    region: str | None
    held_on: date
    modules: tuple[Module, ...] = ()
    objectives: tuple[Objective, ...] = ()
    participants: tuple[ParticipantCount, ...] = ()
    group: UUID | None = None
    """The family group that met."""

    @property
    def place(self) -> str:
        """The narrowest region that is known of it."""
        return self.region or self.district


@dataclass(frozen=True)
class Training:
    """One course, under the number that its ministry gave it."""

    id: UUID
    number: str
    activity: ActivityType


@dataclass(frozen=True)
class Completion:
    """A person completed a training."""

    training: UUID
    person: str
    completed_on: date
    entitlement: UUID | None
    areas: str | None = None
    """Areas of who recorded it, separated by spaces; none where that was not kept yet."""


@dataclass(frozen=True)
class Attendance:
    """A family (P2K2) or a person attended a session."""

    session: Session
    subject: str


CompletionDecision = tuple[Completion, tuple[Payload, ...]]
"""A completion, and the payloads of its events; none when it was recorded before."""


def hold(before: Session | None, wanted: Session) -> tuple[Session, tuple[Payload, ...]]:
    """The session under a number: newly held, or the same as recorded before."""
    if before is not None:
        if replace(before, id=wanted.id) != wanted:
            raise Refusal("CONFLICT", "session_number")
        return before, ()
    require_fit(wanted)
    return wanted, (held(wanted),)


def require_fit(session: Session) -> None:
    """The village lies in the district, and only P2K2 teaches modules and is of a group."""
    if session.region and not session.region.startswith(session.district + "."):
        raise Refusal("REGION_OUTSIDE", "region")
    if session.modules and session.activity is not ActivityType.P2K2:
        raise Refusal("MODULES", "modules")
    if session.group and session.activity is not ActivityType.P2K2:
        raise Refusal("GROUP_P2K2", "group_number")


def require_group_fits(group: FamilyGroup, session: Session) -> None:
    """A group meets in its own district, from the day on which it was formed."""
    if group.district != session.district:
        raise Refusal("REGION_OUTSIDE", "group_number")
    if session.held_on < group.formed_on:
        raise Refusal("DATE_ORDER", "held_on")


def held(session: Session) -> SessionHeld:
    """The payload of a session."""
    return SessionHeld(
        activity=session.activity,
        district=session.district,
        region=session.region,
        held_on=session.held_on,
        modules=session.modules,
        objectives=session.objectives,
        participants=session.participants,
        group=session.group,
    )


def attended(session: Session) -> SessionAttended:
    """The payload of everyone who attended a session: of P2K2 a family, else a person."""
    return SessionAttended(
        session=session.id,
        unit=Unit.FAMILY if session.activity is ActivityType.P2K2 else Unit.PERSON,
        activity=session.activity,
        held_on=session.held_on,
        modules=session.modules,
    )


def require_unit(session: Session, unit: Unit) -> None:
    """P2K2 is attended by families, every other activity by persons."""
    if (unit is Unit.FAMILY) != (session.activity is ActivityType.P2K2):
        raise Refusal("ATTENDANT", "national_id" if unit is Unit.PERSON else "family_number")


def same_training(before: Training | None, wanted: Training) -> Training:
    """The course under a number: the first completion makes it known."""
    if before is None:
        return wanted
    if before.activity is not wanted.activity:
        raise Refusal("CONFLICT", "activity")
    return before


def complete(
    training: Training,
    before: Completion | None,
    person: str,
    day: date,
    right: MembershipActivated | None,
    *,
    areas: str,
) -> CompletionDecision:
    """A person completes a training, once."""
    if before is not None:
        if before.completed_on != day:
            raise Refusal("CONFLICT", "completed_on")
        return before, ()
    entitlement = right.membership if right else None
    fact = TrainingCompleted(
        training=training.id, activity=training.activity, completed_on=day, entitlement=entitlement
    )
    return Completion(training.id, person, day, entitlement, areas), (fact,)


def deadline(granted: MembershipActivated) -> date:
    """Last day on which training counts as in time."""
    return granted.activated_on + TIME_TO_TRAIN


def oldest_open(
    rights: Iterable[MembershipActivated], taken_up: Collection[UUID | None], day: date
) -> MembershipActivated | None:
    """The oldest right that was open on that day: training takes it up."""
    open_rights = [
        one for one in rights if one.activated_on <= day and one.membership not in taken_up
    ]
    return min(open_rights, key=lambda one: (one.activated_on, one.membership), default=None)
