"""Referrals of Social Affairs: heard, corrected, and followed by an application."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.cooperative import service
from shared.application.context import Keys
from shared.clock import noon
from shared.database.engine import transaction
from shared.events.base import Payload
from shared.events.beneficiary import ReferralIssued
from shared.events.catalogue import TYPE_OF
from shared.events.cooperative import MembershipApplied
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from shared.security.identity import NationalId
from tests.kit.door import Door
from tests.unit.cooperative.examples import a_referral

NIK = "3509904511820001"
FEBRUARY = date(2026, 2, 10)


def heard(number: int, subject: str, data: Payload) -> Event:
    """An event of Social Affairs, checked and ready to be heard."""
    return Event(
        id=UUID(int=number),
        source="urn:lintas:beneficiary",
        type=TYPE_OF[type(data)],
        subject=subject,
        time=noon(FEBRUARY),
        recordedtime=noon(FEBRUARY) + timedelta(minutes=number),
        sequence=number,
        agreement="urn:lintas:agreement:x",
        traceparent="00-0-0-01",
        data=data,
    )


def corrected(number: int, subject: str, of: int, replacement: ReferralIssued | None) -> Event:
    """A correction of the event with a number."""
    content = replacement.model_dump(mode="json") if replacement else None
    data = FactCorrected(
        corrected=UUID(int=of),
        corrected_type=TYPE_OF[ReferralIssued],
        reason=CorrectionReason.DATA_ENTRY,
        replacement=content,
    )
    return heard(number, subject, data)


def hear(door: Door, *events: Event) -> None:
    """Apply a batch as the consumer does."""
    with transaction(door.engine) as connection:
        service.on_referrals(connection, events)


def listed(door: Door, area: str = "35.09") -> list[dict[str, Any]]:
    """The candidates of an area."""
    answer = door.get(f"/v1/candidates?area={area}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["candidates"])


@pytest.fixture
def person(keys: Keys) -> str:
    """The pseudonym that both ministries know."""
    return keys.pseudonymiser.person(NationalId(NIK))


def apply(door: Door) -> None:
    """The person applies."""
    item = {
        "cooperative_number": "KMP-1",
        "national_id": NIK,
        "name": "Siti",
        "applied_on": "2026-03-01",
        "voluntary_declaration": True,
        "consent": {
            "form": "ELECTRONIC",
            "text_version": "koperasi/3",
            "given_on": "2026-03-01",
        },
    }
    assert door.items("/v1/memberships/applications", item)[0]["status"] == "accepted"


def test_a_referred_person_is_a_candidate_until_they_apply(ready: Door, person: str) -> None:
    """Known by pseudonym; the application carries the referral that led to it."""
    hear(ready, heard(1, person, a_referral(7, FEBRUARY)))
    (one,) = listed(ready)
    assert (person, str(UUID(int=7))) == (one["person"], one["referral"])
    assert listed(ready, "35.13") == []
    apply(ready)
    assert listed(ready) == []
    (application,) = [e.data for e in ready.events() if isinstance(e.data, MembershipApplied)]
    assert UUID(int=7) == application.referral


def test_hearing_twice_changes_nothing(ready: Door, person: str) -> None:
    """The same event again, in one batch and in the next."""
    event = heard(1, person, a_referral(7, FEBRUARY))
    hear(ready, event, event)
    hear(ready, event)
    assert len(listed(ready)) == 1


def test_corrections_of_referrals_count_in_any_order(ready: Door, person: str) -> None:
    """Issued, replaced, taken back: whatever comes first, the last word counts."""
    moved = a_referral(7, date(2026, 2, 20))
    words = [(0, a_referral(7, FEBRUARY)), (1, moved), (2, None)]
    for base, order in enumerate(permutations(words), start=1):
        first = base * 100
        for place, data in order:
            if place == 0:
                assert data
                hear(ready, heard(first, person, data))
            else:
                hear(ready, corrected(first + place, person, first, data))
    assert listed(ready) == []


@pytest.mark.parametrize("first", ["referral", "correction"])
def test_a_replaced_referral_shows_its_replacement(ready: Door, person: str, first: str) -> None:
    """A referral that was put right stays on the list, whichever of both came first."""
    said = heard(1, person, a_referral(7, FEBRUARY))
    words = [said, corrected(2, person, 1, a_referral(7, date(2026, 2, 20)))]
    for event in words if first == "referral" else reversed(words):
        hear(ready, event)
    assert [one["issued_on"] for one in listed(ready)] == ["2026-02-20"]


def test_candidates_come_in_pages(ready: Door, keys: Keys) -> None:
    """Every candidate on exactly one page."""
    for number in range(1, 6):
        someone = keys.pseudonymiser.person(NationalId(f"350990451182{number:04}"))
        hear(ready, heard(number, someone, a_referral(number, FEBRUARY)))
    found: list[str] = []
    after = ""
    for _ in range(4):
        page = ready.get(f"/v1/candidates?area=35.09&limit=2{after}").json()
        found += [one["event_id"] for one in page["candidates"]]
        after = f"&after={page['next']}"
        if page["next"] is None:
            break
    assert [str(UUID(int=number)) for number in range(1, 6)] == found


@pytest.mark.parametrize(
    "query", ["", "?area=jember", "?area=35.09&limit=0", "?area=35.09&after=x"]
)
def test_a_wrong_question_is_refused(ready: Door, query: str) -> None:
    """422 with a code, never a guess."""
    answer = ready.get(f"/v1/candidates{query}")
    assert (answer.status_code, bool(answer.json()["code"])) == (422, True)
