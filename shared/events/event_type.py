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

from dataclasses import dataclass
from enum import StrEnum

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
class EventType:
    """The declaration of one type; `catalogue` refuses one that its payload class contradicts."""

    name: str
    """Past tense and version, no organisation. A breaking change is a new name."""
    source: str | None
    """URN of the only source that publishes it; none for corrections, which each source makes."""
    subject: Subject
    happened: str | None
    """The field of the payload that holds the day on which it happened; none where no field does."""
    personal: PersonalData
    examples: tuple[Sample, ...]
    """At least one."""


def event_type(
    name: str,
    *examples: Sample,
    source: str | None,
    subject: Subject,
    happened: str | None,
    personal: PersonalData = PersonalData.PSEUDONYMOUS,
) -> EventType:
    """A declaration with its examples behind the name; who says nothing of people says so."""
    return EventType(name, source, subject, happened, personal, examples)
