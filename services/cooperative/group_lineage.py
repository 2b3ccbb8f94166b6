"""Use cases of lineage: groups that merge and split, and the cooperatives that groups become."""

from collections.abc import Sequence
from uuid import UUID

from services.cooperative import lineage, lineage_store, store
from services.cooperative.group_schemas import GroupCooperativeItem, SuccessionItem
from services.cooperative.status import Group, Link
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.register import Loaded, for_change, for_reading
from shared.http.batches import Outcome
from shared.ids import new_uuid7


def record_successions(context: Context, items: Sequence[SuccessionItem]) -> list[Outcome]:
    """Record that groups merged into others, or that others were split off from them."""
    numbers = {number for item in items for number in (item.group_number, item.successor_number)}
    groups = for_change(context, store.GROUPS, numbers)

    def decide(item: SuccessionItem) -> Facts:
        one = groups.require_own(item.group_number, "group_number")
        successor = groups.require_own(item.successor_number, "successor_number")
        link = Link(new_uuid7(context.now), successor.id, item.kind, item.happened_on)
        later = _later(context, groups, successor)
        return groups.keep(*lineage.succeed(one, successor, later, link))

    return decide_batch(context, decide, items, save=groups.save)


def record_group_cooperatives(
    context: Context, items: Sequence[GroupCooperativeItem]
) -> list[Outcome]:
    """Record which cooperative a group became."""
    groups = for_change(context, store.GROUPS, {item.group_number for item in items})
    cooperatives = for_reading(context, store.COOPERATIVES, {i.cooperative_number for i in items})

    def decide(item: GroupCooperativeItem) -> Facts:
        one = groups.require_own(item.group_number, "group_number")
        cooperative = cooperatives.require_own(item.cooperative_number, "cooperative_number")
        return groups.keep(*lineage.become(one, cooperative, item.became_on))

    return decide_batch(context, decide, items, save=groups.save)


def _later(context: Context, groups: Loaded[Group], start: Group) -> set[UUID]:
    """Every group in which a group goes on, those that this batch has added among them."""
    changed = {one.id: one.links for one in groups.touched.values()}
    found: set[UUID] = set()
    frontier = {start.id}
    while frontier:
        saved = lineage_store.links(context.connection, frontier - changed.keys())
        ways = [changed.get(one, saved.get(one, ())) for one in frontier]
        frontier = {link.successor for links in ways for link in links} - found
        found |= frontier
    return found
