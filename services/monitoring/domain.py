"""What a cut says: how far every source was known, and which month has ended. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from shared.errors import Refusal
from shared.events.days import last_ended_month
from shared.events.topics import BENEFICIARY, COOPERATIVE, TRAINING

SOURCES = (BENEFICIARY.owner, COOPERATIVE.owner, TRAINING.owner)
"""Whose facts the figures count: without any one of them there is no release."""


@dataclass(frozen=True)
class Cut:
    """A state of the log whose cells are stored."""

    number: int
    log_rows: int
    marks: Mapping[str, int]
    """For each source the sequence up to which it knows all events."""
    latest: Mapping[str, datetime]
    """For each source the latest moment of a fact that counts."""


def ended_month(latest: Mapping[str, datetime], today: date, asked: str | None = None) -> str:
    """The last month that has ended, or the earlier one that was asked for.

    Whether its lists are closed is another question: dates of facts answer none of them.

    Raises:
        Refusal: NOT_COMPLETE, when a source has sent nothing, or `asked` has not ended.
    """
    if silent := [source for source in SOURCES if source not in latest]:
        raise Refusal("NOT_COMPLETE.silent", "until", sources=", ".join(silent))
    ended = last_ended_month(today)
    if asked is not None and asked > ended:
        raise Refusal("NOT_COMPLETE.month", "until", closed=ended)
    return asked or ended
