"""How the way of groups follows corrections."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import lineage, lineage_store, store
from services.cooperative.status import Group
from services.cooperative.tables import household_group
from shared.application.correction_rules import Correctable, Correction, never, own_region
from shared.events.base import Payload
from shared.events.envelope import Event
from shared.events.lineage import GroupBecameCooperative, GroupSucceeded


def _linked(connection: Connection, fact: Event, current: Any) -> Group | None:
    one = store.group_by_id(connection, UUID(fact.subject))
    is_there = one and any(link.id == current.lineage for link in one.links)
    return one if is_there else None


def _correct_link(connection: Connection, one: Group, wanted: Correction) -> Group:
    current: Any = wanted.current
    new: Any = wanted.replacement
    successor = store.group_by_id(connection, current.successor)
    return lineage.correct_link(one, current.lineage, new, successor)


def _became(connection: Connection, fact: Event, _current: Payload) -> Group | None:
    one = store.group_by_id(connection, UUID(fact.subject))
    return one if one and one.cooperative else None


def _correct_became(connection: Connection, one: Group, wanted: Correction) -> Group:
    new: Any = wanted.replacement
    cooperative = one.cooperative and store.cooperative_by_id(connection, one.cooperative)
    return lineage.correct_became(one, cooperative or None, new)


_LINKS = Correctable(
    lock=household_group,
    find=_linked,
    places=own_region,
    correct=_correct_link,
    save=lineage_store.rewrite_links,
    forget=never,
)
_BECAME = Correctable(
    lock=household_group,
    find=_became,
    places=own_region,
    correct=_correct_became,
    save=store.save_groups,
    forget=never,
)
THINGS: dict[type[Payload], Correctable[Any]] = {
    GroupSucceeded: _LINKS,
    GroupBecameCooperative: _BECAME,
}
"""What these events are about."""
