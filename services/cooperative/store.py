"""All SQL of the cooperative service. Nothing here commits, and nothing decides."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, delete, exists, func, or_, select

from services.cooperative import lineage_store
from services.cooperative.consents import Consent
from services.cooperative.domain import Break, Ending, Membership
from services.cooperative.status import Cooperative, Group, Link, StatusEntry
from services.cooperative.tables import (
    annual_meeting,
    candidate,
    consent,
    cooperative,
    household_group,
    member_target,
    membership,
    status_entry,
    support,
)
from shared.application.latest_version import FactVersion, version_columns, version_in
from shared.application.register import Register
from shared.database.areas import within
from shared.database.bulk import among, upsert
from shared.database.locks import locked_rows
from shared.events.base import BusinessType
from shared.events.beneficiary import ReferralIssued
from shared.events.consent import ConsentForm
from shared.events.cooperative import CooperativeKind, GroupStatus

Candidate = FactVersion[ReferralIssued]
_MEMBERSHIP_COLUMNS = [column.name for column in membership.columns]


def cooperatives(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, Cooperative]:
    """The cooperatives with these numbers (or ids), by number, locked to the transaction's end."""
    rows = locked_rows(connection, cooperative, cooperative.c[by], wanted)
    histories = _histories(connection, [row.id for row in rows])
    return {row.number: _cooperative(row, histories.get(row.id, ())) for row in rows}


def groups(
    connection: Connection, wanted: Collection[Any], *, by: str = "number"
) -> dict[str, Group]:
    """The groups with these numbers (or ids), by number, locked until the transaction ends."""
    rows = locked_rows(connection, household_group, household_group.c[by], wanted)
    ids = [row.id for row in rows]
    histories, links = _histories(connection, ids), lineage_store.links(connection, ids)
    return {
        row.number: _group(row, histories.get(row.id, ()), links.get(row.id, ())) for row in rows
    }


def cooperative_by_id(connection: Connection, cooperative_id: UUID) -> Cooperative | None:
    """One cooperative, locked until the transaction ends."""
    return next(iter(cooperatives(connection, [cooperative_id], by="id").values()), None)


def group_by_id(connection: Connection, group_id: UUID) -> Group | None:
    """One group, locked until the transaction ends."""
    return next(iter(groups(connection, [group_id], by="id").values()), None)


def save_cooperatives(connection: Connection, some: Collection[Cooperative]) -> None:
    """Write these cooperatives with their histories."""
    upsert(connection, cooperative, [_without_history(one) for one in some])
    upsert(connection, status_entry, _entries(some))


def save_groups(connection: Connection, some: Collection[Group]) -> None:
    """Write these groups with their histories, and where they went on."""
    columns = [column.name for column in household_group.columns]
    rows = [{name: getattr(one, name) for name in columns} for one in some]
    upsert(connection, household_group, rows)
    upsert(connection, status_entry, _entries(some))
    lineage_store.save_links(connection, some)


def forget(connection: Connection, table: Table, row_id: UUID) -> None:
    """Delete something whose first fact was taken back; its events stay in the outbox."""
    connection.execute(delete(status_entry).where(status_entry.c.owner == row_id))
    connection.execute(delete(table).where(table.c.id == row_id))


def is_named(connection: Connection, cooperative_id: UUID) -> bool:
    """Whether anybody agreed or applied there, or a meeting, target or support of it is recorded."""
    naming = (membership, consent, annual_meeting, member_target, support)
    found = (exists().where(table.c.cooperative == cooperative_id) for table in naming)
    if lineage_store.names_cooperative(connection, cooperative_id):
        return True
    return bool(connection.execute(select(or_(*found))).scalar())


def memberships(
    connection: Connection, persons: Collection[str], cooperative_ids: Collection[UUID]
) -> dict[tuple[UUID, str], list[Membership]]:
    """What these persons have and had at these cooperatives."""
    found: dict[tuple[UUID, str], list[Membership]] = defaultdict(list)
    query = select(membership).where(among(connection, membership.c.person, persons))
    for row in connection.execute(query):
        # nobody has many: a condition on both lists would try every pair of them in the index
        if row.cooperative in cooperative_ids:
            found[row.cooperative, row.person].append(_membership(row))
    return found


