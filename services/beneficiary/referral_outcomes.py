"""The use cases of what became of referrals: over HTTP and as the list `referral-outcomes`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from services.beneficiary import referral_store, store
from services.beneficiary.outcomes import Referral, ReferralOutcome, Step, record, referral_on
from services.beneficiary.own import require_assigned
from services.beneficiary.schemas import (
    ContactItem,
    DeclineItem,
    InterestItem,
    OutcomeRow,
)
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import for_change
from shared.errors import Refusal
from shared.http.batches import Outcome

Item = TypeVar("Item", ContactItem, InterestItem, DeclineItem, OutcomeRow)
_CODES = {ReferralOutcome.CONTACTED: "cara", ReferralOutcome.DECLINED: "alasan"}
"""Which cell of the list says more about a step."""


def contact_referred(context: Context, items: Sequence[ContactItem]) -> list[Outcome]:
    """Record that referred persons were reached."""
    return _record_each(
        context,
        items,
        [item.family_number for item in items],
        lambda item: Step(ReferralOutcome.CONTACTED, item.contacted_on, item.channel.value),
        ("family_number", "contacted_on"),
    )


def interest_referred(context: Context, items: Sequence[InterestItem]) -> list[Outcome]:
    """Record that referred persons want to join."""
    return _record_each(
        context,
        items,
        [item.family_number for item in items],
        lambda item: Step(ReferralOutcome.INTERESTED, item.interested_on),
        ("family_number", "interested_on"),
    )


def decline_referred(context: Context, items: Sequence[DeclineItem]) -> list[Outcome]:
    """Record that referred persons do not want to join; this has no consequence for assistance."""
    return _record_each(
        context,
        items,
        [item.family_number for item in items],
        lambda item: Step(ReferralOutcome.DECLINED, item.declined_on, item.reason.value),
        ("family_number", "declined_on"),
    )


def import_outcomes(context: Context, rows: Sequence[OutcomeRow]) -> list[Outcome]:
    """Import what became of referrals: contacts, interest and declines."""
    numbers = [row.nomor_keluarga for row in rows]
    return _record_each(context, rows, numbers, _step_of_row, ("nomor_keluarga", "tanggal"))


def _record_each(
    context: Context,
    items: Sequence[Item],
    numbers: Sequence[str],
    step_of: Callable[[Item], Step],
    names: tuple[str, str],
) -> list[Outcome]:
    subjects = [context.family(number) for number in numbers]
    families = for_change(context, store.FAMILIES, set(subjects))
    known = referral_store.referrals(context.connection, set(subjects))
    touched: dict[object, Referral] = {}
    number, day = names

    def decide(item: Item, subject: str) -> Facts:
        require_assigned(context, families.require_own(subject, number), number)
        step = step_of(item)
        before = referral_on(known.get(subject, ()), step.day)
        if before is None:
            raise Refusal("NOT_FOUND.referral", day)
        after, payloads = record(before, step, day)
        known[subject] = tuple(after if one is before else one for one in known[subject])
        if payloads:
            touched[after.id] = after
        return facts(after.person, payloads)

    def save() -> None:
        referral_store.save_referrals(context.connection, list(touched.values()))

    return decide_batch(context, decide, items, subjects, save=save)


def _step_of_row(row: OutcomeRow) -> Step:
    given = {"cara": row.cara, "alasan": row.alasan}
    wanted = _CODES.get(row.hasil)
    for name, value in given.items():
        if (value is None) == (name == wanted):
            raise Refusal("OUTCOME_CELL" if name == wanted else "OUTCOME_CELL.extra", name)
    code = given[wanted] if wanted else None
    return Step(row.hasil, row.tanggal, code.value if code else "")
