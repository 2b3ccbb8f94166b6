"""Builders for what the tests of the cooperative service speak of."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from services.cooperative.domain import Membership
from services.cooperative.status import Cooperative, Group, StatusEntry
from shared.events.base import BusinessType, DecileBand
from shared.events.beneficiary import ReferralIssued
from shared.events.cooperative import CooperativeKind, GroupStatus

PERSON = "k1." + "a" * 52
VILLAGE = "35.09.30.2009"


def a_cooperative(**other: Any) -> Cooperative:
    """A village cooperative, registered at the beginning of 2025."""
    one = Cooperative(
        id=UUID(int=1),
        number="KMP-1",
        name="Koperasi Satu",
        kind=CooperativeKind.MERAH_PUTIH,
        region=VILLAGE,
        registered_on=date(2025, 1, 2),
    )
    return replace(one, **other)


def a_closed_cooperative(day: date) -> Cooperative:
    """A cooperative that closed on a day."""
    return a_cooperative(history=(StatusEntry(1, "CLOSED", day),))


def a_group(**other: Any) -> Group:
    """An income group formed in February 2025."""
    one = Group(
        id=UUID(int=2),
        number="UP2K-1",
        status=GroupStatus.INCOME_GROUP,
        region=VILLAGE,
        business_type=BusinessType.FOOD,
        formed_on=date(2025, 2, 3),
    )
    return replace(one, **other)


def a_membership(**other: Any) -> Membership:
    """An application of 1 March 2026, nothing more yet."""
    one = Membership(
        id=UUID(int=3),
        cooperative=UUID(int=1),
        person=PERSON,
        region=VILLAGE,
        applied_on=date(2026, 3, 1),
        consent=UUID(int=4),
        sealed=b"",
    )
    return replace(one, **other)


def a_member(**other: Any) -> Membership:
    """Applied on the 1st, approved on the 5th, a member from 10 March 2026."""
    steps = {"approved_on": date(2026, 3, 5), "activated_on": date(2026, 3, 10)}
    return a_membership(**(steps | other))


def a_referral(number: int, day: date) -> ReferralIssued:
    """A referral of a family's representative."""
    return ReferralIssued(
        referral=UUID(int=number),
        family="k1." + "b" * 52,
        region=VILLAGE,
        decile_band=DecileBand.D1_2,
        business_type=BusinessType.FOOD,
        rule="local-1",
        issued_on=day,
    )
