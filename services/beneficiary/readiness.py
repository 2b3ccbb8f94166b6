"""What the other ministries publish about persons, and what it says about readiness. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.application.latest_version import Rank, version_of
from shared.events.base import Payload
from shared.events.cooperative import (
    MembershipActivated,
    MembershipApplied,
    MembershipLapsed,
    MembershipResigned,
)
from shared.events.days import happened_on
from shared.events.envelope import Event
from shared.events.membership import MembershipReinstated
from shared.events.training import TrainingCompleted


class Kind(StrEnum):
    """What happened to a person."""

    APPLIED = "APPLIED"
    ACTIVATED = "ACTIVATED"
    ENDED = "ENDED"
    RETURNED = "RETURNED"
    """A membership that had ended goes on."""
    TRAINED = "TRAINED"


@dataclass(frozen=True)
class Progress:
    """The version that counts of one event of another ministry."""

    event: UUID
    person: str
    kind: Kind
    reference: UUID
    """Id of the membership or training; of the event once it was taken back."""
    day: date | None
    """None: taken back."""
    corrected: Rank | None = None
    """Rank of the correction; none: the event itself."""


_KINDS: dict[type[Payload], tuple[Kind, str]] = {
    MembershipApplied: (Kind.APPLIED, "membership"),
    MembershipActivated: (Kind.ACTIVATED, "membership"),
    MembershipLapsed: (Kind.ENDED, "membership"),
    MembershipResigned: (Kind.ENDED, "membership"),
    MembershipReinstated: (Kind.RETURNED, "membership"),
    TrainingCompleted: (Kind.TRAINED, "training"),
}
"""What counts for readiness and for who waits: as what, and which field names it."""


def progress_of(event: Event) -> Progress | None:
    """What an event says about readiness; nothing for all other events."""
    version = version_of(event, *_KINDS)
    if version is None:
        return None
    kind, field = _KINDS[version.kind]
    data = version.data
    # a correction that takes back does not say which membership it was, and it need not
    reference = getattr(data, field) if data else version.event
    day = happened_on(data) if data else None
    return Progress(version.event, version.subject, kind, reference, day, version.corrected)
