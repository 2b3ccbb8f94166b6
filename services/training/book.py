"""What the use cases of the training service need besides the database."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.training import CARD
from services.training.domain import (
    Completion,
    Entitlement,
    Session,
    Training,
    oldest_open,
)
from shared.application.places import Covers
from shared.application.refusals import unknown
from shared.events.cooperative import MembershipActivated
from shared.outbox.table import Origin
from shared.security.identity import Pseudonymiser

ORIGIN = Origin(CARD.source, CARD.topic.name, CARD.topic.agreement)


@dataclass(frozen=True)
class Desk:
    """The key of the pseudonyms."""

    pseudonymiser: Pseudonymiser


def covered(one: Session | None, covers: Covers) -> Session:
    """The session that a number names; refused when unknown or outside the caller's area."""
    if one is None or not covers(one.place):
        raise unknown("session_number")
    return one


@dataclass
class CompletionBook:
    """The courses, completions and rights that one chunk speaks of: loaded once, saved once."""

    trainings: dict[str, Training]
    completions: dict[tuple[UUID, str], Completion]
    entitlements: dict[str, list[Entitlement]]
    new_trainings: list[Training] = field(default_factory=list)
    new_completions: list[Completion] = field(default_factory=list)

    def before(self, course: Training, person: str) -> Completion | None:
        """What the person completed of the course already."""
        return self.completions.get((course.id, person))

    def right_of(self, person: str, day: date, covers: Covers) -> MembershipActivated | None:
        """The right of the caller's area that a training completed on that day takes up."""
        taken_up = {one.entitlement for one in self.completions.values() if one.person == person}
        rights = self.entitlements.get(person, ())
        own = [one for one in rights if one.granted and covers(one.granted.region)]
        return oldest_open(own, taken_up, day)

    def keep(self, course: Training, done: Completion) -> None:
        """Take over a completion after its decision."""
        if course.number not in self.trainings:
            self.trainings[course.number] = course
            self.new_trainings.append(course)
        if (course.id, done.person) not in self.completions:
            self.completions[course.id, done.person] = done
            self.new_completions.append(done)
