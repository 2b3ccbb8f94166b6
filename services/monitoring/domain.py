"""What a cut says: how far every source was known, and which month is closed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import Refusal
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


def closed_month(latest: Mapping[str, datetime], asked: str | None = None) -> str:
    """The last month that every source has left behind, or the earlier one that was asked for.

    Raises:
        Refusal: NOT_COMPLETE, when a source has sent nothing, or `asked` is later than complete.
    """
    if silent := [source for source in SOURCES if source not in latest]:
        raise Refusal("NOT_COMPLETE.silent", "until", sources=", ".join(silent))
    first_day = min(latest[source] for source in SOURCES).replace(day=1)
    closed = (first_day - timedelta(days=1)).strftime("%Y-%m")
    if asked is not None and asked > closed:
        raise Refusal("NOT_COMPLETE.month", "until", closed=closed)
    return asked or closed
