"""Events of monitoring: what was released."""

from typing import Annotated

from pydantic import Field

from shared.events.base import Id, Payload, Whole
from shared.events.days import HAPPENED


class SourceMark(Payload):
    """Up to where one source is complete in a release."""

    source: str = Field(
        max_length=80, pattern="^urn:lintas:[a-z][a-z0-9-]*$", description="URN of the source"
    )
    sequence: Whole = Field(ge=0, description="Every event up to this sequence is in the figures")


class ReleasePublished(Payload):
    """A release of figures was published; its bytes come from the feed and must have this hash."""

    release: Id
    """Id of the release."""
    number: Whole = Field(ge=1, description="1, 2, 3 ... of this publisher")
    until: Annotated[str, HAPPENED] = Field(
        pattern=r"^[0-9]{4}-[0-9]{2}$", description="Last month that the release covers"
    )
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the release's bytes")
    watermarks: tuple[SourceMark, ...] = Field(max_length=100)
    """How far each source is complete."""
