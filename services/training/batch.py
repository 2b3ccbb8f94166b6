"""The attendances and completions that one batch is about: loaded once, saved once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.training import domain, store
from services.training.domain import Attendance, Completion, Session, Training
from shared.application.batch import Facts, facts
from shared.application.context import Context
from shared.application.register import Loaded, for_change, for_reading
from shared.clock import noon
from shared.events.cooperative import MembershipActivated
from shared.events.envelope import Fact
from shared.events.training import SessionAttended


@dataclass
class AttendanceBatch:
    """Who attended the sessions that a batch names."""

    context: Context
    sessions: Loaded[Session]
    done: set[tuple[UUID, str]]
    new: dict[tuple[UUID, str], Attendance] = field(default_factory=dict)
    said: dict[UUID, tuple[datetime, SessionAttended]] = field(default_factory=dict)
    """When each session was, and what is published of everyone who attended it."""

    def has(self, session: Session, subject: str) -> bool:
        """Whether this attendance is recorded, or kept in this batch."""
        key = (session.id, subject)
        return key in self.done or key in self.new

    def keep(self, session: Session, subject: str) -> Facts:
        """Keep an attendance, and give its fact; none when it was recorded before."""
        if self.has(session, subject):
            return ()
        self.new[session.id, subject] = Attendance(session, subject)
        if session.id not in self.said:
            self.said[session.id] = noon(session.held_on), domain.attended(session)
        return (Fact(subject, *self.said[session.id]),)

    def save(self) -> None:
        """Write what was kept."""
        store.save_attendances(self.context.connection, self.new.values())


def load_attendances(
    context: Context, numbers: Collection[str], attended: Collection[tuple[str, str]]
) -> AttendanceBatch:
    """Load these sessions, and who of these families and persons attended one: number, subject."""
    sessions = for_reading(context, store.SESSIONS, numbers)
    ids = {number: one.id for number, one in sessions.known.items()}
    pairs = {(ids[number], subject) for number, subject in attended if number in ids}
    return AttendanceBatch(context, sessions, store.attendances(context.connection, pairs))


@dataclass
class CompletionBatch:
    """The courses that a batch names, with the completions and rights of its persons."""

    context: Context
    trainings: Loaded[Training]
    completions: dict[tuple[UUID, str], Completion]
    rights: dict[str, list[MembershipActivated]]
    new: list[Completion] = field(default_factory=list)

    def before(self, training: Training, person: str) -> Completion | None:
        """What the person completed of the course already."""
        return self.completions.get((training.id, person))

    def right_of(self, person: str, day: date) -> MembershipActivated | None:
        """The right of the caller's area that a training completed on that day takes up."""
        taken_up = {one.entitlement for one in self.completions.values() if one.person == person}
        rights = self.rights.get(person, ())
        own = [one for one in rights if self.context.may_act_in(one.region)]
        return domain.oldest_open(own, taken_up, day)

    def keep(self, training: Training, decision: domain.CompletionDecision) -> Facts:
        """Keep a completion after its decision, and give its facts."""
        done, payloads = decision
        if self.trainings.get(training.number) is None:
            self.trainings.add(training)
        if payloads:
            self.completions[training.id, done.person] = done
            self.new.append(done)
        return facts(done.person, payloads)

    def save(self) -> None:
        """Write what was kept."""
        self.trainings.save()
        store.save_completions(self.context.connection, self.new)


def load_completions(
    context: Context, numbers: Collection[str], persons: Sequence[str]
) -> CompletionBatch:
    """Load these courses with the completions and rights of these persons."""
    trainings = for_change(context, store.TRAININGS, numbers)
    completions = store.completions_of(context.connection, set(persons))
    rights = store.rights_of(context.connection, set(persons))
    return CompletionBatch(context, trainings, completions, rights)
