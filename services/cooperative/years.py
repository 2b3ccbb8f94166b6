"""The rules of a cooperative's years: annual meetings, and how many members it aims at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cooperative.status import Cooperative
from shared.errors import Refusal
from shared.events.assemblies import AnnualMeetingHeld, MemberTargetSet
from shared.events.base import Payload


@dataclass(frozen=True)
class Meeting:
    """The meeting that closed one financial year of a cooperative."""

    cooperative: UUID
    year: int
    held_on: date


@dataclass(frozen=True)
class MemberTarget:
    """One version of a cooperative's target for a year."""

    cooperative: UUID
    year: int
    version: int
    target: int
    taken_back: bool = False


def hold_meeting(
    cooperative: Cooperative, before: Meeting | None, year: int, day: date
) -> tuple[Meeting, tuple[Payload, ...]]:
    """The meeting on a financial year: one for each year, not before the year begins."""
    wanted = Meeting(cooperative.id, year, day)
    if before is not None:
        if before != wanted:
            raise Refusal("CONFLICT", "held_on")
        return before, ()
    require_meeting(cooperative, wanted, "held_on")
    return wanted, (AnnualMeetingHeld(cooperative=cooperative.id, year=year, held_on=day),)


def require_meeting(cooperative: Cooperative, meeting: Meeting, field: str) -> None:
    """A cooperative meets after it was registered, on a year that has begun."""
    day = meeting.held_on
    if day < cooperative.registered_on or day.year < meeting.year:
        raise Refusal("DATE_ORDER", field)


def was_set(past: Sequence[MemberTarget], target: int) -> bool:
    """Whether a version that still counts has this value: a list sent again changes nothing."""
    return any(one.target == target and not one.taken_back for one in past)


def set_target(
    past: Sequence[MemberTarget], cooperative: UUID, year: int, target: int
) -> tuple[MemberTarget, tuple[Payload, ...]]:
    """The next version of a target for a year; the value in force again is none."""
    live = [one for one in past if not one.taken_back]
    if live and live[-1].target == target:
        return live[-1], ()
    version = past[-1].version + 1 if past else 1
    fact = MemberTargetSet(cooperative=cooperative, year=year, target=target, version=version)
    return MemberTarget(cooperative, year, version, target), (fact,)
