"""The one event with which any source takes back or mends an earlier event of its own."""

from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field

from shared.events import story
from shared.events.base import Id, Payload
from shared.events.event_type import AS_CORRECTED, event_type
from shared.events.story import sample


class CorrectionReason(StrEnum):
    """Why an event is taken back or mended."""

    DATA_ENTRY = "DATA_ENTRY"
    DUPLICATE = "DUPLICATE"
    WRONG_SUBJECT = "WRONG_SUBJECT"
    CANCELLED = "CANCELLED"


class FactCorrected(Payload):
    """An earlier event of the same source and subject was wrong.

    Without a replacement the fact counts as never having happened; with one, the replacement's
    `data` counts instead. Of several corrections of one event the one with the latest
    `recordedtime` (then the greatest `id`) counts. A correction is itself never corrected: correct
    the first event again.
    """

    EVENT = event_type(
        "id.lintas.fact.corrected.v1",
        sample(
            "an enrolment date is mended",
            story.FAMILY,
            date(2025, 1, 15),
            corrected=story.ENROLMENT_EVENT,
            corrected_type="id.lintas.family.enrolled.v1",
            reason="DATA_ENTRY",
            replacement={**story.ENROLMENT, "enrolled_on": "2025-01-14"},
        ),
        sample(
            "a referral is taken back",
            story.PERSON,
            date(2025, 11, 17),
            corrected=story.REFERRAL_EVENT,
            corrected_type="id.lintas.referral.issued.v1",
            reason="CANCELLED",
        ),
        source=None,
        subject=AS_CORRECTED,
        happened=None,
    )

    corrected: Id
    """Id of the event that was wrong."""
    corrected_type: str = Field(
        max_length=80,
        pattern=r"^id\.lintas\.[a-z]+\.[a-z_]+\.v[1-9][0-9]?$",
        description="Type of the event that was wrong",
    )
    reason: CorrectionReason
    """Why."""
    replacement: dict[str, Any] | None = None
    """The right `data` of the corrected type; none takes the fact back."""


EVENTS: tuple[type[Payload], ...] = (FactCorrected,)
