"""The use case of a referral run: everyone in an area who is eligible and not referred yet."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.beneficiary import eligibility, referral_store, store
from services.beneficiary.assessments import Assessment, assessed
from services.beneficiary.eligibility import Candidate
from services.beneficiary.outcomes import Referral
from services.beneficiary.persons import open_day
from services.beneficiary.schemas import ReferralReport, ReferralRun
from services.beneficiary.tables import family
from shared.application.context import Context, Keys
from shared.application.places import require_place
from shared.application.refusals import require_days
from shared.application.staging import stage
from shared.clock import noon
from shared.database.locks import lock_table
from shared.events.base import BusinessType, DecileBand
from shared.events.envelope import Fact
from shared.ids import new_uuid7


def issue_referrals(context: Context, run: ReferralRun) -> ReferralReport:
    """Refer everyone in an area who is eligible and was not referred in this spell.

    What the rule says of a family is published with every reason, where that is news.
    """
    require_place(context, run.area, "area")
    require_days(run, context.today)
    lock_table(context.connection, family)
    rows = store.enrolled_families(context.connection, run.area, run.issued_on)
    last = referral_store.last_assessments(context.connection, [row.subject for row in rows])
    done = _Run(context, run.issued_on)
    for row in rows:
        done.consider(_candidate(context.keys, row), row.spell, last.get(row.subject))
    done.save()
    return ReferralReport(
        considered=len(rows),
        referred=len(done.issued),
        not_eligible=len(rows) - len(done.issued),
        reasons=dict(sorted(done.reasons.items())),
    )


@dataclass
class _Run:
    """What a run has decided so far."""

    context: Context
    day: date
    reasons: Counter[str] = field(default_factory=Counter)
    facts: list[Fact] = field(default_factory=list)
    issued: list[Referral] = field(default_factory=list)
    assessed: list[Assessment] = field(default_factory=list)

    def consider(self, one: Candidate, spell: int, last: Assessment | None) -> None:
        """Assess a family, and refer its representative if nothing speaks against it."""
        failed = eligibility.assess(one, self.day)
        self.reasons.update(reason.value for reason in failed)
        news = assessed(one, spell, self.day, failed, last)
        if news is not None:
            self.assessed.append(news[0])
            self.facts.append(Fact(one.family, noon(self.day), news[1]))
        if not failed and one.representative is not None:
            said = eligibility.refer(one, new_uuid7(self.context.now), self.day)
            self.facts.append(Fact(one.representative, noon(self.day), said))
            self.issued.append(
                Referral(said.referral, one.family, one.representative, spell, one.region, self.day)
            )

    def save(self) -> None:
        """Write what was decided and stage its facts."""
        connection = self.context.connection
        referral_store.save_referrals(connection, self.issued)
        referral_store.save_assessments(connection, self.assessed)
        if self.facts:
            stage(self.context, self.facts)


def _candidate(keys: Keys, row: Any) -> Candidate:
    return Candidate(
        family=row.subject,
        region=row.region,
        band=DecileBand(row.band),
        representative=row.person,
        born=open_day(keys, row.born),
        business=BusinessType(row.business) if row.business else None,
    )
