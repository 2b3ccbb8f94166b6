"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import corrections, store
from services.cooperative.domain import Membership
from services.cooperative.status import Cooperative, Group
from services.cooperative.tables import cooperative, correction, household_group, membership
from shared.application.correction_rules import (
    Correctable,
    Correction,
    CorrectionRules,
    Places,
    own_region,
)
from shared.application.reporting import correct as reporting
from shared.events.base import Payload
from shared.events.cooperative import (
    CooperativeRegistered,
    CooperativeStatusChanged,
    GroupFormed,
    GroupStatusChanged,
    MembershipActivated,
    MembershipApplied,
    MembershipApproved,
    MembershipLapsed,
    MembershipResigned,
)
from shared.events.envelope import Event


def _cooperative(connection: Connection, fact: Event, _current: Payload) -> Cooperative | None:
    return store.cooperative_by_id(connection, UUID(fact.subject))


def _correct_cooperative(
    connection: Connection, one: Cooperative, wanted: Correction
) -> Cooperative | None:
    has_members = store.has_members(connection, one.id)
    return corrections.correct_cooperative(
        one, wanted.current, wanted.replacement, has_members=has_members
    )


def _group(connection: Connection, fact: Event, _current: Payload) -> Group | None:
    return store.group_by_id(connection, UUID(fact.subject))


def _correct_group(_connection: Connection, one: Group, wanted: Correction) -> Group | None:
    return corrections.correct_group(one, wanted.current, wanted.replacement)


def _membership(connection: Connection, _fact: Event, current: Any) -> Membership | None:
    return store.membership_by_id(connection, current.membership)


def _correct_membership(
    connection: Connection, one: Membership, wanted: Correction
) -> Membership | None:
    changed = corrections.correct_membership(one, wanted.current, wanted.replacement)
    if changed is not None:
        others = store.memberships(connection, [one.person], [one.cooperative])
        corrections.require_one_open(changed, others[one.cooperative, one.person])
    return changed


def _referral(connection: Connection, fact: Event, referral: UUID) -> Places | None:
    """Where the person of an event was referred by that referral."""
    found = store.referrals(connection, [fact.subject]).get(fact.subject, ())
    return {one.region for one in found if one.referral == referral} or None


_COOPERATIVES = Correctable(
    lock=cooperative,
    find=_cooperative,
    places=own_region,
    correct=_correct_cooperative,
    save=store.save_cooperatives,
    forget=lambda connection, one: store.forget(connection, cooperative, one.id),
)
_GROUPS = Correctable(
    lock=household_group,
    find=_group,
    places=own_region,
    correct=_correct_group,
    save=store.save_groups,
    forget=lambda connection, one: store.forget(connection, household_group, one.id),
)
_MEMBERSHIPS = Correctable(
    lock=None,
    find=_membership,
    places=own_region,
    correct=_correct_membership,
    save=store.save_memberships,
    forget=lambda connection, one: store.forget(connection, membership, one.id),
)
CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=(*corrections.FIXED, *reporting.FIXED),
    things={
        **reporting.THINGS,
        CooperativeRegistered: _COOPERATIVES,
        CooperativeStatusChanged: _COOPERATIVES,
        GroupFormed: _GROUPS,
        GroupStatusChanged: _GROUPS,
        MembershipApplied: _MEMBERSHIPS,
        MembershipApproved: _MEMBERSHIPS,
        MembershipActivated: _MEMBERSHIPS,
        MembershipLapsed: _MEMBERSHIPS,
        MembershipResigned: _MEMBERSHIPS,
    },
    references={"referral": _referral},
)
