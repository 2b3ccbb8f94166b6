"""What the other ministries told about persons, and who is getting ready to graduate. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.cooperative import MembershipActivated, MembershipLapsed, MembershipResigned
from shared.events.corrections import FactCorrected
from shared.events.days import happened_on
from shared.events.envelope import Event
from shared.events.training import TrainingCompleted


class Kind(StrEnum):
    """What was told about a person."""

    ACTIVATED = "ACTIVATED"
    ENDED = "ENDED"
    TRAINED = "TRAINED"


@dataclass(frozen=True)
class Word:
    """The latest word on one event of another ministry."""

    event: UUID
    person: str
    kind: Kind
    reference: UUID
    """Id of the membership or training."""
    day: date | None
    """None: taken back."""
    corrected: tuple[datetime, UUID] | None = None
    """Rank of the correction that speaks; none: the event itself."""


def word_of(event: Event) -> Word | None:
    """What an event says about readiness; nothing for all other events."""
    if not isinstance(event.data, FactCorrected):
        told = _told(event.data)
        return Word(event.id, event.subject, *told) if told else None
    return _corrected(event, event.data)


def latest_words(known: Mapping[UUID, Word], said: Iterable[Word]) -> dict[UUID, Word]:
    """The words that count after hearing more, in any order and however often heard."""
    words = dict(known)
    for word in said:
        before = words.get(word.event)
        if before is None or _counts_over(word, before):
            words[word.event] = word
    return words


_HEARD: Mapping[type[Payload], tuple[Kind, str]] = {
    MembershipActivated: (Kind.ACTIVATED, "membership"),
    MembershipLapsed: (Kind.ENDED, "membership"),
    MembershipResigned: (Kind.ENDED, "membership"),
    TrainingCompleted: (Kind.TRAINED, "training"),
}
"""What counts for readiness: as what, and which field says about which membership or training."""


def _told(data: Payload) -> tuple[Kind, UUID, date | None] | None:
    if type(data) not in _HEARD:
        return None
    kind, reference = _HEARD[type(data)]
    return kind, getattr(data, reference), happened_on(data)


def _corrected(event: Event, data: FactCorrected) -> Word | None:
    payload_class = CATALOGUE.get(data.corrected_type)
    if payload_class is None or payload_class not in _HEARD:
        return None
    rank = (event.recordedtime, event.id)
    said = data.replacement
    told = _told(payload_class.model_validate(said, extra="ignore")) if said else None
    if told is None:
        # which membership it was is not told: the word is about the event, which counts no more
        told = (_HEARD[payload_class][0], data.corrected, None)
    return Word(data.corrected, event.subject, *told, corrected=rank)


def _counts_over(word: Word, before: Word) -> bool:
    if word.corrected is None:
        return False
    return before.corrected is None or word.corrected > before.corrected
