"""Small worlds for tests: the events of what happened, in the order of their publication."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.events import beneficiary as b
from shared.events import cooperative as c
from shared.events import training as t
from shared.events.base import Payload
from shared.events.catalogue import TYPE_OF
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, Fact, InvalidEvent, draft, with_sequence
from shared.events.topics import TOPICS

HERE, NEXT_DOOR, FAR = "35.09.01.2001", "35.09.02.2001", "35.13.01.2001"
"""Two kecamatan of one kabupaten, and another kabupaten."""
START = datetime(2026, 7, 1, tzinfo=UTC)
NOW = datetime(2026, 8, 1, tzinfo=UTC)
ALL_MODULES = tuple(t.Module)
_OWNER = {name: topic.owner for topic in reversed(TOPICS) for name in topic.types}
_AGREEMENT = {topic.owner: topic.agreement for topic in TOPICS}
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
Cells = dict[tuple[str, str, str, str], int]


def pseudonym(name: str) -> str:
    """A pseudonym for a name of the test."""
    digest = hashlib.sha256(name.encode()).digest()
    return "k1." + base64.b32encode(digest).decode().lower().rstrip("=")


def uid(name: str) -> UUID:
    """An id for a name of the test."""
    return UUID(bytes=hashlib.sha256(name.encode()).digest()[:16])


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)


def people(names: Iterable[str]) -> tuple[b.FamilyPerson, ...]:
    """Persons of a family, the first one its representative."""
    return tuple(
        b.FamilyPerson(person=pseudonym(name), representative=not place, age_band="A30_44")
        for place, name in enumerate(names)
    )


class Story:
    """Events in the order in which they are published; each method returns its event."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def tell(self, subject: str, data: Payload, source: str = "", recorded: int = 0) -> Event:
        """Any event; `recorded` is minutes after the story's start."""
        number = len(self.events) + 1
        kind = TYPE_OF[type(data)]
        owner = source or _OWNER[kind]
        moment = START + timedelta(minutes=recorded or number)
        event = Event(
            id=UUID(int=number * 7919),
            source=owner,
            type=kind,
            subject=subject,
            time=moment,
            recordedtime=moment,
            sequence=1 + sum(one.source == owner for one in self.events),
            agreement=_AGREEMENT[owner],
            traceparent=TRACE,
            data=data,
        )
        event = event._replace(value=wire_of(event))
        self.events.append(event)
        return event

    def enrol(self, family: str, on: str, *persons: str, region: str = HERE) -> Event:
        """A family is enrolled with these persons."""
        data = b.FamilyEnrolled(
            programme="PKH",
            region=region,
            enrolled_on=on,
            decile_band="D1_2",
            persons=people(persons),
        )
        return self.tell(pseudonym(family), data)

    def change(
        self, family: str, version: int, on: str, *persons: str, region: str = HERE
    ) -> Event:
        """A new version of a family's record."""
        data = b.FamilyChanged(
            version=version,
            effective_on=on,
            region=region,
            decile_band="D1_2",
            persons=people(persons),
        )
        return self.tell(pseudonym(family), data)

    def leave(self, family: str, on: str) -> Event:
        """A family exits."""
        return self.tell(pseudonym(family), b.FamilyExited(reason="MOVED", exited_on=on))

    def graduate(self, family: str, on: str) -> Event:
        """A graduation is approved."""
        data = b.GraduationApproved(graduation=uid("g" + family), approved_on=on)
        return self.tell(pseudonym(family), data)

    def assign(self, family: str, facilitator: str, on: str) -> Event:
        """A facilitator takes a family over."""
        data = b.FacilitatorAssigned(facilitator=uid(facilitator), assigned_on=on)
        return self.tell(pseudonym(family), data)

    def target(self, facilitator: str, year: int, target: int, version: int = 1) -> Event:
        """A facilitator's target is set."""
        data = b.TargetSet(district="35.09", year=year, target=target, version=version)
        return self.tell(str(uid(facilitator)), data)

    def refer(self, person: str, on: str, referral: str = "r1", region: str = HERE) -> Event:
        """A person is referred."""
        data = b.ReferralIssued(
            referral=uid(referral),
            family=pseudonym("f"),
            region=region,
            decile_band="D1_2",
            business_type="10",
            rule="rule/1",
            issued_on=on,
        )
        return self.tell(pseudonym(person), data)

    def apply(self, person: str, on: str, member: str = "m1") -> Event:
        """A person applies for membership."""
        data = c.MembershipApplied(
            membership=uid(member),
            cooperative=uid("c"),
            region=HERE,
            applied_on=on,
            voluntary_declaration=True,
            consent=uid("consent"),
        )
        return self.tell(pseudonym(person), data)

    def approve(self, person: str, on: str, member: str = "m1") -> Event:
        """An application is approved."""
        data = c.MembershipApproved(membership=uid(member), cooperative=uid("c"), approved_on=on)
        return self.tell(pseudonym(person), data)

    def activate(self, person: str, on: str, member: str = "m1", region: str = HERE) -> Event:
        """A membership becomes active."""
        data = c.MembershipActivated(
            membership=uid(member), cooperative=uid("c"), region=region, activated_on=on
        )
        return self.tell(pseudonym(person), data)

    def lapse(self, person: str, on: str, member: str = "m1") -> Event:
        """A membership lapses."""
        data = c.MembershipLapsed(membership=uid(member), cooperative=uid("c"), lapsed_on=on)
        return self.tell(pseudonym(person), data)

    def resign(self, person: str, on: str, member: str = "m1") -> Event:
        """A member resigns."""
        data = c.MembershipResigned(membership=uid(member), cooperative=uid("c"), resigned_on=on)
        return self.tell(pseudonym(person), data)

    def register(self, cooperative: str, on: str, region: str = HERE) -> Event:
        """A cooperative is registered."""
        data = c.CooperativeRegistered(
            kind="MERAH_PUTIH", area="VILLAGE", region=region, registered_on=on
        )
        return self.tell(str(uid(cooperative)), data)

    def set_status(self, cooperative: str, version: int, on: str, status: str) -> Event:
        """A cooperative's status changes."""
        data = c.CooperativeStatusChanged(status=status, effective_on=on, version=version)
        return self.tell(str(uid(cooperative)), data)

    def hold(
        self, session: str, on: str, activity: str = "P2K2", counts: Sequence[int] = ()
    ) -> Event:
        """A session is held."""
        some = tuple(t.ParticipantCount(category="LOCAL_AGENCY", count=one) for one in counts)
        data = t.SessionHeld(activity=activity, district="35.09", held_on=on, participants=some)
        return self.tell(str(uid(session)), data)

    def attend(
        self,
        who: str,
        on: str,
        *modules: str,
        activity: str = "P2K2",
        unit: str = "FAMILY",
        session: str = "s",
    ) -> Event:
        """A family (or person) attends a session."""
        data = t.SessionAttended(
            session=uid(session), unit=unit, activity=activity, held_on=on, modules=modules
        )
        return self.tell(pseudonym(who), data)

    def complete(self, person: str, on: str) -> Event:
        """A person completes a training."""
        data = t.TrainingCompleted(training=uid("t"), activity="TRAINING", completed_on=on)
        return self.tell(pseudonym(person), data)

    def correct(self, wrong: Event, recorded: int = 0, **mended: Any) -> Event:
        """Take an event back, or replace some of its fields."""
        right = {**wrong.data.model_dump(mode="json"), **mended} if mended else None
        return self.correct_by_hand(
            wrong.subject, wrong.id, wrong.type, wrong.source, right, recorded
        )

    def correct_by_hand(
        self,
        subject: str,
        wrong: UUID,
        kind: str,
        source: str,
        right: dict[str, Any] | None,
        recorded: int = 0,
    ) -> Event:
        """Any correction, also one that breaks the rules."""
        data = FactCorrected(
            corrected=wrong, corrected_type=kind, reason="DATA_ENTRY", replacement=right
        )
        return self.tell(subject, data, source, recorded)


def wire_of(event: Event) -> bytes:
    """The bytes from which this event could have been read; none if no publisher can write it."""
    fact = Fact(event.subject, event.time, event.data)
    try:
        body = draft(
            fact,
            id=event.id,
            source=event.source,
            recorded=event.recordedtime,
            agreement=event.agreement,
            traceparent=event.traceparent or "",
        )
    except InvalidEvent:
        return b""
    return with_sequence(body, event.sequence)


def stock(cells: Cells, region: str, band: str, month: str, part: str = "i01.flow") -> int:
    """The stock at a month's end, by adding up the flows."""
    return sum(
        value
        for (one, where, period, what), value in cells.items()
        if (one, where, what) == (part, region, band) and period <= month
    )
