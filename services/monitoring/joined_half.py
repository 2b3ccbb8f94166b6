"""The half of the joined families that an office does not own: as of a cut, and never live. Pure.

A count read before and after one registration shows whether that person is of a family of the other
ministry. So an office sees this half as of one cut a day, and it moves only when at least K of its
families have changed since it last moved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.monitoring.disclosure import K

Months = Mapping[str, Mapping[str, int]]
"""Month -> band -> families at its end."""


@dataclass(frozen=True)
class JoinedHalf:
    """What the offices see of one region until it moves."""

    as_of: date
    """Day of the cut that it shows."""
    looked_on: date
    """Day on which it was last compared with a newer cut."""
    until: str
    months: Months
    members_side: int
    """Joined families counted from the members' side, up to the end of `until`."""


def moved(held: JoinedHalf | None, newest: JoinedHalf) -> JoinedHalf:
    """What the offices see after a look at the newest cut: at most one move a day, of K or more."""
    if held is None:
        return newest
    if held.looked_on >= newest.looked_on:
        return held
    if changed(held.months, newest.months) >= K:
        return newest
    return JoinedHalf(held.as_of, newest.looked_on, held.until, held.months, held.members_side)


def changed(before: Months, after: Months) -> int:
    """How many families have changed at least, by the month end and band that moved most.

    A family is in one band at a month end, so no band moves by more than the families that changed.
    A month that was not yet shown is compared with the last one that was.
    """
    last = before[max(before)] if before else {}
    return max(
        (
            abs(count - before.get(month, last).get(band, 0))
            for month, bands in after.items()
            for band, count in bands.items()
            if band == "joined"
        ),
        default=0,
    )
