"""One list of every event type and the class of its `data`."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.events import beneficiary, cooperative, corrections, monitoring, training
from shared.events.base import Payload

PREFIX = "id.lintas."

CATALOGUE: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "id.lintas.family.enrolled.v1": beneficiary.FamilyEnrolled,
        "id.lintas.family.changed.v1": beneficiary.FamilyChanged,
        "id.lintas.family.exited.v1": beneficiary.FamilyExited,
        "id.lintas.facilitator.assigned.v1": beneficiary.FacilitatorAssigned,
        "id.lintas.facilitator.target_set.v1": beneficiary.TargetSet,
        "id.lintas.referral.issued.v1": beneficiary.ReferralIssued,
        "id.lintas.graduation.proposed.v1": beneficiary.GraduationProposed,
        "id.lintas.graduation.verified.v1": beneficiary.GraduationVerified,
        "id.lintas.graduation.approved.v1": beneficiary.GraduationApproved,
        "id.lintas.cooperative.registered.v1": cooperative.CooperativeRegistered,
        "id.lintas.cooperative.status_changed.v1": cooperative.CooperativeStatusChanged,
        "id.lintas.group.formed.v1": cooperative.GroupFormed,
        "id.lintas.group.status_changed.v1": cooperative.GroupStatusChanged,
        "id.lintas.membership.applied.v1": cooperative.MembershipApplied,
        "id.lintas.membership.approved.v1": cooperative.MembershipApproved,
        "id.lintas.membership.activated.v1": cooperative.MembershipActivated,
        "id.lintas.membership.lapsed.v1": cooperative.MembershipLapsed,
        "id.lintas.membership.resigned.v1": cooperative.MembershipResigned,
        "id.lintas.session.held.v1": training.SessionHeld,
        "id.lintas.session.attended.v1": training.SessionAttended,
        "id.lintas.training.completed.v1": training.TrainingCompleted,
        "id.lintas.fact.corrected.v1": corrections.FactCorrected,
        "id.lintas.release.published.v1": monitoring.ReleasePublished,
    }
)
"""Type name to payload class. A breaking change is a new name with the next version."""

TYPE_OF: Mapping[type[Payload], str] = MappingProxyType(
    {cls: name for name, cls in CATALOGUE.items()}
)
"""Payload class to type name."""
