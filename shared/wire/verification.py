"""Check a record before it becomes an event: origin, owner, form, key, type."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import MAX_EVENT_BYTES, Event, InvalidEvent
from shared.events.plausible import check_event
from shared.events.reading import parse
from shared.events.subjects import kind_breach
from shared.events.topics import Topic
from shared.wire.conformity import breach_of
from shared.wire.place import MAX_SEQUENCE, Place
from shared.wire.signatures import BadProof, Trust

PROOF_HEADER = "lintas-proof"
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "EMPTY": "the record has no value",
        "KEY_MISSING": "the record has no key",
        "TOO_LARGE": "the value is larger than the contract allows",
        "PROOF_MISSING": "no proof of origin",
        "PROOF_FORMAT": "the proof cannot be read, or there are several",
        "KEY_UNKNOWN": "the proof names a signing key that is not trusted here",
        "PROOF_INVALID": "the proof does not fit the value",
        "NOT_OWNER": "the signer does not own the topic",
        "DECODE": "the value is not JSON, or one of its objects has a key twice",
        "ENVELOPE": "attributes of the envelope are missing or wrong",
        "TYPE_UNKNOWN": "this version does not know the type; replay after an upgrade",
        "SCHEMA": "the data breaks the type's schema",
        "FORGED": "the event claims another source than the one that signed it",
        "KEY_MISMATCH": "the record's key is not the event's subject",
        "TYPE_NOT_ALLOWED": "the type, or the type that is corrected, does not belong on this topic",
        "AGREEMENT": "no agreement known here permits the event on this topic; replay after an upgrade",
        "NOT_OWN": "it is about what another source reports",
        "REGION_UNKNOWN": "the list of regions here has no such code; replay after an upgrade",
        "TIME_FUTURE": "it is dated later than it may be today; replay once that day has come",
        "DATE_IMPLAUSIBLE": "it is dated earlier than anything of its kind can be",
        "APPLY_FAILED": "the event is right, but this service could not take it in",
        "SEQUENCE_REUSED": "the source had given this sequence to another event",
        "ID_REUSED": "the source had given this id to another event",
    }
)
"""Every reason for quarantine, in words."""


class Record(Protocol):
    """A record as Kafka's client returns it."""

    @property
    def topic(self) -> str:
        """Name of the topic."""

    @property
    def partition(self) -> int:
        """Number of the partition."""

    @property
    def offset(self) -> int:
        """Place in the partition."""

    @property
    def key(self) -> bytes | None:
        """The event's subject."""

    @property
    def value(self) -> bytes | None:
        """The event."""

    @property
    def headers(self) -> "tuple[tuple[str, bytes | None], ...]":
        """Content type and proof."""


@dataclass(frozen=True)
class StoredRecord:
    """A record outside the Kafka client: stored, or built by a test."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Refused(Exception):
    """The record can never be applied in this form.

    `code` is one of `REFUSALS`; `detail` holds no value.
    """

    def __init__(self, code: str, detail: str = "", place: Place | None = None) -> None:
        super().__init__(f"{code}: {detail or REFUSALS[code]}")
        self.code = code
        self.detail = mask_digits(detail)
        self.place = place
        """The event's source and sequence, if the signed bytes alone decided the refusal."""


def mask_digits(text: str) -> str:
    """Mask every run of nine digits or more, however grouped."""
    return re.sub(r"\d(?:[ .\-]?\d){8,}", "***", text)


def check(
    record: Record,
    trust: Trust,
    topics: Mapping[str, Topic],
    catalogue: Mapping[str, type[Payload]] = CATALOGUE,
) -> Event:
    """Verify a record's origin and return its event.

    Raises:
        Refused: for the first reason found. `topics` must contain the record's topic.
    """
    topic = topics[record.topic]
    value = _value(record)
    signer = _signer(value, record, trust)
    if signer != topic.owner:
        raise Refused("NOT_OWNER", f"{record.topic} belongs to {topic.owner}, signed by {signer}")
    event = _parse(value, signer, record.key, catalogue)
    if event.source != signer:
        raise Refused("FORGED", f"signed by {signer}")
    subject = kind_breach(event.subject, event.data)
    if subject is not None:
        raise Refused("ENVELOPE", subject, _place_in(record.value or b"", signer, record.key))
    _check_key(record, event)
    breach = breach_of(event, topic)
    if breach is not None:
        raise Refused(breach.code, breach.detail, (signer, event.sequence))
    return event


def check_times(event: Event, received: datetime) -> None:
    """Refuse an event whose dates are impossible at the time of receipt.

    Raises:
        Refused: TIME_FUTURE or DATE_IMPLAUSIBLE, with the event's place.
    """
    fault = check_event(event, received)
    if fault is not None:
        raise Refused(fault.code, str(fault), (event.source, event.sequence))


def _value(record: Record) -> bytes:
    if not record.value:
        raise Refused("EMPTY")
    if len(record.value) > MAX_EVENT_BYTES:
        raise Refused("TOO_LARGE", f"{len(record.value)} bytes, the limit is {MAX_EVENT_BYTES}")
    return record.value


def _signer(value: bytes, record: Record, trust: Trust) -> str:
    proofs = [content for name, content in record.headers if name == PROOF_HEADER]
    if not proofs or proofs[0] is None:
        raise Refused("PROOF_MISSING")
    if len(proofs) > 1:
        raise Refused("PROOF_FORMAT", "several proofs")
    try:
        return trust.verify(value, proofs[0])
    except BadProof as error:
        raise Refused(error.code, error.detail) from None


def _parse(
    value: bytes, signer: str, key: bytes | None, catalogue: Mapping[str, type[Payload]]
) -> Event:
    try:
        return parse(value, catalogue)
    except InvalidEvent as error:
        raise Refused(error.code, error.detail, _place_in(value, signer, key)) from None


_TAIL = re.compile(rb',"sequence":"(\d{19})"}\Z')


def _place_in(value: bytes, signer: str, key: bytes | None) -> Place | None:
    """Find the place of an event whose data cannot be read; None if it is not certain.

    The relay writes the sequence last and nowhere else; a value that looks different has no place.
    Nor has a record with a foreign key, which must not take the place of the true one.
    """
    found = _TAIL.search(value)
    sequence = int(found[1]) if found else 0
    itself = (
        b'"source":"%s"' % signer.encode() in value and b'"subject":"%s"' % (key or b"\0") in value
    )
    return (signer, sequence) if itself and 1 <= sequence <= MAX_SEQUENCE else None


def _check_key(record: Record, event: Event) -> None:
    if record.key is None:
        raise Refused("KEY_MISSING")
    if record.key != event.subject.encode():
        raise Refused("KEY_MISMATCH")
