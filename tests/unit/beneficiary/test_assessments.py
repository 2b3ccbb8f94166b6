"""What a referral run publishes about every family that it considers."""

from datetime import date
from typing import Any

import pytest

from services.beneficiary.assessments import Assessment, assessed
from services.beneficiary.eligibility import RULE
from shared.events.beneficiary import EligibilityAssessed, IneligibleReason, ReferralIssued
from shared.events.envelope import Event
from tests.kit.door import Door
from tests.kit.families import a_candidate, a_family_list

DAY = date(2026, 3, 1)


def run(door: Door, day: str) -> dict[str, Any]:
    """A referral run over Jember."""
    body = {"area": "35.09", "issued_on": day}
    return dict(door.post("/v1/referrals/runs", body).json())


def published(door: Door) -> list[Event]:
    """The assessments staged so far."""
    return [event for event in door.events() if isinstance(event.data, EligibilityAssessed)]


def plain(event: Event) -> dict[str, Any]:
    """What an event says, as JSON has it."""
    return event.data.model_dump(mode="json")


def correct(door: Door, event: Event, **other: Any) -> dict[str, Any]:
    """Replace fields of an event; without any it is taken back."""
    new = event.data.model_dump(mode="json") | other if other else None
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": new}
    return dict(door.post("/v1/corrections", body).json())


@pytest.fixture
def poor(ready: Door) -> Door:
    """The doors with KPM-1, who is eligible, and KPM-2 without business in decile 7."""
    row = {"nomor_keluarga": "KPM-2", "nik_anggota": "", "jenis_usaha": "", "desil": "7"}
    assert ready.upload("/v1/imports/families", a_family_list(row))[-1]["accepted"] == 1
    return ready


def test_every_family_is_told_with_every_reason(poor: Door) -> None:
    """Of the family, not of the person; before its referral."""
    assert run(poor, "2026-03-01")["considered"] == 2
    by_outcome = {data["eligible"]: data for data in map(plain, published(poor))}
    assert by_outcome[True]["reasons"] == []
    assert by_outcome[False]["reasons"] == ["NO_EMBRYO_BUSINESS", "DECILE_ABOVE_5"]
    assert {one["rule"] for one in by_outcome.values()} == {RULE}
    assert by_outcome[False]["decile_band"] == "D6_10"
    kinds = [type(event.data) for event in poor.events()]
    assert kinds.index(EligibilityAssessed) < kinds.index(ReferralIssued)


def test_what_is_no_news_is_not_told_again(poor: Door) -> None:
    """Runs every week would drown the topic; a changed outcome is news."""
    run(poor, "2026-03-01")
    assert run(poor, "2026-03-08")["not_eligible"] == 1
    assert len(published(poor)) == 2
    change = {"family_number": "KPM-2", "effective_on": "2026-03-10", "decile": 4}
    poor.items("/v1/families/changes", change)
    run(poor, "2026-03-15")
    (last,) = published(poor)[2:]
    assert plain(last)["reasons"] == ["NO_EMBRYO_BUSINESS"]


def test_an_assessment_is_put_right_or_taken_back(poor: Door) -> None:
    """Taken back, the next run says it again."""
    run(poor, "2026-03-01")
    (failed,) = [event for event in published(poor) if not plain(event)["eligible"]]
    assert correct(poor, failed, eligible=True)["code"] == "ELIGIBLE_REASONS"
    assert "id" in correct(poor, failed, reasons=["NO_EMBRYO_BUSINESS"])
    assert "id" in correct(poor, failed)
    run(poor, "2026-03-08")
    assert len(published(poor)) == 3


def test_only_another_spell_rule_or_outcome_is_news() -> None:
    """And nothing goes back in time."""
    one = a_candidate()
    first = assessed(one, 1, DAY, (), None)
    assert first is not None
    kept, _ = first
    assert kept == Assessment(one.family, 1, 1, RULE, DAY, ())
    later = date(2026, 4, 1)
    assert assessed(one, 1, later, (), kept) is None
    again = assessed(one, 2, later, (), kept)
    assert again is not None
    assert again[0].number == 2
    assert assessed(one, 1, later, (IneligibleReason.AGE_UNKNOWN,), kept) is not None
    assert assessed(one, 1, date(2026, 2, 1), (IneligibleReason.AGE_UNKNOWN,), kept) is None
    old = Assessment(one.family, 1, 1, "productive_age+business_embryo/0", DAY, ())
    assert assessed(one, 1, later, (), old) is not None
