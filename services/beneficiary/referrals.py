"""The use case of a referral run: everyone in an area who is eligible and was never referred."""

from collections import Counter
from typing import Any

from services.beneficiary import eligibility, store
from services.beneficiary.eligibility import Candidate
from services.beneficiary.persons import open_day
from services.beneficiary.schemas import ReferralReport, ReferralRun
from services.beneficiary.tables import family
from shared.application.context import Context, Keys
from shared.application.places import require_place
from shared.application.refusals import require_days
from shared.clock import noon
from shared.database.locks import lock_table
from shared.events.base import BusinessType, DecileBand
from shared.events.beneficiary import ReferralIssued
from shared.events.envelope import Fact
from shared.ids import new_uuid7
from shared.outbox import table as outbox


def issue_referrals(context: Context, run: ReferralRun) -> ReferralReport:
    """Refer everyone in an area who is eligible and was never referred."""
    require_place(context, run.area, "area")
    require_days(run, context.today)
    lock_table(context.connection, family)
    rows = store.enrolled_families(context.connection, run.area, run.issued_on)
    reasons = Counter[str]()
    issued: list[tuple[str, ReferralIssued]] = []
    for one in (_candidate(context.keys, row) for row in rows):
        failed = eligibility.assess(one, run.issued_on)
        reasons.update(reason.value for reason in failed)
        if not failed and one.representative is not None:
            referral = eligibility.refer(one, new_uuid7(context.now), run.issued_on)
            issued.append((one.representative, referral))
    store.save_referrals(context.connection, issued)
    _stage(context, [Fact(person, noon(run.issued_on), one) for person, one in issued])
    return ReferralReport(
        considered=len(rows),
        referred=len(issued),
        not_eligible=len(rows) - len(issued),
        reasons=dict(sorted(reasons.items())),
    )


def _stage(context: Context, facts: list[Fact]) -> None:
    if facts:
        outbox.stage(context.connection, context.origin, facts, now=context.now)


def _candidate(keys: Keys, row: Any) -> Candidate:
    return Candidate(
        family=row.subject,
        region=row.region,
        band=DecileBand(row.band),
        representative=row.person,
        born=open_day(keys, row.born),
        business=BusinessType(row.business) if row.business else None,
    )
