"""The rules of family groups: the families that meet for P2K2, and since when each belongs to one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.training import FamilyGroupFormed, FamilyGroupJoined


@dataclass(frozen=True)
class FamilyGroup:
    """A group of families, under the number that its ministry gave it."""

    id: UUID
    number: str
    region: str
    formed_on: date

    @property
    def district(self) -> str:
        """The kabupaten of its village."""
        return self.region[:5]


@dataclass(frozen=True)
class Joining:
    """A family belongs to a group from a day on, until it joins another."""

    id: UUID
    group: UUID
    family: str
    joined_on: date


def form(
    before: FamilyGroup | None, wanted: FamilyGroup
) -> tuple[FamilyGroup, tuple[Payload, ...]]:
    """The group under a number: newly formed, or the same as recorded before."""
    if before is None:
        return wanted, (formed(wanted),)
    if replace(before, id=wanted.id) != wanted:
        raise Refusal("CONFLICT", "group_number")
    return before, ()


def formed(group: FamilyGroup) -> FamilyGroupFormed:
    """The payload of a group."""
    return FamilyGroupFormed(
        group=group.id, district=group.district, region=group.region, formed_on=group.formed_on
    )


def join(
    group: FamilyGroup, past: Sequence[Joining], wanted: Joining
) -> tuple[Joining, tuple[Payload, ...]]:
    """A family joins a group; its earlier group ends the day before, a later one stays.

    `past` are all joinings of that family.
    """
    for one in past:
        if one.joined_on == wanted.joined_on:
            if one.group != wanted.group:
                raise Refusal("CONFLICT", "joined_on")
            return one, ()
    if group_on(past, wanted.joined_on) == wanted.group:
        raise Refusal("CONFLICT", "joined_on")
    if wanted.joined_on < group.formed_on:
        raise Refusal("DATE_ORDER", "joined_on")
    return wanted, (FamilyGroupJoined(group=wanted.group, joined_on=wanted.joined_on),)


def group_on(past: Iterable[Joining], day: date) -> UUID | None:
    """The group of a family on a day."""
    earlier = [one for one in past if one.joined_on <= day]
    last = max(earlier, key=lambda one: one.joined_on, default=None)
    return last.group if last else None
