"""Events of monitoring: what was released."""

import hashlib
from datetime import date
from typing import Annotated

from pydantic import Field

from shared.events import story
from shared.events.base import Id, Payload, Whole
from shared.events.days import HAPPENED
from shared.events.event_type import PersonalData, event_type, id_of
from shared.events.story import sample

SOURCE = "urn:lintas:monitoring"


class SourceMark(Payload):
    """Up to where one source is complete in a release."""

    source: str = Field(
        max_length=80, pattern="^urn:lintas:[a-z][a-z0-9-]*$", description="URN of the source"
    )
    sequence: Whole = Field(ge=0, description="Every event up to this sequence is in the figures")


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
            watermarks=[{"source": "urn:lintas:beneficiary", "sequence": 12}],
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
    watermarks: tuple[SourceMark, ...] = Field(max_length=100)
    """How far each source is complete."""


EVENTS: tuple[type[Payload], ...] = (ReleasePublished,)
