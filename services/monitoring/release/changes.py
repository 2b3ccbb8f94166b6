"""What a release changes of what was shown before: figure, old value, new value, kind of cause."""

from collections.abc import Collection, Iterator, Sequence
from typing import Literal, NamedTuple

from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.parts import ReleasedPart

Cause = Literal["new_definition", "more_reported", "corrected", "late"]
"""Why a shown figure differs, the first that holds: it is counted otherwise; other offices have
reported; it would count otherwise without what was corrected or taken back; else facts came late."""


class Change(NamedTuple):
    """One figure that was shown, and is shown otherwise or no more."""

    id: FigureId
    old: int
    new: int | None
    cause: Cause


def changes(
    before: ReleasedPart, now: ReleasedPart, *, corrected: Collection[FigureId]
) -> Iterator[Change]:
    """The changes of a table family, in the order of its rows before.

    `corrected`: the figures that would count otherwise without the corrections between the two cuts.
    """
    if before is now:
        return
    rows = {row.id: row for row in now.rows}
    for old in before.rows:
        new = rows.get(old.id)
        value = new.value if new else None
        if old.value is not None and old.value != value:
            yield Change(old.id, old.value, value, _cause(old, new, before, now, corrected))


def _cause(
    old: Row,
    new: Row | None,
    before: ReleasedPart,
    now: ReleasedPart,
    corrected: Collection[FigureId],
) -> Cause:
    if before.definition != now.definition:
        return "new_definition"
    if new is None or old.reporting != new.reporting:
        return "more_reported"
    if new.value is None:  # hidden, perhaps for another's sake: the cause is that of the family
        return "corrected" if corrected else "late"
    return "corrected" if old.id in corrected else "late"


def as_data(found: Sequence[Change]) -> list[dict[str, str | int | None]]:
    """The list as it is published beside a release."""
    return [
        {**one.id._asdict(), "old": one.old, "new": one.new, "cause": one.cause} for one in found
    ]
