"""The rules of consent: an application names a record that says who agreed, when and to what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.consent import ConsentForm, ConsentRecorded


@dataclass(frozen=True)
class Consent:
    """A person's recorded consent at one cooperative."""

    id: UUID
    cooperative: UUID
    person: str
    region: str
    form: ConsentForm
    text_version: str
    given_on: date


@dataclass(frozen=True)
class Agreed:
    """What an application says of a consent; text and day name a record, the form makes one."""

    form: ConsentForm | None
    text_version: str
    given_on: date


ConsentDecision = tuple[Consent, tuple[Payload, ...]]
"""A consent, and the payloads of its events; none when it was recorded before."""


def of_day(past: Iterable[Consent], text_version: str, given_on: date) -> Consent | None:
    """The consent to that text on that day, if it is recorded."""
    return next(
        (one for one in past if (one.text_version, one.given_on) == (text_version, given_on)), None
    )


def record(past: Sequence[Consent], wanted: Consent) -> ConsentDecision:
    """The consent of a day to a text: new, or the same as recorded before."""
    before = of_day(past, wanted.text_version, wanted.given_on)
    if before is None:
        return wanted, (recorded(wanted),)
    if before.form is not wanted.form:
        raise Refusal("CONFLICT", "consent.form")
    return before, ()


def named(past: Sequence[Consent], agreed: Agreed) -> Consent:
    """The earlier consent that an application without a form names."""
    before = of_day(past, agreed.text_version, agreed.given_on)
    if before is None:
        raise Refusal("CONSENT_MISSING", "consent.form")
    return before


def require_kept(past: Iterable[Consent], agreed: Agreed, kept: UUID) -> None:
    """An application again names the consent with which it was recorded."""
    own = next((one for one in past if one.id == kept), None)
    if own and (own.text_version, own.given_on) != (agreed.text_version, agreed.given_on):
        raise Refusal("CONFLICT", "consent.given_on")


def require_given(consent: Consent, applied_on: date) -> None:
    """Nobody applies before the consent is given."""
    if consent.given_on > applied_on:
        raise Refusal("DATE_ORDER", "consent.given_on")


def recorded(one: Consent) -> ConsentRecorded:
    """The payload of a consent."""
    return ConsentRecorded(
        consent=one.id, form=one.form, text_version=one.text_version, given_on=one.given_on
    )
