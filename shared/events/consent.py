"""Consent that a cooperative keeps: who agreed, when, in what form, to which text.

The subject is the person's pseudonym; the paper itself stays with the cooperative.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.events import story
from shared.events.base import Id, Payload
from shared.events.cooperative import SOURCE
from shared.events.days import HappenedOn
from shared.events.event_type import event_type, pseudonym_of
from shared.events.story import sample

TextVersion = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{0,38}/[1-9][0-9]{0,3}$",
        description="Name and number of the text that was agreed to",
        examples=["koperasi/3"],
    ),
]


class ConsentForm(StrEnum):
    """How a consent was given."""

    PAPER_SIGNED = "PAPER_SIGNED"
    PAPER_THUMBPRINT = "PAPER_THUMBPRINT"
    ELECTRONIC = "ELECTRONIC"


class ConsentRecorded(Payload):
    """A person agreed that the cooperative shares coded data about the membership."""

    EVENT = event_type(
        "id.lintas.consent.recorded.v1",
        sample(
            "a signed paper",
            story.PERSON,
            consent=story.CONSENT,
            form="PAPER_SIGNED",
            text_version="koperasi/3",
            given_on="2025-11-24",
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="given_on",
    )

    consent: Id
    """Id of the record; an application for membership names it."""
    form: ConsentForm
    """How it was given."""
    text_version: TextVersion
    given_on: HappenedOn
    """Day on which it was given."""


EVENTS: tuple[type[Payload], ...] = (ConsentRecorded,)
