"""How the members of groups follow corrections."""

from typing import Any

from sqlalchemy import Connection

from services.cooperative import role_store, roles, store
from services.cooperative.roles import Term
from services.cooperative.tables import group_member
from shared.application.correction_rules import Correctable, Correction, Places, never
from shared.events.base import Payload
from shared.events.envelope import Event
from shared.events.group_members import GroupMemberJoined, GroupMemberLeft


def _begun(connection: Connection, fact: Event, current: Any) -> Term | None:
    past = role_store.terms(connection, [current.group])[current.group, fact.subject]
    return next((one for one in past if one.joined_on == current.joined_on), None)


def _left(connection: Connection, fact: Event, current: Any) -> Term | None:
    past = role_store.terms(connection, [current.group])[current.group, fact.subject]
    return next((one for one in past if one.left_on == current.left_on), None)


def _correct_role(connection: Connection, one: Term, wanted: Correction) -> Term | None:
    new: Any = wanted.replacement
    past = role_store.terms(connection, [one.group])[one.group, one.person]
    (group,) = store.groups(connection, [one.group], by="id").values()
    return roles.correct_role(group, past, one, new)


def _correct_leaving(connection: Connection, one: Term, wanted: Correction) -> Term:
    new: Any = wanted.replacement
    past = role_store.terms(connection, [one.group])[one.group, one.person]
    return roles.correct_leaving(past, one, new)


def _places(connection: Connection, fact: Event, _one: object) -> Places:
    """Where the group lies that the event names."""
    data: Any = fact.data
    group = store.group_by_id(connection, data.group)
    return (group.region,) if group else ()


THINGS: dict[type[Payload], Correctable[Any]] = {
    GroupMemberJoined: Correctable(
        lock=group_member,
        find=_begun,
        places=_places,
        correct=_correct_role,
        save=role_store.save_terms,
        forget=role_store.forget_term,
    ),
    GroupMemberLeft: Correctable(
        lock=group_member,
        find=_left,
        places=_places,
        correct=_correct_leaving,
        save=role_store.save_terms,
        forget=never,
    ),
}
"""What these events are about."""
