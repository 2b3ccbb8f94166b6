"""How the rows of this service follow corrections: what is found, decided about and saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table

from services.cooperative import (
    activity_correct,
    activity_store,
    consents,
    corrections,
    lineage,
    lineage_correct,
    lineage_store,
    months,
    role_correct,
    role_store,
    store,
    year_store,
)
from services.cooperative.consents import Consent
from services.cooperative.domain import Membership
from services.cooperative.records import RECORDS
from services.cooperative.status import Cooperative, Group
from services.cooperative.tables import (
    annual_meeting,
    consent,
    cooperative,
    correction,
    household_group,
    member_target,
    membership,
)
from services.cooperative.years import Meeting, MemberTarget
from shared.application.correction_rules import (
    Correctable,
    Correction,
    CorrectionRules,
    Places,
    never,
    own_region,
)
from shared.application.reporting import correct as reporting
from shared.events.assemblies import AnnualMeetingHeld, MemberTargetSet
from shared.events.base import Payload
from shared.events.consent import ConsentRecorded
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
from shared.events.membership import MembershipReinstated


def _cooperative(connection: Connection, fact: Event, _current: Payload) -> Cooperative | None:
    return store.cooperative_by_id(connection, UUID(fact.subject))


def _correct_cooperative(
    connection: Connection, one: Cooperative, wanted: Correction
) -> Cooperative | None:
    named = store.is_named(connection, one.id)
    return corrections.correct_cooperative(one, wanted.current, wanted.replacement, named=named)


def _group(connection: Connection, fact: Event, _current: Payload) -> Group | None:
    return store.group_by_id(connection, UUID(fact.subject))


def _correct_group(connection: Connection, one: Group, wanted: Correction) -> Group | None:
    changed = corrections.correct_group(one, wanted.current, wanted.replacement)
    lineage.require_kept(
        changed,
        named=lineage_store.has_way(connection, one.id)
        or role_store.has_members(connection, one.id),
        incoming=lineage_store.incoming(connection, one.id),
    )
    return changed


def _membership(connection: Connection, _fact: Event, current: Any) -> Membership | None:
    return store.membership_by_id(connection, current.membership)


def _correct_membership(
    connection: Connection, one: Membership, wanted: Correction
) -> Membership | None:
    changed = corrections.correct_membership(one, wanted.current, wanted.replacement)
    if changed is not None:
        others = store.memberships(connection, [one.person], [one.cooperative])
        corrections.require_one_open(changed, others[one.cooperative, one.person])
        said = activity_store.months(connection, [one.id]).values()
        months.require_kept(changed, [*said], activity_store.benefits(connection, [one.id])[one.id])
        kept = store.consent_by_id(connection, one.consent)
        if kept is not None:
            consents.require_given(kept, changed.applied_on)
    return changed


def _consent(connection: Connection, _fact: Event, current: Any) -> Consent | None:
    return store.consent_by_id(connection, current.consent)


def _correct_consent(connection: Connection, one: Consent, wanted: Correction) -> Consent | None:
    new: Any = wanted.replacement
    others = store.consents(connection, [one.person], [one.cooperative])
    named_from = store.first_application(connection, one)
    return corrections.correct_consent(one, new, others[one.cooperative, one.person], named_from)


def _meeting(connection: Connection, _fact: Event, current: Any) -> Meeting | None:
    key = (current.cooperative, current.year)
    return year_store.meetings(connection, [current.cooperative]).get(key)


def _correct_meeting(connection: Connection, one: Meeting, wanted: Correction) -> Meeting | None:
    new: Any = wanted.replacement
    (cooperative,) = store.cooperatives(connection, [one.cooperative], by="id").values()
    return corrections.correct_meeting(cooperative, one, new)


def _target(connection: Connection, _fact: Event, current: Any) -> MemberTarget | None:
    versions = year_store.targets(connection, [current.cooperative])[
        current.cooperative, current.year
    ]
    return next((one for one in versions if one.version == current.version), None)


def _correct_target(_connection: Connection, one: MemberTarget, wanted: Correction) -> MemberTarget:
    new: Any = wanted.replacement
    return corrections.correct_target(one, new)


def _cooperative_places(connection: Connection, fact: Event, _one: object) -> Places:
    """Where the cooperative lies whose meeting or target it is."""
    one = store.cooperative_by_id(connection, UUID(fact.subject))
    return (one.region,) if one else ()


def _referral(connection: Connection, fact: Event, referral: UUID) -> Places | None:
    """Where the person of an event was referred by that referral."""
    found = store.referrals(connection, [fact.subject]).get(fact.subject, ())
    return {one.region for one in found if one.referral == referral} or None


def _forgets(table: Table) -> Callable[[Connection, Any], None]:
    """Delete the thing's row of a table by its id."""
    return lambda connection, one: store.forget(connection, table, one.id)


_COOPERATIVES = Correctable(
    lock=cooperative,
    find=_cooperative,
    places=own_region,
    correct=_correct_cooperative,
    save=store.save_cooperatives,
    forget=_forgets(cooperative),
)
_GROUPS = Correctable(
    lock=household_group,
    find=_group,
    places=own_region,
    correct=_correct_group,
    save=store.save_groups,
    forget=_forgets(household_group),
)
_MEMBERSHIPS = Correctable(
    lock=None,
    find=_membership,
    places=own_region,
    correct=_correct_membership,
    save=store.save_memberships,
    forget=_forgets(membership),
)
_CONSENTS = Correctable(
    lock=None,
    find=_consent,
    places=own_region,
    correct=_correct_consent,
    save=store.save_consents,
    forget=_forgets(consent),
)
_MEETINGS = Correctable(
    lock=annual_meeting,
    find=_meeting,
    places=_cooperative_places,
    correct=_correct_meeting,
    save=year_store.save_meetings,
    forget=year_store.forget_meeting,
)
_TARGETS = Correctable(
    lock=member_target,
    find=_target,
    places=_cooperative_places,
    correct=_correct_target,
    save=year_store.save_targets,
    forget=never,
)
CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=(*corrections.FIXED, *reporting.FIXED),
    things={
        **reporting.things(RECORDS),
        CooperativeRegistered: _COOPERATIVES,
        CooperativeStatusChanged: _COOPERATIVES,
        GroupFormed: _GROUPS,
        GroupStatusChanged: _GROUPS,
        AnnualMeetingHeld: _MEETINGS,
        MemberTargetSet: _TARGETS,
        ConsentRecorded: _CONSENTS,
        MembershipApplied: _MEMBERSHIPS,
        MembershipApproved: _MEMBERSHIPS,
        MembershipActivated: _MEMBERSHIPS,
        MembershipLapsed: _MEMBERSHIPS,
        MembershipResigned: _MEMBERSHIPS,
        MembershipReinstated: _MEMBERSHIPS,
        **activity_correct.THINGS,
        **lineage_correct.THINGS,
        **role_correct.THINGS,
    },
    references={"referral": _referral},
)
