"""Use cases of candidates: referrals of Social Affairs, and who waits to be asked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import store
from services.cooperative.schemas import CandidateItem, CandidateList
from shared.application.context import Context
from shared.application.latest_version import keep_latest, version_of
from shared.events.beneficiary import ReferralIssued
from shared.events.envelope import Event
from shared.http.cursors import next_cursor


def on_referrals(connection: Connection, events: Sequence[Event]) -> None:
    """Keep the latest version of each referral of Social Affairs."""
    versions = filter(None, (version_of(event, ReferralIssued) for event in events))
    keep_latest(connection, versions, store.candidates, store.save_candidates)


def list_candidates(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> CandidateList:
    """One page of the referred persons of an area who have no open membership."""
    found = store.waiting_candidates(context.connection, area, after=after, limit=limit)
    items = [_candidate_item(one.event, one.subject, one.data) for one in found if one.data]
    return CandidateList(candidates=items, next=next_cursor([one.event for one in found], limit))


def _candidate_item(event: UUID, person: str, referral: ReferralIssued) -> CandidateItem:
    return CandidateItem(
        event_id=event,
        person=person,
        referral=referral.referral,
        region=referral.region,
        business_type=referral.business_type,
        issued_on=referral.issued_on,
    )
