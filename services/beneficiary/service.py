"""Use cases of the beneficiary service: load, decide, save, stage. Nobody commits here."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from services.beneficiary import domain, eligibility, readiness, store
from services.beneficiary.book import ORIGIN, Book, Desk, nameable
from services.beneficiary.correct import CORRECTIONS
from services.beneficiary.domain import Change, Family, Told
from services.beneficiary.eligibility import Candidate
from services.beneficiary.enrolment import import_families
from services.beneficiary.facilitators import import_facilitators, set_targets
from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    ExitItem,
    FamilyItem,
    ProposalItem,
    ReferralReport,
    ReferralRun,
    VerificationItem,
)
from services.beneficiary.tables import family as family_table
from services.beneficiary.views import list_readiness, show_family
from shared.application.batch import settle
from shared.application.corrections import correct_fact as correct
from shared.application.places import Covers, require_place
from shared.application.refusals import require_days
from shared.clock import noon
from shared.events.base import BusinessType, DecileBand
from shared.events.beneficiary import ReferralIssued
from shared.events.days import jakarta_day
from shared.events.envelope import Event, Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7
from shared.outbox import table as outbox

__all__ = [
    "approve_graduations",
    "assign_facilitators",
    "change_families",
    "correct_fact",
    "exit_families",
    "hear_progress",
    "import_facilitators",
    "import_families",
    "issue_referrals",
    "list_readiness",
    "propose_graduations",
    "set_targets",
    "show_family",
    "verify_graduations",
]
Item = TypeVar("Item", bound=FamilyItem)
correct_fact = partial(correct, rules=CORRECTIONS)


def change_families(
    connection: Connection,
    desk: Desk,
    items: Sequence[ChangeItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record new versions of families' records; the old region's staff may move a family."""

    def rule(family: Family, item: ChangeItem) -> Told:
        if item.region is not None:
            require_place(item.region, _anywhere, "region")
        return domain.change(family, _asked_change(desk, family, item))

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def assign_facilitators(
    connection: Connection,
    desk: Desk,
    items: Sequence[AssignmentItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Give families their facilitators."""
    known = store.facilitators(connection, {item.facilitator_number for item in items})

    def rule(family: Family, item: AssignmentItem) -> Told:
        number, region = item.facilitator_number, family.current.region
        facilitator = nameable(known.get(number), region, covers, "facilitator_number")
        return domain.assign(family, facilitator.id, item.assigned_on)

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def propose_graduations(
    connection: Connection,
    desk: Desk,
    items: Sequence[ProposalItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Open cases of self-sufficient graduation."""

    def rule(family: Family, item: ProposalItem) -> Told:
        return domain.propose(family, new_uuid7(now), item.proposed_on)

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def verify_graduations(
    connection: Connection,
    desk: Desk,
    items: Sequence[VerificationItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record verifications in the field."""

    def rule(family: Family, item: VerificationItem) -> Told:
        return domain.verify(family, item.verified_on)

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def approve_graduations(
    connection: Connection,
    desk: Desk,
    items: Sequence[ApprovalItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Approve verified graduations: the families leave."""

    def rule(family: Family, item: ApprovalItem) -> Told:
        return domain.approve(family, item.approved_on)

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def exit_families(
    connection: Connection,
    desk: Desk,
    items: Sequence[ExitItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record that families left for other reasons."""

    def rule(family: Family, item: ExitItem) -> Told:
        return domain.leave(family, item.reason, item.exited_on)

    return _decide_each(connection, desk, items, rule, covers=covers, now=now)


def issue_referrals(
    connection: Connection, desk: Desk, run: ReferralRun, *, covers: Covers, now: datetime
) -> ReferralReport:
    """Refer the representative of every eligible family of an area that was never referred."""
    require_place(run.area, covers, "area")
    require_days(run, jakarta_day(now))
    store.lock_register(connection, family_table)
    rows = store.standing(connection, run.area, run.issued_on)
    candidates = [_candidate(desk, row) for row in rows]
    reasons = Counter[str]()
    issued: list[tuple[str, ReferralIssued]] = []
    for one in candidates:
        failed = eligibility.assess(one, run.issued_on)
        reasons.update(reason.value for reason in failed)
        if not failed and one.representative is not None:
            said = eligibility.refer(one, new_uuid7(now), run.issued_on)
            issued.append((one.representative, said))
    store.save_referrals(connection, issued)
    told = [Fact(person, noon(run.issued_on), said) for person, said in issued]
    if told:
        outbox.stage(connection, ORIGIN, told, now=now)
    return ReferralReport(
        considered=len(candidates),
        referred=len(issued),
        not_eligible=len(candidates) - len(issued),
        reasons=dict(sorted(reasons.items())),
    )


def hear_progress(connection: Connection, events: Sequence[Event]) -> None:
    """Keep what was told about memberships and training: the latest word, in any order."""
    said = [word for word in map(readiness.word_of, events) if word is not None]
    known = store.words(connection, {word.event for word in said})
    store.save_words(connection, readiness.latest_words(known, said).values())


def _decide_each(
    connection: Connection,
    desk: Desk,
    items: Sequence[Item],
    rule: Callable[[Family, Item], Told],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Load the families of a chunk, decide each item for itself, save and stage."""
    store.lock_register(connection, family_table)
    subjects = [desk.pseudonymiser.family(item.family_number) for item in items]
    book = Book(covers, store.families(connection, set(subjects)))

    def decide(asked: tuple[str, Item]) -> tuple[Fact, ...]:
        subject, item = asked
        return book.keep(rule(book.find(subject), item))

    outcomes = settle(connection, ORIGIN, list(zip(subjects, items, strict=True)), decide, now)
    store.save_families(connection, book.touched.values())
    return outcomes


def _asked_change(desk: Desk, family: Family, item: ChangeItem) -> Change:
    if item.national_ids is None:
        return Change(item.effective_on, item.region, item.decile)
    head, members = next(iter(item.national_ids), None), item.national_ids[1:]
    born, sealed = desk.head_after(family.current, head, item.effective_on)
    persons = desk.persons(head, born, members, item.effective_on)
    return Change(item.effective_on, item.region, item.decile, persons, sealed)


def _candidate(desk: Desk, row: Any) -> Candidate:
    born: date | None = desk.open_day(row.born)
    return Candidate(
        family=row.subject,
        region=row.region,
        band=DecileBand(row.band),
        representative=row.person,
        born=born,
        business=BusinessType(row.business) if row.business else None,
    )


def _anywhere(_region: str) -> bool:
    return True
