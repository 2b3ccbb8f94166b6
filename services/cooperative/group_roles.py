"""Use cases of groups' members: who takes a role in a group, and who leaves it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.cooperative import role_store, roles, store
from services.cooperative.group_schemas import GroupDepartureItem, GroupMemberItem
from services.cooperative.roles import Term, Terms
from services.cooperative.status import Group
from services.cooperative.tables import group_member
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import for_reading
from shared.database.locks import lock_table
from shared.events.base import Payload
from shared.http.batches import Outcome
from shared.ids import new_uuid7

Decided = tuple[Term, tuple[Payload, ...]]


def record_group_members(context: Context, items: Sequence[GroupMemberItem]) -> list[Outcome]:
    """Record who has which role in a group, from a day on."""

    def rule(item: GroupMemberItem, group: Group, past: Terms, person: str) -> Decided:
        wanted = Term(new_uuid7(context.now), group.id, person, item.role, item.joined_on)
        return roles.take_role(group, past, wanted)

    return _record(context, items, rule)


def record_group_departures(context: Context, items: Sequence[GroupDepartureItem]) -> list[Outcome]:
    """Record who left a group."""
    return _record(context, items, lambda item, _group, past, _: roles.leave(past, item.left_on))


def _record(
    context: Context,
    items: Sequence[GroupMemberItem] | Sequence[GroupDepartureItem],
    rule: Callable[[Any, Group, Terms, str], Decided],
) -> list[Outcome]:
    lock_table(context.connection, group_member)
    groups = for_reading(context, store.GROUPS, {item.group_number for item in items})
    persons = [context.person(item.national_id) for item in items]
    known = role_store.terms(context.connection, [one.id for one in groups.known.values()])
    touched: dict[UUID, Term] = {}

    def decide(item: GroupMemberItem | GroupDepartureItem, person: str) -> Facts:
        group = groups.require_own(item.group_number, "group_number")
        past = known[group.id, person]
        term, payloads = rule(item, group, past, person)
        if payloads:
            known[group.id, person] = [*(one for one in past if one.id != term.id), term]
            touched[term.id] = term
        return facts(person, payloads)

    return decide_batch(
        context, decide, items, persons,
        save=lambda: role_store.save_terms(context.connection, touched.values()),
    )  # fmt: skip
