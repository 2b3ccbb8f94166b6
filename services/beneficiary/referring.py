"""The use case of single referrals: over HTTP and as the list `referrals`; a run refers a whole area."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from services.beneficiary import eligibility, referral_store, store
from services.beneficiary.assessments import Assessment, assessed
from services.beneficiary.eligibility import Candidate
from services.beneficiary.family import Family
from services.beneficiary.outcomes import Referral
from services.beneficiary.persons import open_day
from services.beneficiary.schemas import ReferralItem
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context, Keys
from shared.application.register import for_change
from shared.clock import noon
from shared.errors import Refusal
from shared.events.beneficiary import IneligibleReason
from shared.events.envelope import Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7
from shared.messages import phrase


def refer_families(context: Context, items: Sequence[ReferralItem]) -> list[Outcome]:
    """Refer the representatives of these families, where the rule of eligibility is met on that day."""
    subjects = [context.family(item.family_number) for item in items]
    families = for_change(context, store.FAMILIES, set(subjects))
    done = _Referring(context, set(subjects))

    def decide(item: ReferralItem, subject: str) -> Facts:
        family = families.require_own(subject, "family_number")
        return done.refer(family, item.issued_on)

    return decide_batch(context, decide, items, subjects, save=done.save)


@dataclass
class _Referring:
    """The referrals and assessments of the families of a batch: loaded once, saved once."""

    context: Context
    subjects: set[str]
    issued: list[Referral] = field(default_factory=list)
    news: list[Assessment] = field(default_factory=list)

    def __post_init__(self) -> None:
        connection = self.context.connection
        known = referral_store.referrals(connection, self.subjects)
        self.known = {(one.family, one.spell): one for some in known.values() for one in some}
        self.last = referral_store.last_assessments(connection, self.subjects)

    def refer(self, family: Family, day: date) -> Facts:
        """The facts of a referral; none when this spell has it already."""
        before = self.known.get((family.subject, family.first))
        if before is not None and before.issued_on == day:
            return ()
        if before is not None:
            raise Refusal("CONFLICT", "issued_on")
        one = candidate_on(self.context.keys, family, day)
        if failed := eligibility.assess(one, day):
            raise _ineligible(failed)
        return self._keep(one, family.first, day)

    def _keep(self, one: Candidate, spell: int, day: date) -> Facts:
        said = eligibility.refer(one, new_uuid7(self.context.now), day)
        person = one.representative or ""
        new = Referral(said.referral, one.family, person, spell, one.region, day)
        self.known[one.family, spell] = new
        self.issued.append(new)
        referred = Fact(person, noon(day), said)
        news = assessed(one, spell, day, (), self.last.get(one.family))
        if news is None:
            return (referred,)
        self.news.append(news[0])
        return Fact(one.family, noon(day), news[1]), referred

    def save(self) -> None:
        """Write what was kept."""
        referral_store.save_referrals(self.context.connection, self.issued)
        referral_store.save_assessments(self.context.connection, self.news)


def candidate_on(keys: Keys, family: Family, day: date) -> Candidate:
    """What the rule looks at: the family as it was on a day on which it was in the programme."""
    if family.left:
        raise Refusal("FAMILY_LEFT", "family_number")
    if day < family.enrolled_on:
        raise Refusal("DATE_ORDER", "issued_on")
    version = [one for one in family.live if one.effective_on <= day][-1]
    return Candidate(
        family=family.subject,
        region=version.region,
        band=version.band,
        representative=version.representative,
        born=open_day(keys, version.born),
        business=family.business,
    )


def _ineligible(failed: Sequence[IneligibleReason]) -> Refusal:
    """Every condition that is not met, in words."""
    words = [phrase(f"beneficiary.ineligible.{one.value}") for one in failed]
    return Refusal(
        "NOT_ELIGIBLE",
        "family_number",
        reasons=", ".join(one.id for one in words),
        reasons_en=", ".join(one.en for one in words),
    )
