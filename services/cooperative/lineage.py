"""The rules of lineage: in which group a group goes on, and which cooperative it became."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from services.cooperative.status import Cooperative, Group, Link
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.cooperative import GroupStatus
from shared.events.lineage import GroupBecameCooperative, GroupSucceeded, LineageKind

MAY_GO_ON: Mapping[LineageKind, frozenset[LineageKind]] = {
    LineageKind.SPLIT: frozenset({LineageKind.SPLIT, LineageKind.MERGED}),
    LineageKind.MERGED: frozenset(),
}
"""What may follow each step of a group's way: it may split again and merge; after a merger it has ended."""


def succeed(
    group: Group, successor: Group, later: Collection[UUID], wanted: Link
) -> tuple[Group, tuple[Payload, ...]]:
    """The group after it went on in another; `later` are all groups in which the other goes on."""
    for before in group.links:
        if before.successor == wanted.successor:
            if replace(before, id=wanted.id) != wanted:
                raise Refusal("CONFLICT", "successor_number")
            return group, ()
    if successor.id == group.id or group.id in later:
        raise Refusal("LINEAGE_CIRCLE", "successor_number")
    _require_alive(group, wanted.happened_on, "group_number")
    _require_alive(successor, wanted.happened_on, "successor_number")
    if any(wanted.kind not in MAY_GO_ON[before.kind] for before in group.links):
        raise Refusal("GROUP_ENDED", "group_number")
    fact = GroupSucceeded(
        lineage=wanted.id,
        successor=wanted.successor,
        kind=wanted.kind,
        happened_on=wanted.happened_on,
    )
    return replace(group, links=(*group.links, wanted)), (fact,)


def become(group: Group, cooperative: Cooperative, day: date) -> tuple[Group, tuple[Payload, ...]]:
    """The group with the cooperative that it became, once its own status says so."""
    if group.cooperative is not None:
        if (group.cooperative, group.became_on) != (cooperative.id, day):
            raise Refusal("CONFLICT", "cooperative_number")
        return group, ()
    changed = replace(group, cooperative=cooperative.id, became_on=day)
    require_cooperative(changed, cooperative)
    fact = GroupBecameCooperative(cooperative=cooperative.id, became_on=day)
    return changed, (fact,)


def require_cooperative(group: Group, cooperative: Cooperative) -> None:
    """A group is a cooperative from a day on which its status is that, and the cooperative is there."""
    since = cooperative_since(group)
    if since is None:
        raise Refusal("NO_COOPERATIVE", "group_number")
    if group.became_on is None or group.became_on < max(since, cooperative.registered_on):
        raise Refusal("DATE_ORDER", "became_on")


def cooperative_since(group: Group) -> date | None:
    """The first day on which the ladder says that the group is a cooperative."""
    if group.status is GroupStatus.COOPERATIVE:
        return group.formed_on
    steps = (one for one in group.history if not one.taken_back)
    found = (one.effective_on for one in steps if one.status == GroupStatus.COOPERATIVE)
    return min(found, default=None)


def correct_became(
    group: Group, cooperative: Cooperative | None, new: GroupBecameCooperative | None
) -> Group:
    """The group with another day on which it became a cooperative, or without it."""
    if new is None or cooperative is None:
        return replace(group, cooperative=None, became_on=None)
    changed = replace(group, became_on=new.became_on)
    require_cooperative(changed, cooperative)
    return changed


def correct_link(
    group: Group, link: UUID, new: GroupSucceeded | None, successor: Group | None
) -> Group:
    """The group after one step of its way is mended or taken back."""
    rest = tuple(one for one in group.links if one.id != link)
    if new is None or successor is None:
        return replace(group, links=rest)
    mended = Link(link, new.successor, new.kind, new.happened_on)
    _require_alive(replace(group, links=rest), new.happened_on, "replacement")
    _require_alive(successor, new.happened_on, "replacement")
    others = [one for one in rest if one.kind is LineageKind.MERGED]
    if others:
        raise Refusal("GROUP_ENDED", "replacement")
    return replace(group, links=(*rest, mended))


def require_kept(group: Group | None, *, named: bool, incoming: Collection[date]) -> None:
    """A corrected group was there when it went on in others and others in it, and is a cooperative."""
    if group is None:
        if named:
            raise Refusal("CORRECTION_ORDER", "event_id")
        return
    days = [*incoming, *(one.happened_on for one in group.links)]
    if any(day < group.formed_on for day in days):
        raise Refusal("DATE_ORDER", "replacement")
    since = cooperative_since(group)
    if group.became_on is not None and (since is None or group.became_on < since):
        raise Refusal("CORRECTION_ORDER", "event_id")


def _require_alive(group: Group, day: date, field: str) -> None:
    """It had been formed, and had neither merged into another nor dissolved before that day."""
    if day < group.formed_on:
        raise Refusal("DATE_ORDER", "happened_on" if field != "replacement" else field)
    ended = group.ended_on
    if ended is not None and ended < day:
        raise Refusal("GROUP_ENDED", field)
