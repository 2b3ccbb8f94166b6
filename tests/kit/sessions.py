"""Builders for what the tests of the training service speak of."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.training.domain import Session, Training
from shared.clock import noon
from shared.events.base import Payload
from shared.events.catalogue import TYPE_OF
from shared.events.cooperative import MembershipActivated
from shared.events.envelope import Event
from shared.events.training import ActivityType, Module

PERSON = "k1." + "a" * 52
VILLAGE = "35.09.30.2009"
MARCH = date(2026, 3, 10)


def a_session(**other: Any) -> Session:
    """A P2K2 session of March 2026 in a village."""
    one = Session(
        id=UUID(int=1),
        number="P2K2-1",
        activity=ActivityType.P2K2,
        district="35.09",
        region=VILLAGE,
        held_on=date(2026, 3, 2),
        modules=(Module.FAMILY_FINANCE,),
    )
    return replace(one, **other)


def a_training() -> Training:
    """A course."""
    return Training(UUID(int=2), "PLT-1", ActivityType.TRAINING)


def an_activation(number: int, day: date) -> MembershipActivated:
    """A membership activated on a day."""
    return MembershipActivated(
        membership=UUID(int=number), cooperative=UUID(int=1), region=VILLAGE, activated_on=day
    )


def heard(number: int, subject: str, data: Payload) -> Event:
    """An event of the cooperatives, checked and ready to be heard."""
    return Event(
        id=UUID(int=number),
        source="urn:lintas:cooperative",
        type=TYPE_OF[type(data)],
        subject=subject,
        time=noon(MARCH),
        recordedtime=noon(MARCH) + timedelta(minutes=number),
        sequence=number,
        agreement="urn:lintas:agreement:x",
        traceparent="00-0-0-01",
        data=data,
    )
