"""How the rows of this service follow corrections: what is found, decided about and saved."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.beneficiary import corrections, referral_store, store, training_store, visit_store
from services.beneficiary.assessments import Assessment, correct_assessment
from services.beneficiary.domain import Target
from services.beneficiary.family import Family
from services.beneficiary.follow_up import Visits, correct_visits
from services.beneficiary.outcomes import Referral, correct_referral
from services.beneficiary.programme_targets import ProgrammeTarget, correct_programme_target
from services.beneficiary.records import RECORDS
from services.beneficiary.tables import correction, facilitator, family, programme_target
from services.beneficiary.training_offers import Offer, correct_offer
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
    EligibilityAssessed,
    FacilitatorAssigned,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    FamilyVisited,
    GraduationApproved,
    GraduationProposed,
    GraduationVerified,
    ProgrammeTargetSet,
    ReferralContacted,
    ReferralDeclined,
    ReferralInterested,
    ReferralIssued,
    TargetSet,
    TrainingOffered,
)
from shared.events.envelope import Event


def _family(connection: Connection, fact: Event, _current: Payload) -> Family | None:
    return store.families(connection, [fact.subject]).get(fact.subject)


def _family_places(_connection: Connection, _fact: Event, one: Family | None) -> Places:
    """Where the family lives now."""
    return (one.current.region,) if one else ()


def _correct_family(connection: Connection, one: Family, wanted: Correction) -> Family | None:
    said = wanted.current
    referred = isinstance(said, FamilyEnrolled) and referral_store.was_referred(
        connection, one.subject, said.version
    )
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


def _referral(connection: Connection, _fact: Event, current: Any) -> Referral | None:
    found = referral_store.referrals(connection, [current.referral], by="id")
    return next((one for some in found.values() for one in some), None)


def _referral_places(_connection: Connection, _fact: Event, one: Referral | None) -> Places:
    """Where the referral was issued."""
    return (one.region,) if one else ()


def _correct_referral(
    _connection: Connection, one: Referral, wanted: Correction
) -> Referral | None:
    return correct_referral(one, wanted.current, wanted.replacement)


def _assessment(connection: Connection, fact: Event, current: Any) -> Assessment | None:
    said = (current.rule, current.assessed_on, current.reasons)
    found = referral_store.assessments(connection, fact.subject)
    return next((one for one in found if (one.rule, one.day, one.reasons) == said), None)


def _nowhere_else(_connection: Connection, _fact: Event, _one: object) -> Places:
    """The event names its place itself."""
    return ()


def _correct_assessment(
    _connection: Connection, one: Assessment, wanted: Correction
) -> Assessment | None:
    new: Any = wanted.replacement
    return correct_assessment(one, new)


def _offer(connection: Connection, fact: Event, current: Any) -> Offer | None:
    some = training_store.offers(connection, [fact.subject])[fact.subject]
    return next((one for one in some if one.day == current.offered_on), None)


def _offer_places(connection: Connection, fact: Event, _one: Offer | None) -> Places:
    """Where the family lives now."""
    return _family_places(
        connection, fact, store.families(connection, [fact.subject]).get(fact.subject)
    )


def _correct_offer(connection: Connection, one: Offer, wanted: Correction) -> Offer | None:
    some = training_store.offers(connection, [one.family])[one.family]
    family = store.families(connection, [one.family])[one.family]
    new: Any = wanted.replacement
    return correct_offer(one, some, family.since(family.spells[0]), new)


def _programme_target(connection: Connection, _fact: Event, current: Any) -> ProgrammeTarget | None:
    versions = store.programme_targets(connection, [current.target])[current.target]
    return next((one for one in versions if one.version == current.version), None)


def _correct_programme_target(
    _connection: Connection, one: ProgrammeTarget, wanted: Correction
) -> ProgrammeTarget:
    new: Any = wanted.replacement
    return correct_programme_target(one, new)


def _visits(connection: Connection, fact: Event, current: Any) -> Visits | None:
    known = visit_store.visits(connection, [fact.subject]).get(fact.subject)
    return known if known and known.on(current.visited_on) else None


def _visit_places(connection: Connection, fact: Event, _one: Visits | None) -> Places:
    """Where the family lives now."""
    return _family_places(connection, fact, _family(connection, fact, fact.data))


def _correct_visits(connection: Connection, one: Visits, wanted: Correction) -> Visits | None:
    family = _family(connection, wanted.original, wanted.current)
    said: Any = wanted.current
    new: Any = wanted.replacement
    return correct_visits(family, one, said, new)


def _no_other(_connection: Connection, _fact: Event, _target: UUID) -> Places | None:
    """The id of a target follows from what it counts: no other can be named."""
    return None


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
    save=referral_store.rewrite_referrals,
    forget=referral_store.forget_referral,
)
_ASSESSMENTS = Correctable(
    lock=family,
    find=_assessment,
    places=_nowhere_else,
    correct=_correct_assessment,
    save=referral_store.save_assessments,
    forget=referral_store.forget_assessment,
)
_OFFERS = Correctable(
    lock=family,
    find=_offer,
    places=_offer_places,
    correct=_correct_offer,
    save=training_store.save_offers,
    forget=training_store.forget_offer,
)
_PROGRAMME_TARGETS = Correctable(
    lock=programme_target,
    find=_programme_target,
    places=_nowhere_else,
    correct=_correct_programme_target,
    save=store.save_programme_targets,
    forget=never,
)
_VISITS = Correctable(
    lock=family,
    find=_visits,
    places=_visit_places,
    correct=_correct_visits,
    save=visit_store.rewrite_visits,
    forget=visit_store.forget_visits,
)
CORRECTIONS = CorrectionRules(
    kept=correction,
    fixed=(*corrections.FIXED, *reporting.FIXED),
    things={
        **reporting.things(RECORDS),
        FamilyEnrolled: _FAMILIES,
        FamilyChanged: _FAMILIES,
        FacilitatorAssigned: _FAMILIES,
        GraduationProposed: _FAMILIES,
        GraduationVerified: _FAMILIES,
        GraduationApproved: _FAMILIES,
        FamilyExited: _FAMILIES,
        FamilyVisited: _VISITS,
        TargetSet: _TARGETS,
        ReferralIssued: _REFERRALS,
        ReferralContacted: _REFERRALS,
        ReferralInterested: _REFERRALS,
        ReferralDeclined: _REFERRALS,
        EligibilityAssessed: _ASSESSMENTS,
        ProgrammeTargetSet: _PROGRAMME_TARGETS,
        TrainingOffered: _OFFERS,
    },
    references={"facilitator": _district, "target": _no_other},
)