def membership_by_id(connection: Connection, membership_id: UUID) -> Membership | None:
    """One membership, locked until the transaction ends."""
    query = select(membership).where(membership.c.id == membership_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return _membership(row) if row else None


def save_memberships(connection: Connection, some: Iterable[Membership]) -> None:
    """Write these memberships."""
    upsert(connection, membership, [_membership_row(one) for one in some])


def consents(
    connection: Connection, persons: Collection[str], cooperative_ids: Collection[UUID]
) -> dict[tuple[UUID, str], list[Consent]]:
    """What these persons agreed to at these cooperatives."""
    found: dict[tuple[UUID, str], list[Consent]] = defaultdict(list)
    query = select(consent).where(among(connection, consent.c.person, persons))
    for row in connection.execute(query):
        if row.cooperative in cooperative_ids:
            found[row.cooperative, row.person].append(_consent(row))
    return found


def consent_by_id(connection: Connection, consent_id: UUID) -> Consent | None:
    """One consent, locked until the transaction ends."""
    query = select(consent).where(consent.c.id == consent_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return _consent(row) if row else None


def save_consents(connection: Connection, some: Iterable[Consent]) -> None:
    """Write these consents."""
    upsert(connection, consent, [asdict(one) for one in some])


def first_application(connection: Connection, one: Consent) -> date | None:
    """The day of the first application that names a consent."""
    query = select(func.min(membership.c.applied_on)).where(
        membership.c.person == one.person, membership.c.consent == one.id
    )
    return connection.execute(query).scalar()


def candidates(connection: Connection, events: Collection[UUID]) -> dict[UUID, Candidate]:
    """What is known of these referrals, by event id."""
    query = select(candidate).where(among(connection, candidate.c.event, events))
    return {row.event: _candidate(row) for row in connection.execute(query)}


def save_candidates(connection: Connection, some: Iterable[Candidate]) -> None:
    """Write the latest versions of these referrals."""
    upsert(connection, candidate, [_candidate_row(one) for one in some])


def referrals(connection: Connection, persons: Collection[str]) -> dict[str, list[ReferralIssued]]:
    """The referrals of these persons, without those that were taken back."""
    found: dict[str, list[ReferralIssued]] = defaultdict(list)
    query = select(candidate).where(among(connection, candidate.c.person, persons))
    for row in connection.execute(query):
        if row.referral:
            found[row.person].append(ReferralIssued.model_validate_json(row.referral))
    return found


def waiting_candidates(
    connection: Connection, area: str, *, after: UUID | None, limit: int
) -> list[Candidate]:
    """Referred persons of an area without an open membership, in order of event id."""
    has_one = exists().where(
        membership.c.person == candidate.c.person, membership.c.ended_on.is_(None)
    )
    query = (
        select(candidate)
        .where(within(candidate.c.region, area), candidate.c.referral.is_not(None), ~has_one)
        .order_by(candidate.c.event)
        .limit(limit)
    )
    if after is not None:
        query = query.where(candidate.c.event > after)
    return [_candidate(row) for row in connection.execute(query)]


def _histories(connection: Connection, owners: list[UUID]) -> dict[UUID, tuple[StatusEntry, ...]]:
    found: dict[UUID, list[StatusEntry]] = defaultdict(list)
    query = (
        select(status_entry)
        .where(among(connection, status_entry.c.owner, owners))
        .order_by(status_entry.c.version)
    )
    for row in connection.execute(query):
        found[row.owner].append(
            StatusEntry(row.version, row.status, row.effective_on, row.taken_back)
        )
    return {owner: tuple(entries) for owner, entries in found.items()}


def _cooperative(row: Row[Any], history: tuple[StatusEntry, ...]) -> Cooperative:
    kind = CooperativeKind(row.kind)
    return Cooperative(row.id, row.number, row.name, kind, row.region, row.registered_on, history)


def _group(row: Row[Any], history: tuple[StatusEntry, ...], links: tuple[Link, ...]) -> Group:
    coded = {"status": GroupStatus(row.status), "business_type": BusinessType(row.business_type)}
    return Group(**row._asdict() | coded, history=history, links=links)


def _membership(row: Row[Any]) -> Membership:
    gaps = tuple(_break(*one) for one in json.loads(row.breaks or "[]"))
    ending = Ending(row.ending) if row.ending else None
    return Membership(**row._asdict() | {"ending": ending, "breaks": gaps})


def _break(ended_on: str, ending: str, reinstated_on: str) -> Break:
    days = date.fromisoformat(ended_on), date.fromisoformat(reinstated_on)
    return Break(days[0], Ending(ending), days[1])


def _membership_row(one: Membership) -> dict[str, Any]:
    """Its columns; breaks are few, and read with their membership alone: a list in one of them."""
    gaps = [
        (gap.ended_on.isoformat(), gap.ending.value, gap.reinstated_on.isoformat())
        for gap in one.breaks
    ]
    row = {name: getattr(one, name) for name in _MEMBERSHIP_COLUMNS}
    return row | {"breaks": json.dumps(gaps) if gaps else None}


def _consent(row: Row[Any]) -> Consent:
    return Consent(**row._asdict() | {"form": ConsentForm(row.form)})


def _without_history(one: Cooperative) -> dict[str, Any]:
    return {name: value for name, value in asdict(one).items() if name != "history"}


def _entries(some: Iterable[Cooperative | Group]) -> list[dict[str, Any]]:
    return [{"owner": one.id} | asdict(entry) for one in some for entry in one.history]


def _candidate(row: Row[Any]) -> Candidate:
    return version_in(row, ReferralIssued, content="referral")


def _candidate_row(one: Candidate) -> dict[str, Any]:
    return version_columns(one, "region", "issued_on", content="referral")


COOPERATIVES = Register(
    table=cooperative,
    load=cooperatives,
    save=save_cooperatives,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda one: one.region,
)
GROUPS = Register(
    table=household_group,
    load=groups,
    save=save_groups,
    key=lambda one: one.number,
    subject=lambda one: str(one.id),
    region=lambda one: one.region,
)
