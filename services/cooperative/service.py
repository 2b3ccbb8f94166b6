"""Use cases of the cooperative service: load, decide, save, stage. Nobody commits here."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from services.cooperative import domain, ladder, store
from services.cooperative.book import ORIGIN, Book, Desk, covered
from services.cooperative.candidates import hear_referrals, list_candidates
from services.cooperative.correct import CORRECTIONS
from services.cooperative.domain import Membership, Step
from services.cooperative.ladder import Cooperative, Group
from services.cooperative.schemas import (
    Application,
    CooperativeRow,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    MemberRow,
    MemberStep,
)
from services.cooperative.tables import cooperative as cooperative_table
from services.cooperative.tables import household_group
from shared.application.batch import facts, settle
from shared.application.corrections import correct_fact as correct
from shared.application.places import Covers, require_place
from shared.events.beneficiary import ReferralIssued
from shared.events.envelope import Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7

__all__ = [
    "activate_memberships",
    "apply_for_membership",
    "approve_memberships",
    "change_cooperative_statuses",
    "change_group_statuses",
    "correct_fact",
    "form_groups",
    "hear_referrals",
    "import_members",
    "lapse_memberships",
    "list_candidates",
    "register_cooperatives",
    "resign_memberships",
]
correct_fact = partial(correct, rules=CORRECTIONS)


def register_cooperatives(
    connection: Connection,
    rows: Sequence[CooperativeRow],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Register cooperatives by their numbers, with the status that the list gives them."""
    store.lock_register(connection, cooperative_table)
    known = store.cooperatives(connection, {row.nomor_koperasi for row in rows})
    touched: dict[str, Cooperative] = {}

    def decide(row: CooperativeRow) -> tuple[Fact, ...]:
        require_place(row.kode_desa, covers, "kode_desa")
        wanted = row.cooperative(new_uuid7(now))
        one, told = ladder.register(known.get(wanted.number), wanted)
        one, moved = ladder.move_to_listed(one, row.status, row.tanggal_status)
        if told or moved:
            known[one.number] = touched[one.number] = one
        return facts(str(one.id), (*told, *moved))

    outcomes = settle(connection, ORIGIN, rows, decide, now)
    store.save_cooperatives(connection, list(touched.values()))
    return outcomes


