"""Use cases of family groups: formed and joined, item by item or listed."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache, partial

from services.training import groups, store
from services.training.groups import Joining
from services.training.schemas import (
    FamilyGroupItem,
    FamilyGroupRow,
    GroupFamilyItem,
    GroupFamilyRow,
)
from services.training.tables import group_family
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.places import require_place
from shared.application.register import for_change, for_reading
from shared.database.locks import lock_table
from shared.http.batches import Outcome
from shared.ids import new_uuid7


def form_family_groups(context: Context, items: Sequence[FamilyGroupItem]) -> list[Outcome]:
    """Record newly formed family groups."""
    known = for_change(context, store.GROUPS, {item.group_number for item in items})

    def decide(item: FamilyGroupItem) -> Facts:
        require_place(context, item.region, "region")
        wanted = item.group(new_uuid7(context.now))
        return known.keep(*groups.form(known.get(wanted.number), wanted))

    return decide_batch(context, decide, items, save=known.save)


def join_family_groups(context: Context, items: Sequence[GroupFamilyItem]) -> list[Outcome]:
    """Record which family belongs to which group, from which day."""
    families = [context.family(item.family_number) for item in items]
    lock_table(context.connection, group_family)
    known = for_reading(context, store.GROUPS, {item.group_number for item in items})
    past: dict[str, list[Joining]] = defaultdict(list)
    for region, one in store.joinings(context.connection, set(families)):
        if context.may_act_in(region):  # what another area recorded is not shown
            past[one.family].append(one)
    new: list[Joining] = []
    number_of = cache(partial(store.number_of_group, context.connection))

    def decide(item: GroupFamilyItem, family: str) -> Facts:
        group = known.require_own(item.group_number, "group_number")
        wanted = Joining(new_uuid7(context.now), group.id, family, item.joined_on)
        joining, payloads = groups.join(group, past[family], wanted)
        if payloads:
            if (before := groups.group_on(past[family], item.joined_on)) is not None:
                context.note("group_number", number_of(before), group.number)
            past[family].append(joining)
            new.append(joining)
        return facts(family, payloads)

    return decide_batch(
        context,
        decide,
        items,
        families,
        save=lambda: store.save_joinings(context.connection, new),
    )


def import_family_groups(context: Context, rows: Sequence[FamilyGroupRow]) -> list[Outcome]:
    """Import family groups."""
    return form_family_groups(context, [row.item for row in rows])


def import_group_families(context: Context, rows: Sequence[GroupFamilyRow]) -> list[Outcome]:
    """Import which family belongs to which group."""
    return join_family_groups(context, [row.item for row in rows])
