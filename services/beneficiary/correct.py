"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.beneficiary import corrections, store
from services.beneficiary.domain import Family, Referral, Target
from services.beneficiary.tables import correction, facilitator, family
from shared.application.correction_rules import (
    Correctable,
    Correction,
    CorrectionRules,
    Places,
    never,
)
from shared.application.reporting import correct as reporting
from shared.events.base import Payload
from shared.events.beneficiary import (
    FacilitatorAssigned,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    GraduationApproved,
    GraduationProposed,
    GraduationVerified,
    ReferralIssued,
    TargetSet,
)
from shared.events.envelope import Event


def _family(connection: Connection, fact: Event, _current: Payload) -> Family | None:
    return store.families(connection, [fact.subject]).get(fact.subject)


def _family_places(_connection: Connection, _fact: Event, one: Family | None) -> Places:
    """Where the family lives now."""
    return (one.current.region,) if one else ()


def _correct_family(connection: Connection, one: Family, wanted: Correction) -> Family | None:
    referred = store.was_referred(connection, one.subject)
    return corrections.correct_family(one, wanted.current, wanted.replacement, referred=referred)


def _target(connection: Connection, fact: Event, current: Any) -> Target | None:
    facilitator_id = UUID(fact.subject)
    versions = store.targets(connection, [facilitator_id])[facilitator_id, current.year]
    return next((one for one in versions if one.version == current.version), None)


def _target_places(connection: Connection, fact: Event, _one: Target | None) -> Places:
    return _district(connection, fact, UUID(fact.subject)) or ()


def _district(connection: Connection, _fact: Event, facilitator_id: UUID) -> Places | None:
    found = store.facilitators(connection, [facilitator_id], by="id")
    return {one.district for one in found.values()} or None


def _correct_target(_connection: Connection, one: Target, wanted: Correction) -> Target:
    return corrections.correct_target(one, wanted.replacement)


def _referral(_connection: Connection, fact: Event, current: Any) -> Referral:
    return fact.subject, current


def _referral_places(_connection: Connection, _fact: Event, _one: Referral | None) -> Places:
    """A referral names its place itself."""
    return ()


def _correct_referral(
    _connection: Connection, one: Referral, wanted: Correction
) -> Referral | None:
    new: Any = wanted.replacement
    return (one[0], new) if new else None


_FAMILIES = Correctable(
    lock=family,
    find=_family,
    places=_family_places,
    correct=_correct_family,
    save=store.rewrite_families,
    forget=store.forget_family,
)
_TARGETS = Correctable(
    lock=facilitator,
    find=_target,
    places=_target_places,
    correct=_correct_target,
    save=store.save_targets,
    forget=never,
)
_REFERRALS = Correctable(
    lock=family,
    find=_referral,
    places=_referral_places,
    correct=_correct_referral,
    save=store.save_referrals,
    forget=store.forget_referral,
)
CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=(*corrections.FIXED, *reporting.FIXED),
    things={
        **reporting.THINGS,
        FamilyEnrolled: _FAMILIES,
        FamilyChanged: _FAMILIES,
        FacilitatorAssigned: _FAMILIES,
        GraduationProposed: _FAMILIES,
        GraduationVerified: _FAMILIES,
        GraduationApproved: _FAMILIES,
        FamilyExited: _FAMILIES,
        TargetSet: _TARGETS,
        ReferralIssued: _REFERRALS,
    },
    references={"facilitator": _district},
)
