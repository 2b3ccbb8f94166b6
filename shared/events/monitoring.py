"""Events of monitoring: from which state of the log a release is made, and what was released."""

import hashlib
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events import story
from shared.events.base import Id, Payload, Whole
from shared.events.days import HAPPENED, HappenedOn
from shared.events.event_type import PersonalData, event_type, id_of
from shared.events.story import sample

SOURCE = "urn:lintas:monitoring"


class SourceMark(Payload):
    """Up to where one source is complete in a release."""

    source: str = Field(
        max_length=80, pattern="^urn:lintas:[a-z][a-z0-9-]*$", description="URN of the source"
    )
    sequence: Whole = Field(ge=0, description="Every event up to this sequence is in the figures")


class SourceDay(Payload):
    """Up to which day one source is known in a release."""

    source: str = Field(
        max_length=80, pattern="^urn:lintas:[a-z][a-z0-9-]*$", description="URN of the source"
    )
    day: HappenedOn
    """Day in Jakarta on which its last event in the release was recorded."""


class CutReason(StrEnum):
    """Whether a cut follows the calendar."""

    PLANNED = "PLANNED"
    UNPLANNED = "UNPLANNED"


class CutCause(StrEnum):
    """Why a cut was taken that no calendar planned."""

    FIRST_RELEASE = "FIRST_RELEASE"
    LATE_FACTS = "LATE_FACTS"
    CORRECTIONS = "CORRECTIONS"
    NEW_DEFINITION = "NEW_DEFINITION"
    INCIDENT = "INCIDENT"
    OTHER = "OTHER"


class DefinitionMark(Payload):
    """By which definition an indicator is counted in a release."""

    indicator: str = Field(pattern=r"^\d{2}$", description="Number of the indicator")
    sha256: str = Field(
        pattern=r"^[0-9a-f]{64}$", description="Hash of all that can change its figures"
    )


class CutTaken(Payload):
    """A release will be made from exactly these events by these definitions; nothing is computed yet."""

    EVENT = event_type(
        "id.lintas.cut.taken.v1",
        sample(
            "a cut",
            story.CUT,
            date(2026, 7, 5),
            cut=story.CUT,
            number=1,
            until="2026-06",
            reason="UNPLANNED",
            cause="FIRST_RELEASE",
            vector=[{"source": "urn:lintas:beneficiary", "sequence": 12}],
            definitions=[
                {
                    "indicator": "01",
                    "sha256": hashlib.sha256(b"lintas example definition").hexdigest(),
                }
            ],
            salt=hashlib.sha256(b"lintas example salt").hexdigest(),
        ),
        source=SOURCE,
        subject=id_of("cut"),
        happened=None,
        personal=PersonalData.NONE,
    )

    cut: Id
    """Id of the cut, and of the release that is made from it."""
    number: Whole = Field(ge=1, description="Number of the cut and of its release: 1, 2, 3 ...")
    until: Annotated[str, HAPPENED] = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}$", description="Last month that the release covers"
    )
    reason: CutReason
    """Whether it follows the calendar."""
    cause: CutCause | None = None
    """Why an unplanned cut was taken; none for a planned one."""
    vector: tuple[SourceMark, ...] = Field(max_length=100)
    """For each source the sequence up to which its events are in the release."""
    definitions: tuple[DefinitionMark, ...] = Field(max_length=100)
    """By what it is counted."""
    salt: str | None = Field(
        default=None,
        pattern=r"^[0-9a-f]{64}$",
        description="Opens `vector.sha256` of the release's manifest: SHA-256 of this salt's 32 bytes "
        "and the vector as canonical JSON",
    )


class LogReceived(Payload):
    """Monitoring has every event of these sources up to these sequences; no release is made of it yet."""

    EVENT = event_type(
        "id.lintas.log.received.v1",
        sample(
            "what has arrived",
            story.RECEIPT,
            date(2026, 7, 5),
            receipt=story.RECEIPT,
            vector=[{"source": "urn:lintas:beneficiary", "sequence": 12}],
        ),
        source=SOURCE,
        subject=id_of("receipt"),
        happened=None,
        personal=PersonalData.NONE,
    )

    receipt: Id
    """Id of this receipt."""
    vector: tuple[SourceMark, ...] = Field(max_length=100)
    """For each source the sequence up to which nothing is missing; a later receipt never says less."""


class ReleasePublished(Payload):
    """A release of figures was published; its bytes come from the feed and must have this hash."""

    EVENT = event_type(
        "id.lintas.release.published.v1",
        sample(
            "a release",
            story.RELEASE,
            date(2026, 7, 5),
            release=story.RELEASE,
            number=1,
            until="2026-06",
            sha256=hashlib.sha256(b"lintas example release").hexdigest(),
            watermarks=[],
            recorded_until=[{"source": "urn:lintas:beneficiary", "day": "2026-07-04"}],
        ),
        source=SOURCE,
        subject=id_of("release"),
        happened=None,
        personal=PersonalData.NONE,
    )

    release: Id
    """Id of the release."""
    number: Whole = Field(ge=1, description="1, 2, 3 ... of this publisher")
    until: Annotated[str, HAPPENED] = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}$", description="Last month that the release covers"
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the release's bytes")
    watermarks: tuple[SourceMark, ...] = Field(
        max_length=100,
        description="How far each source is complete; empty since releases name days: the vector is "
        "in the event of the cut",
    )
    recorded_until: tuple[SourceDay, ...] = Field(
        default=(),
        max_length=100,
        description="For each source the day on which the last event of the release was recorded",
    )


EVENTS: tuple[type[Payload], ...] = (CutTaken, LogReceived, ReleasePublished)
