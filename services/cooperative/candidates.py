"""Use cases of candidates: what Social Affairs said about referrals, and who waits to be asked."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import store
from services.cooperative.corrections import latest_word
from services.cooperative.domain import Candidate
from services.cooperative.schemas import CandidateItem, CandidateList
from shared.events.beneficiary import ReferralIssued
from shared.events.catalogue import TYPE_OF
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event
from shared.http.cursors import cursor_after

REFERRAL = TYPE_OF[ReferralIssued]


def hear_referrals(connection: Connection, events: Sequence[Event]) -> None:
    """Keep what Social Affairs said about referrals: the latest word on each, in any order."""
    words = [word for word in map(_word, events) if word is not None]
    known = store.candidates(connection, {word.event for word in words})
    for word in words:
        known[word.event] = latest_word(known.get(word.event), word)
    store.save_candidates(connection, known.values())


def list_candidates(
    connection: Connection, area: str, *, after: UUID | None, limit: int
) -> CandidateList:
    """One page of the referred persons of an area who have no open membership."""
    found = store.waiting_candidates(connection, area, after=after, limit=limit)
    items = [_candidate_item(one, one.referral) for one in found if one.referral]
    rest = cursor_after(found[-1].event) if len(found) == limit else None
    return CandidateList(candidates=items, next=rest)


def _candidate_item(one: Candidate, referral: ReferralIssued) -> CandidateItem:
    return CandidateItem(
        event_id=one.event,
        person=one.person,
        referral=referral.referral,
        region=referral.region,
        business_type=referral.business_type,
        issued_on=referral.issued_on,
    )


def _word(event: Event) -> Candidate | None:
    if isinstance(event.data, ReferralIssued):
        return Candidate(event.id, event.subject, event.data)
    if not isinstance(event.data, FactCorrected) or event.data.corrected_type != REFERRAL:
        return None
    said = event.data.replacement
    referral = ReferralIssued.model_validate(said, extra="ignore") if said else None
    return Candidate(event.data.corrected, event.subject, referral, (event.recordedtime, event.id))
