"""How months and benefits of members, and support of cooperatives, follow corrections."""

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import activity_store, months, store
from services.cooperative.months import Benefit, Matter, MonthRecord
from services.cooperative.support import Support, correct_support
from services.cooperative.tables import member_benefit, support
from shared.application.correction_rules import Correctable, Correction, Places, never
from shared.events.base import Payload
from shared.events.envelope import Event
from shared.events.membership import BenefitGranted, SavingsRecorded, TransactionsRecorded
from shared.events.strengthening import CapitalGranted, MentoringRecorded


def _month(connection: Connection, _fact: Event, current: Any) -> MonthRecord | None:
    store.membership_by_id(connection, current.membership)  # locks it
    matter = Matter.SAVINGS if isinstance(current, SavingsRecorded) else Matter.TRANSACTIONS
    key = (current.membership, current.month, matter)
    return activity_store.months(connection, [current.membership]).get(key)


def _correct_month(_connection: Connection, before: MonthRecord, wanted: Correction) -> MonthRecord:
    return months.correct_month(before, wanted.current, wanted.replacement)


def _benefit(connection: Connection, _fact: Event, current: Any) -> Benefit | None:
    store.membership_by_id(connection, current.membership)  # locks it
    known = activity_store.benefits(connection, [current.membership])[current.membership]
    return next((one for one in known if one.id == current.benefit), None)


def _correct_benefit(connection: Connection, before: Benefit, wanted: Correction) -> Benefit | None:
    new: Any = wanted.replacement
    one = store.membership_by_id(connection, before.membership)
    others = activity_store.benefits(connection, [before.membership])[before.membership]
    return months.correct_benefit(one, before, others, new) if one else None


def _member_places(
    connection: Connection, _fact: Event, thing: MonthRecord | Benefit | None
) -> Places:
    """Where the membership lies; nothing of it is forgotten while something is recorded of it."""
    one = store.membership_by_id(connection, thing.membership) if thing else None
    return (one.region,) if one else ()


def _support(connection: Connection, fact: Event, current: Any) -> Support | None:
    wanted = current.mentoring if isinstance(current, MentoringRecorded) else current.capital
    cooperative = UUID(fact.subject)
    known = activity_store.support_of(connection, [cooperative])[cooperative]
    return next((one for one in known if one.id == wanted), None)


def _correct_support(connection: Connection, before: Support, wanted: Correction) -> Support | None:
    new: Any = wanted.replacement
    (cooperative,) = store.cooperatives(connection, [before.cooperative], by="id").values()
    others = activity_store.support_of(connection, [before.cooperative])[before.cooperative]
    return correct_support(cooperative, before, others, new)


def _support_places(connection: Connection, fact: Event, _one: object) -> Places:
    """Where the cooperative lies that was supported."""
    one = store.cooperative_by_id(connection, UUID(fact.subject))
    return (one.region,) if one else ()


_MONTHS = Correctable(
    lock=None,
    find=_month,
    places=_member_places,
    correct=_correct_month,
    save=activity_store.save_months,
    forget=never,
)
_BENEFITS = Correctable(
    lock=None,
    find=_benefit,
    places=_member_places,
    correct=_correct_benefit,
    save=activity_store.save_benefits,
    forget=partial(activity_store.forget, member_benefit),
)
_SUPPORT = Correctable(
    lock=support,
    find=_support,
    places=_support_places,
    correct=_correct_support,
    save=activity_store.save_support,
    forget=partial(activity_store.forget, support),
)
THINGS: dict[type[Payload], Correctable[Any]] = {
    SavingsRecorded: _MONTHS,
    TransactionsRecorded: _MONTHS,
    BenefitGranted: _BENEFITS,
    MentoringRecorded: _SUPPORT,
    CapitalGranted: _SUPPORT,
}
"""What these events are about."""
