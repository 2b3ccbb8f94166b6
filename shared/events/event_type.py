"""What the contract says of one type of event, once; its payload class carries it as `EVENT`.

    class HouseRepaired(Payload):
        EVENT = event_type(
            "id.lintas.house.repaired.v1",
            sample("a house is repaired", HOUSE, repaired_on="2026-03-02"),
            source=SOURCE,
            subject=id_of("house"),
            happened="repaired_on",
            personal=PersonalData.NONE,
        )

Catalogue, topic, schemas, pages, subjects and days are made from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from shared.events.story import Sample


class Form(StrEnum):
    """The forms that a subject has on the wire."""

    PSEUDONYM = "a pseudonym"
    ID = "an id"
    ANY = "a pseudonym or an id"

    @property
    def noun(self) -> str:
        """Without its article."""
        return self.value.partition(" ")[2]


@dataclass(frozen=True)
class Subject:
    """Whom or what an event is about."""

    form: Form
    kinds: tuple[str, ...] = ()
    """For example `family`; several when a field of the payload says which."""

    def __str__(self) -> str:
        """In words: `pseudonym of the family`."""
        if not self.kinds:
            return "that of the corrected event"
        return f"{self.form.noun} of the {' or '.join(self.kinds)}"


def pseudonym_of(*kinds: str) -> Subject:
    """The subject is the pseudonym of a person or a family."""
    return Subject(Form.PSEUDONYM, kinds)


def id_of(*kinds: str) -> Subject:
    """The subject is the id of a thing, or of an officer whom only the owner can name."""
    return Subject(Form.ID, kinds)


AS_CORRECTED = Subject(Form.ANY)
"""A correction is about what the corrected event is about."""


class PersonalData(StrEnum):
    """What an event says of people."""

    NONE = "none"
    COUNTS = "counts of people, nobody by identity"
    PSEUDONYMOUS = "about one person or family, whom its owner alone can name"


@dataclass(frozen=True, eq=False)
class Shared:
    """A type that several sources publish, each about what is its own."""

    sources: tuple[str, ...]
    """URNs of all who publish it."""
    by: str | None = None
    """The field by which an event belongs to one of them; none where each may say the same."""
    owners: Mapping[Any, str] = field(default_factory=dict)
    """Every value of that field, and the source that it belongs to."""

    def is_foreign(self, payload: Any, source: str) -> bool:
        """Whether this source may not say that."""
        if source not in self.sources:
            return True
        return self.by is not None and self.owners[getattr(payload, self.by)] != source


@dataclass(frozen=True, eq=False)
class EventType:
    """The declaration of one type; `catalogue` refuses one that its payload class contradicts."""

    name: str
    """Past tense and version, no organisation. A breaking change is a new name."""
    source: str | None
    """URN of the only source that publishes it; none where several do."""
    subject: Subject
    happened: str | None
    """The field of the payload that holds the day on which it happened; none where no field does."""
    personal: PersonalData
    examples: tuple[Sample, ...]
    """At least one."""
    shared: Shared | None = None
    """Who publishes it where several do; none also for corrections, which every source makes."""

    def is_published_by(self, source: str) -> bool:
        """Whether this source publishes events of the type; of corrections its topic says it."""
        return source == self.source or (self.shared is not None and source in self.shared.sources)


def event_type(
    name: str,
    *examples: Sample,
    source: str | None,
    subject: Subject,
    happened: str | None,
    personal: PersonalData = PersonalData.PSEUDONYMOUS,
    shared: Shared | None = None,
) -> EventType:
    """A declaration with its examples behind the name; who says nothing of people says so."""
    return EventType(name, source, subject, happened, personal, examples, shared)
