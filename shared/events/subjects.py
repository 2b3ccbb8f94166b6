"""What the subject of each event is: a person's or family's pseudonym, or the id of a thing.

A subject is also the record's key, so it is the first place where an identity number could leave.
"""

import re
from collections.abc import Callable, Mapping

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, declared
from shared.events.corrections import FactCorrected
from shared.events.event_type import Form

_ANY, _PSEUDONYM = Form.ANY, Form.PSEUDONYM
_ID_FORM = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PSEUDONYM_FORM = r"[a-z0-9]{1,16}\.[a-z2-7]{52}"
_TEXT = {
    Form.PSEUDONYM: _PSEUDONYM_FORM,
    Form.ID: _ID_FORM,
    Form.ANY: f"{_PSEUDONYM_FORM}|{_ID_FORM}",
}
_IS = {form: re.compile(text).fullmatch for form, text in _TEXT.items()}
_FORM_OF: Mapping[type[Payload], Form] = {
    payload: declared(payload).subject.form for payload in CATALOGUE.values()
}


def subject_form(payload: type[Payload]) -> Callable[[bytes], re.Match[bytes] | None]:
    """What a record's key must match for events of a class that are about one form of subject."""
    return re.compile(_TEXT[_FORM_OF.get(payload, _ANY)].encode()).fullmatch


def expected_subject(payload: Payload) -> Form:
    """The form of this event's subject; either form for a class that is not in the catalogue.

    A correction is about what the corrected event is about.
    """
    kind: type[Payload] | None = type(payload)
    if isinstance(payload, FactCorrected):
        kind = CATALOGUE.get(payload.corrected_type)
    return _FORM_OF.get(kind, _ANY) if kind else _ANY


def subject_breach(subject: str, payload: Payload) -> str | None:
    """What is wrong with a subject, without its text; None when it has the form of its kind."""
    expected = expected_subject(payload)
    return None if _IS[expected](subject) else _breach(expected)


def kind_breach(subject: str, payload: Payload) -> str | None:
    """The same of a subject that `parse` has read: it has one of the forms, so a dot is enough."""
    kind = type(payload)
    expected = expected_subject(payload) if kind is FactCorrected else _FORM_OF.get(kind, _ANY)
    if expected is _ANY or (expected is _PSEUDONYM) is ("." in subject):
        return None
    return _breach(expected)


def _breach(expected: Form) -> str:
    return f"subject: must be {expected.value}"
