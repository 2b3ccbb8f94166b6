"""The worklists of Social Affairs: who waits for what, each entry with what finishes it."""

import json
from datetime import date
from typing import Any
from uuid import UUID

from services.beneficiary import store, worklist_store
from services.beneficiary.answers import (
    CaseList,
    ContactList,
    GraduationCase,
    Pace,
    PaceList,
    ReadinessList,
    ReadyFamily,
    WaitingFamily,
)
from services.beneficiary.identities import household
from services.beneficiary.own import facilitator_of
from shared.application.context import Context
from shared.application.looks import initials, last_digits
from shared.http.cursors import cursor_after


def list_contacts(context: Context, area: str, *, after: UUID | None, limit: int) -> ContactList:
    """Referred families of an area that were not reached, or reached and have not applied yet."""
    rows = worklist_store.to_contact(
        context.connection, _families(context, area), after=after, limit=limit
    )
    found = [
        WaitingFamily(
            **household(context, row),
            referral=row.referral,
            referred_on=row.issued_on,
            last_step=row.outcome,
            last_step_on=row.day,
        )
        for row in rows
    ]
    rest = cursor_after(found[-1].referral) if len(found) == limit else None
    return ContactList(families=found, next=rest)


def list_readiness(context: Context, area: str, *, after: str | None, limit: int) -> ReadinessList:
    """Families of an area with an active cooperative member, completed training, or both.

    Whose graduation is proposed is on the list of cases instead.
    """
    families = _families(context, area)
    rows = store.getting_ready(context.connection, families, after=after, limit=limit)
    found = [
        ReadyFamily(
            **household(context, row),
            member_since=row.member_since,
            trained_on=row.trained_on,
            ready=row.member_since is not None and row.trained_on is not None,
        )
        for row in rows
    ]
    return ReadinessList(families=found, next=found[-1].pseudonym if len(found) == limit else None)


def list_cases(context: Context, area: str, *, after: str | None, limit: int) -> CaseList:
    """Graduations of an area that were proposed and wait for a visit, or verified for approval."""
    families = _families(context, area)
    rows = worklist_store.cases(context.connection, families, after=after, limit=limit)
    found = [
        GraduationCase(
            **household(context, row), proposed_on=row.proposed_on, verified_on=row.verified_on
        )
        for row in rows
    ]
    return CaseList(families=found, next=found[-1].pseudonym if len(found) == limit else None)


def list_pace(context: Context, area: str, *, after: UUID | None, limit: int) -> PaceList:
    """Facilitators of the districts in an area with their families, target and graduations."""
    mine = facilitator_of(context)
    connection, today = context.connection, context.today
    rows = worklist_store.facilitators(connection, area, mine, after=after, limit=limit)
    some, first = [row.id for row in rows], date(today.year, 1, 1)
    targets = worklist_store.targets(connection, some, today.year)
    families = worklist_store.families_of(connection, some, today)
    done = worklist_store.graduated(connection, some, first, today)
    found = [
        _pace(context, row, targets.get(row.id), families.get(row.id, 0), done.get(row.id, 0))
        for row in rows
    ]
    rest = cursor_after(rows[-1].id) if len(found) == limit else None
    return PaceList(facilitators=found, next=rest)


def _families(context: Context, area: str) -> Any:
    return worklist_store.about_families(area, facilitator_of(context), context.today)


def _pace(context: Context, row: Any, target: int | None, families: int, done: int) -> Pace:
    says = json.loads(context.keys.cipher.decrypt(row.sealed))
    due = expected(target or 0, context.today)
    return Pace(
        id=row.id,
        facilitator_number=row.number,
        name=initials(says["name"]),
        phone=last_digits(says["phone"]),
        district=row.district,
        families=families,
        target=target,
        graduated=done,
        expected=due,
        behind=done < due,
    )


def expected(target: int, today: date) -> int:
    """The graduations that a year's target asks for by today: its share of the days, rounded down."""
    first, next_year = date(today.year, 1, 1), date(today.year + 1, 1, 1)
    return target * ((today - first).days + 1) // (next_year - first).days
