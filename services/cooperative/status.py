"""Cooperatives and groups with the history of their status: pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import BusinessType, Payload
from shared.events.cooperative import (
    AreaKind,
    CooperativeKind,
    CooperativeRegistered,
    CooperativeStatus,
    CooperativeStatusChanged,
    GroupFormed,
    GroupStatus,
    GroupStatusChanged,
)
from shared.events.lineage import LineageKind

STEPS: Mapping[str, frozenset[str]] = {
    CooperativeStatus.REGISTERED: frozenset({"OPERATING", "SUSPENDED", "CLOSED"}),
    CooperativeStatus.OPERATING: frozenset({"SUSPENDED", "CLOSED"}),
    CooperativeStatus.SUSPENDED: frozenset({"OPERATING", "CLOSED"}),
    CooperativeStatus.CLOSED: frozenset(),
}
"""What may follow each status of a cooperative."""
LADDER: Mapping[str, frozenset[str]] = {
    GroupStatus.INCOME_GROUP: frozenset({"PRE_COOPERATIVE", "COOPERATIVE", "DISSOLVED"}),
    GroupStatus.PRE_COOPERATIVE: frozenset({"COOPERATIVE", "DISSOLVED"}),
    GroupStatus.COOPERATIVE: frozenset({"DISSOLVED"}),
    GroupStatus.DISSOLVED: frozenset(),
}
"""What may follow each status of a group: it climbs or dissolves, it never goes back."""


@dataclass(frozen=True)
class StatusEntry:
    """One version of a status; one that was taken back keeps its number and counts no more."""

    version: int
    status: str
    effective_on: date
    taken_back: bool = False


@dataclass(frozen=True)
class Cooperative:
    """A cooperative with the whole history of its status."""

    id: UUID
    number: str
    name: str
    kind: CooperativeKind
    region: str
    registered_on: date
    history: tuple[StatusEntry, ...] = ()


@dataclass(frozen=True)
class Link:
    """A group went on in another on a day."""

    id: UUID
    successor: UUID
    kind: LineageKind
    happened_on: date


@dataclass(frozen=True)
class Group:
    """A household-business group with its steps on the ladder, and where it went."""

    id: UUID
    number: str
    status: GroupStatus
    region: str
    business_type: BusinessType
    formed_on: date
    cooperative: UUID | None = None
    """The cooperative that it became."""
    became_on: date | None = None
    history: tuple[StatusEntry, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def merged_on(self) -> date | None:
        """The day on which it merged into another group."""
        merged = (one.happened_on for one in self.links if one.kind is LineageKind.MERGED)
        return next(merged, None)

    @property
    def ended_on(self) -> date | None:
        """The day on which it merged into another group or dissolved."""
        last = latest_status(self.history)
        dissolved = last.effective_on if last and last.status == GroupStatus.DISSOLVED else None
        return min((day for day in (self.merged_on, dissolved) if day), default=None)

    @property
    def formation(self) -> "Group":
        """The group as it was formed."""
        return replace(self, cooperative=None, became_on=None, history=(), links=())


def area_of(region: str) -> AreaKind:
    """Village or urban ward, by the fourth part of the Kemendagri code: 1xxx is a ward."""
    return AreaKind.URBAN_WARD if region.split(".")[3].startswith("1") else AreaKind.VILLAGE


def latest_status(history: Sequence[StatusEntry]) -> StatusEntry | None:
    """The status of the highest version that still counts."""
    live = [entry for entry in history if not entry.taken_back]
    return max(live, key=lambda entry: entry.version, default=None)


def status_of(one: Cooperative) -> CooperativeStatus:
    """The status that a cooperative has now."""
    return CooperativeStatus((latest_status(one.history) or _registered(one)).status)


def status_of_group(one: Group) -> GroupStatus:
    """The status that a group has now."""
    return GroupStatus((latest_status(one.history) or _begun(one)).status)


def next_status(
    steps: Mapping[str, frozenset[str]],
    first: StatusEntry,
    history: Sequence[StatusEntry],
    status: str,
    day: date,
) -> StatusEntry | None:
    """The entry that a change of status adds; none when that very change is recorded already."""
    same_day = [
        entry.status for entry in history if entry.effective_on == day and not entry.taken_back
    ]
    if status in same_day:
        return None
    if same_day:
        raise Refusal("CONFLICT", "status")
    last = latest_status(history) or first
    if day < last.effective_on:
        raise Refusal("DATE_ORDER", "effective_on")
    if status not in steps[last.status]:
        raise Refusal("STATUS_ORDER", "status")
    return StatusEntry(max((entry.version for entry in history), default=0) + 1, status, day)


def climbs(group: Group) -> bool:
    """Whether each status that still counts may follow the one before it, on a later day."""
    live = [entry for entry in group.history if not entry.taken_back]
    walk = [_begun(group), *sorted(live, key=lambda entry: entry.version)]
    return all(
        later.status in LADDER[earlier.status] and earlier.effective_on <= later.effective_on
        for earlier, later in pairwise(walk)
    )


def _registered(cooperative: Cooperative) -> StatusEntry:
    return StatusEntry(0, CooperativeStatus.REGISTERED.value, cooperative.registered_on)


def _begun(group: Group) -> StatusEntry:
    return StatusEntry(0, group.status.value, group.formed_on)


def move_cooperative(
    cooperative: Cooperative, status: CooperativeStatus, day: date
) -> tuple[Cooperative, tuple[Payload, ...]]:
    """The cooperative after a change of status."""
    entry = next_status(STEPS, _registered(cooperative), cooperative.history, status.value, day)
    if entry is None:
        return cooperative, ()
    fact = CooperativeStatusChanged(status=status, effective_on=day, version=entry.version)
    return replace(cooperative, history=(*cooperative.history, entry)), (fact,)


def move_group(group: Group, status: GroupStatus, day: date) -> tuple[Group, tuple[Payload, ...]]:
    """The group after a step on the ladder."""
    entry = next_status(LADDER, _begun(group), group.history, status.value, day)
    if entry is None:
        return group, ()
    if group.merged_on is not None and group.merged_on < day:
        raise Refusal("GROUP_ENDED", "group_number")
    fact = GroupStatusChanged(status=status, effective_on=day, version=entry.version)
    return replace(group, history=(*group.history, entry)), (fact,)


def register(
    before: Cooperative | None, wanted: Cooperative
) -> tuple[Cooperative, tuple[Payload, ...]]:
    """The cooperative under a number: new, or the same as recorded before."""
    if before is None:
        fact = CooperativeRegistered(
            kind=wanted.kind,
            area=area_of(wanted.region),
            region=wanted.region,
            registered_on=wanted.registered_on,
        )
        return wanted, (fact,)
    if replace(before, id=wanted.id, history=()) != wanted:
        raise Refusal("CONFLICT", "cooperative_number")
    return before, ()


def move_to_listed(
    one: Cooperative, status: CooperativeStatus, day: date | None
) -> tuple[Cooperative, tuple[Payload, ...]]:
    """The cooperative with the status that a list gives; registered alone needs no day."""
    if status is CooperativeStatus.REGISTERED:
        return one, ()
    if day is None:
        raise Refusal("DATE_INVALID.status", "effective_on")
    return move_cooperative(one, status, day)


def form(before: Group | None, wanted: Group) -> tuple[Group, tuple[Payload, ...]]:
    """The group under a number: newly formed, or the same as recorded before."""
    if before is None:
        fact = GroupFormed(
            status=wanted.status,
            region=wanted.region,
            business_type=wanted.business_type,
            formed_on=wanted.formed_on,
        )
        return wanted, (fact,)
    if replace(before.formation, id=wanted.id) != wanted:
        raise Refusal("CONFLICT", "group_number")
    return before, ()
