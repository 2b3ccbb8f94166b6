"""What the subject of each event is: a person's or family's pseudonym, or the id of a thing.

A subject is also the record's key, so it is the first place where an identity number could leave.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from shared.events import beneficiary, cooperative, monitoring, training
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected


class Subject(StrEnum):
    """The forms that a subject has."""

    PSEUDONYM = "a pseudonym"
    ID = "an id"
    ANY = "a pseudonym or an id"


_ANY, _PSEUDONYM = Subject.ANY, Subject.PSEUDONYM
_ID_FORM = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PSEUDONYM_FORM = r"[a-z0-9]{1,16}\.[a-z2-7]{52}"
_IS = {
    Subject.PSEUDONYM: re.compile(_PSEUDONYM_FORM).fullmatch,
    Subject.ID: re.compile(_ID_FORM).fullmatch,
    Subject.ANY: re.compile(f"{_PSEUDONYM_FORM}|{_ID_FORM}").fullmatch,
}

_EXPECTED: dict[type[Payload], Subject] = {
    beneficiary.FamilyEnrolled: Subject.PSEUDONYM,
    beneficiary.FamilyChanged: Subject.PSEUDONYM,
    beneficiary.FamilyExited: Subject.PSEUDONYM,
    beneficiary.FacilitatorAssigned: Subject.PSEUDONYM,
    beneficiary.TargetSet: Subject.ID,
    beneficiary.ReferralIssued: Subject.PSEUDONYM,
    beneficiary.GraduationProposed: Subject.PSEUDONYM,
    beneficiary.GraduationVerified: Subject.PSEUDONYM,
    beneficiary.GraduationApproved: Subject.PSEUDONYM,
    cooperative.CooperativeRegistered: Subject.ID,
    cooperative.CooperativeStatusChanged: Subject.ID,
    cooperative.GroupFormed: Subject.ID,
    cooperative.GroupStatusChanged: Subject.ID,
    cooperative.MembershipApplied: Subject.PSEUDONYM,
    cooperative.MembershipApproved: Subject.PSEUDONYM,
    cooperative.MembershipActivated: Subject.PSEUDONYM,
    cooperative.MembershipLapsed: Subject.PSEUDONYM,
    cooperative.MembershipResigned: Subject.PSEUDONYM,
    training.SessionHeld: Subject.ID,
    training.SessionAttended: Subject.PSEUDONYM,
    training.TrainingCompleted: Subject.PSEUDONYM,
    monitoring.ReleasePublished: Subject.ID,
}
SUBJECT_OF: Mapping[type[Payload], Subject] = MappingProxyType(_EXPECTED)
"""What an event of each class is about. A correction is about what the corrected event is about."""


def expected_subject(payload: Payload) -> Subject:
    """The form of this event's subject; either form for a class that is not listed."""
    kind: type[Payload] | None = type(payload)
    if isinstance(payload, FactCorrected):
        kind = CATALOGUE.get(payload.corrected_type)
    return SUBJECT_OF.get(kind, Subject.ANY) if kind else Subject.ANY


def subject_breach(subject: str, payload: Payload) -> str | None:
    """What is wrong with a subject, without its text; None when it has the form of its kind."""
    expected = expected_subject(payload)
    return None if _IS[expected](subject) else _breach(expected)


def kind_breach(subject: str, payload: Payload) -> str | None:
    """The same of a subject that `parse` has read: it has one of the forms, so a dot is enough."""
    kind = type(payload)
    expected = expected_subject(payload) if kind is FactCorrected else _EXPECTED.get(kind, _ANY)
    if expected is _ANY or (expected is _PSEUDONYM) is ("." in subject):
        return None
    return _breach(expected)


def _breach(expected: Subject) -> str:
    return f"subject: must be {expected.value}"
