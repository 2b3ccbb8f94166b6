"""What a cooperative does once a year: its annual meeting, and how many members it aims at.

The subject is the cooperative's id.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from shared.events import story
from shared.events.base import Id, Payload, Whole
from shared.events.cooperative import SOURCE
from shared.events.days import ANNOUNCED_YEAR, HAPPENED, HappenedOn
from shared.events.event_type import PersonalData, event_type, id_of
from shared.events.story import sample


class AnnualMeetingHeld(Payload):
    """A cooperative's members met to close a financial year."""

    EVENT = event_type(
        "id.lintas.cooperative.annual_meeting.v1",
        sample(
            "the meeting on 2025",
            story.COOPERATIVE,
            cooperative=story.COOPERATIVE,
            year=2025,
            held_on="2026-03-14",
        ),
        source=SOURCE,
        subject=id_of("cooperative"),
        happened="held_on",
        personal=PersonalData.NONE,
    )

    cooperative: Id
    """Id of the cooperative."""
    year: Annotated[Whole, HAPPENED] = Field(
        ge=2000, le=2100, description="Financial year that the meeting closes"
    )
    held_on: HappenedOn
    """Day of the meeting."""


class MemberTargetSet(Payload):
    """How many members a cooperative aims at by the end of a year; the highest version counts."""

    EVENT = event_type(
        "id.lintas.cooperative.target_set.v1",
        sample(
            "a target of two hundred members",
            story.COOPERATIVE,
            date(2026, 1, 5),
            cooperative=story.COOPERATIVE,
            year=2026,
            target=200,
            version=1,
        ),
        source=SOURCE,
        subject=id_of("cooperative"),
        happened=None,
        personal=PersonalData.NONE,
    )

    cooperative: Id
    """Id of the cooperative."""
    year: Annotated[Whole, ANNOUNCED_YEAR] = Field(
        ge=2000, le=2100, description="Calendar year of the target"
    )
    target: Whole = Field(ge=0, le=100_000, description="Members at the end of that year")
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each cooperative and year")


EVENTS: tuple[type[Payload], ...] = (AnnualMeetingHeld, MemberTargetSet)