def change_cooperative_statuses(
    connection: Connection,
    items: Sequence[CooperativeStatusItem],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record changes of cooperatives' status."""
    store.lock_register(connection, cooperative_table)
    known = store.cooperatives(connection, {item.cooperative_number for item in items})
    touched: dict[str, Cooperative] = {}

    def decide(item: CooperativeStatusItem) -> tuple[Fact, ...]:
        before = covered(known.get(item.cooperative_number), covers, "cooperative_number")
        one, told = ladder.move_cooperative(before, item.status, item.effective_on)
        known[one.number] = touched[one.number] = one
        return facts(str(one.id), told)

    outcomes = settle(connection, ORIGIN, items, decide, now)
    store.save_cooperatives(connection, list(touched.values()))
    return outcomes


def form_groups(
    connection: Connection, items: Sequence[GroupItem], *, covers: Covers, now: datetime
) -> list[Outcome]:
    """Record newly formed household-business groups."""
    store.lock_register(connection, household_group)
    known = store.groups(connection, {item.group_number for item in items})
    touched: dict[str, Group] = {}

    def decide(item: GroupItem) -> tuple[Fact, ...]:
        require_place(item.region, covers, "region")
        one, told = ladder.form(known.get(item.group_number), item.group(new_uuid7(now)))
        if told:
            known[one.number] = touched[one.number] = one
        return facts(str(one.id), told)

    outcomes = settle(connection, ORIGIN, items, decide, now)
    store.save_groups(connection, list(touched.values()))
    return outcomes


def change_group_statuses(
    connection: Connection, items: Sequence[GroupStatusItem], *, covers: Covers, now: datetime
) -> list[Outcome]:
    """Record steps of groups on the ladder towards a cooperative."""
    store.lock_register(connection, household_group)
    known = store.groups(connection, {item.group_number for item in items})
    touched: dict[str, Group] = {}

    def decide(item: GroupStatusItem) -> tuple[Fact, ...]:
        before = covered(known.get(item.group_number), covers, "group_number")
        one, told = ladder.move_group(before, item.status, item.effective_on)
        known[one.number] = touched[one.number] = one
        return facts(str(one.id), told)

    outcomes = settle(connection, ORIGIN, items, decide, now)
    store.save_groups(connection, list(touched.values()))
    return outcomes


def apply_for_membership(
    connection: Connection,
    desk: Desk,
    items: Sequence[Application],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record applications, each with the referral that led to it."""
    persons = [desk.pseudonymiser.person(item.national_id) for item in items]
    book = _load_book(connection, {item.cooperative_number for item in items}, persons, covers)
    book.referrals = _referrals(connection, persons)

    def decide(asked: tuple[str, Application]) -> tuple[Fact, ...]:
        person, item = asked
        return book.keep([_begin(desk, book, person, item, now)])

    outcomes = settle(connection, ORIGIN, list(zip(persons, items, strict=True)), decide, now)
    store.save_memberships(connection, book.touched.values())
    return outcomes


def import_members(
    connection: Connection, desk: Desk, rows: Sequence[MemberRow], *, covers: Covers, now: datetime
) -> list[Outcome]:
    """Record a list of members: application, approval and activation as far as they came."""
    persons = [desk.pseudonymiser.person(row.nik) for row in rows]
    book = _load_book(connection, {row.nomor_koperasi for row in rows}, persons, covers)
    book.referrals = _referrals(connection, persons)

    def decide(asked: tuple[str, MemberRow]) -> tuple[Fact, ...]:
        person, row = asked
        begun = _begin(desk, book, person, row.application, now)
        cooperative, past = book.find(row.nomor_koperasi, person)
        steps = domain.listed_steps(
            cooperative,
            past,
            begun,
            approved_on=row.tanggal_disetujui,
            activated_on=row.tanggal_aktif,
        )
        return book.keep(steps)

    outcomes = settle(connection, ORIGIN, list(zip(persons, rows, strict=True)), decide, now)
    store.save_memberships(connection, book.touched.values())
    return outcomes


def take_steps(
    connection: Connection,
    desk: Desk,
    items: Sequence[MemberStep],
    rule: Callable[..., Step],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Take one step (a rule of `STEPS`) with each of these memberships."""
    persons = [desk.pseudonymiser.person(item.national_id) for item in items]
    book = _load_book(connection, {item.cooperative_number for item in items}, persons, covers)

    def decide(asked: tuple[str, MemberStep]) -> tuple[Fact, ...]:
        person, item = asked
        cooperative, past = book.find(item.cooperative_number, person)
        return book.keep([rule(cooperative, past, item.day)])

    outcomes = settle(connection, ORIGIN, list(zip(persons, items, strict=True)), decide, now)
    store.save_memberships(connection, book.touched.values())
    return outcomes


approve_memberships = partial(take_steps, rule=domain.approve)
activate_memberships = partial(take_steps, rule=domain.activate)
lapse_memberships = partial(take_steps, rule=domain.lapse)
resign_memberships = partial(take_steps, rule=domain.resign)


def _load_book(
    connection: Connection, numbers: set[str], persons: list[str], covers: Covers
) -> Book:
    known = store.cooperatives(connection, numbers)
    ids = [one.id for one in known.values()]
    return Book(covers, known, store.memberships(connection, set(persons), ids))


def _referrals(connection: Connection, persons: list[str]) -> dict[str, list[ReferralIssued]]:
    found: dict[str, list[ReferralIssued]] = {}
    for one in store.candidates(connection, set(persons), by="person").values():
        if one.referral:
            found.setdefault(one.person, []).append(one.referral)
    return found


def _begin(
    desk: Desk,
    book: Book,
    person: str,
    item: Application,
    now: datetime,
) -> Step:
    domain.require_voluntary(item.voluntary_declaration)
    cooperative, past = book.find(item.cooperative_number, person)
    before = domain.recorded_application(past, item.applied_on)
    if before:
        domain.require_same(json.loads(desk.cipher.decrypt(before.sealed)), item.personal)
        return Step(before)
    wanted = Membership(
        id=new_uuid7(now),
        cooperative=cooperative.id,
        person=person,
        region=cooperative.region,
        applied_on=item.applied_on,
        consent=new_uuid7(now),
        sealed=desk.cipher.encrypt(json.dumps(item.personal)),
        referral=domain.referral_for(book.referrals.get(person, []), item.applied_on),
    )
    return domain.apply(cooperative, past, wanted)
