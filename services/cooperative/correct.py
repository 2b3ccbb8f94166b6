"""What corrections of this service are about, and how its own rows follow them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import corrections, store
from services.cooperative.book import ORIGIN
from services.cooperative.domain import Membership
from services.cooperative.ladder import Cooperative, Group
from services.cooperative.tables import cooperative, correction, household_group, membership
from shared.application.corrections import Correction, CorrectionRules, Places
from shared.application.refusals import taken_back_already
from shared.events.base import Payload
from shared.events.envelope import Event


def _noun(fact: Event) -> str:
    return fact.type.split(".")[2]


def _lock(connection: Connection, fact: Event) -> None:
    register = _REGISTERS.get(_noun(fact))
    if register is not None:
        store.lock_register(connection, register)


def _places(connection: Connection, fact: Event) -> Places:
    """Where the cooperative, the group or the membership is."""
    one = _FIND[_noun(fact)](connection, fact)
    return (one.region,) if one else ()


def _membership(connection: Connection, fact: Event) -> Membership | None:
    data: Any = fact.data
    return store.membership_by_id(connection, data.membership)


def _cooperative(connection: Connection, fact: Event) -> Cooperative | None:
    return store.cooperative_by_id(connection, UUID(fact.subject))


def _group(connection: Connection, fact: Event) -> Group | None:
    return store.group_by_id(connection, UUID(fact.subject))


def _referral(connection: Connection, fact: Event, referral: UUID) -> Places | None:
    """Where the person of an event was referred by that referral."""
    heard = store.candidates(connection, [fact.subject], by="person").values()
    said = [one.referral for one in heard if one.referral and one.referral.referral == referral]
    return {one.region for one in said} or None


def _mend(connection: Connection, wanted: Correction, _said: Payload) -> None:
    _MEND[_noun(wanted.original)](connection, wanted)


def _mend_membership(connection: Connection, wanted: Correction) -> None:
    one = _membership(connection, wanted.original)
    if one is None:
        raise taken_back_already()
    changed = corrections.correct_membership(one, wanted.original.data, wanted.replacement)
    if changed is None:
        store.forget(connection, membership, one.id)
        return
    others = store.memberships(connection, [one.person], [one.cooperative])
    corrections.require_one_open(changed, others[one.cooperative, one.person])
    store.save_memberships(connection, [changed])


def _mend_cooperative(connection: Connection, wanted: Correction) -> None:
    one = _cooperative(connection, wanted.original)
    if one is None:
        raise taken_back_already()
    changed = corrections.correct_cooperative(
        one,
        wanted.original.data,
        wanted.replacement,
        has_members=store.has_members(connection, one.id),
    )
    if changed is None:
        store.forget(connection, cooperative, one.id)
    else:
        store.save_cooperatives(connection, [changed])


def _mend_group(connection: Connection, wanted: Correction) -> None:
    one = _group(connection, wanted.original)
    if one is None:
        raise taken_back_already()
    changed = corrections.correct_group(one, wanted.original.data, wanted.replacement)
    if changed is None:
        store.forget(connection, household_group, one.id)
    else:
        store.save_groups(connection, [changed])


_REGISTERS = {"cooperative": cooperative, "group": household_group}
"""What is locked as a whole; a membership is locked alone, where it is read."""
_FIND: dict[str, Callable[[Connection, Event], Membership | Cooperative | Group | None]] = {
    "membership": _membership,
    "cooperative": _cooperative,
    "group": _group,
}
"""What an event is about, by the noun of its type."""
_MEND: dict[str, Callable[[Connection, Correction], None]] = {
    "membership": _mend_membership,
    "cooperative": _mend_cooperative,
    "group": _mend_group,
}
"""Who mends our own rows, by the noun of the corrected type."""

CORRECTIONS = CorrectionRules(
    origin=ORIGIN,
    kept=correction,
    fixed=corrections.FIXED,
    lock=_lock,
    places=_places,
    references={"referral": _referral},
    mend=_mend,
)
