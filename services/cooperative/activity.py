"""Use cases of members' months and benefits: what a cooperative records once somebody is a member."""

from collections.abc import Sequence
from uuid import UUID

from services.cooperative import activity_store, months
from services.cooperative.activity_schemas import ActivityItem, BenefitItem
from services.cooperative.activity_store import MonthKey
from services.cooperative.batch import MembershipBatch, load_memberships
from services.cooperative.domain import Membership
from services.cooperative.months import Benefit, MonthRecord
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.clock import noon
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import days_of_month
from shared.events.envelope import Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7


def record_activity(context: Context, items: Sequence[ActivityItem]) -> list[Outcome]:
    """Record whether members paid the savings of a month, and whether they transacted in it."""
    persons = [context.person(item.national_id) for item in items]
    batch = load_memberships(context, {item.cooperative_number for item in items}, persons)
    known = activity_store.months(context.connection, _ids(batch))
    touched: dict[MonthKey, MonthRecord] = {}

    def decide(item: ActivityItem, person: str) -> Facts:
        _, past = batch.find(item.cooperative_number, person)
        changed, payloads = _said(item, past, known)
        known.update(changed)
        touched.update(changed)
        # a month is over on its last day
        moment = noon(days_of_month(item.month)[1])
        return tuple(Fact(person, moment, payload) for payload in payloads)

    return decide_batch(
        context, decide, items, persons,
        save=lambda: activity_store.save_months(context.connection, touched.values()),
    )  # fmt: skip


def _said(
    item: ActivityItem, past: Sequence[Membership], known: dict[MonthKey, MonthRecord]
) -> tuple[dict[MonthKey, MonthRecord], list[Payload]]:
    """What changes by an item and its payloads: all that it says is possible, or none of it counts."""
    said = tuple(item.said)
    if not said:
        raise Refusal("NOTHING_SAID", "savings_paid")
    one = months.member_between(past, *days_of_month(item.month), "month")
    changed: dict[MonthKey, MonthRecord] = {}
    payloads: list[Payload] = []
    for matter, answer in said:
        key = one.id, item.month, matter
        record, new = months.record_month(one, known.get(key) or MonthRecord(*key), answer)
        if new:
            changed[key] = record
            payloads += new
    return changed, payloads


def grant_benefits(context: Context, items: Sequence[BenefitItem]) -> list[Outcome]:
    """Record what members got for being one."""
    persons = [context.person(item.national_id) for item in items]
    batch = load_memberships(context, {item.cooperative_number for item in items}, persons)
    known = activity_store.benefits(context.connection, _ids(batch))
    new: list[Benefit] = []

    def decide(item: BenefitItem, person: str) -> Facts:
        _, past = batch.find(item.cooperative_number, person)
        day = item.granted_on
        one = months.member_between(past, day, day, "granted_on")
        wanted = Benefit(new_uuid7(context.now), one.id, item.kind, day)
        benefit, payloads = months.grant_benefit(one, known[one.id], wanted)
        if payloads:
            known[one.id].append(benefit)
            new.append(benefit)
        return facts(person, payloads)

    return decide_batch(
        context, decide, items, persons,
        save=lambda: activity_store.save_benefits(context.connection, new),
    )  # fmt: skip


def _ids(batch: MembershipBatch) -> list[UUID]:
    return [one.id for some in batch.memberships.values() for one in some]
