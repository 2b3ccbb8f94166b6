"""What became of referrals: doors, list, ladder, corrections."""

from datetime import date
from itertools import pairwise, product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.beneficiary.outcomes import NEXT, Referral, ReferralOutcome, Step, record
from shared.application.context import Keys
from shared.errors import Refusal
from shared.events.beneficiary import (
    ReferralContacted,
    ReferralDeclined,
    ReferralInterested,
    ReferralIssued,
)
from shared.events.envelope import Event
from shared.security.identity import NationalId
from tests.kit.door import Door
from tests.kit.families import NIK, VILLAGE, a_family_list

LIST = "/v1/imports/referral-outcomes"
HEADER = "nomor_keluarga,tanggal,hasil,cara,alasan\n"
CONTACT = {"contacted_on": "2026-03-05", "channel": "TELEPHONE"}
INTEREST = {"interested_on": "2026-03-12"}
DECLINE = {"declined_on": "2026-03-12", "reason": "TOO_FAR"}


@pytest.fixture
def referred(ready: Door) -> Door:
    """The doors with a family that was referred on 1 March 2026."""
    run = {"area": "35.09", "issued_on": "2026-03-01"}
    assert ready.post("/v1/referrals/runs", run).json()["referred"] == 1
    return ready


def send(door: Door, path: str, **fields: str) -> str:
    """One item about the family's referral; its status or code."""
    item = {"family_number": "KPM-1"} | fields
    (one,) = door.items(f"/v1/referrals/{path}", item)
    return str(one.get("code") or one["status"])


def outcomes(door: Door) -> list[Event]:
    """The events about what became of referrals."""
    kinds = (ReferralContacted, ReferralInterested, ReferralDeclined)
    return [event for event in door.events() if isinstance(event.data, kinds)]


def correct(door: Door, event: Event, **other: Any) -> dict[str, Any]:
    """Replace fields of an event; without any it is taken back."""
    new = event.data.model_dump(mode="json") | other if other else None
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": new}
    return dict(door.post("/v1/corrections", body).json())


def test_each_step_is_told_about_the_referred_person(referred: Door, keys: Keys) -> None:
    """By the pseudonym and the id of the referral."""
    assert send(referred, "contacts", **CONTACT) == "accepted"
    assert send(referred, "declines", **DECLINE) == "accepted"
    assert send(referred, "interests", interested_on="2026-04-01") == "accepted"
    (issued,) = [e.data for e in referred.events() if isinstance(e.data, ReferralIssued)]
    published = outcomes(referred)
    assert {keys.pseudonymiser.person(NationalId(NIK))} == {event.subject for event in published}
    assert {issued.referral} == {event.data.model_dump()["referral"] for event in published}
    assert published[1].data.model_dump(mode="json")["reason"] == "TOO_FAR"


def test_the_same_step_again_changes_nothing(referred: Door) -> None:
    """Also when later ones were recorded."""
    send(referred, "contacts", **CONTACT)
    send(referred, "interests", **INTEREST)
    assert send(referred, "contacts", **CONTACT) == "duplicate"
    assert send(referred, "interests", **INTEREST) == "duplicate"
    assert len(outcomes(referred)) == 2


def test_a_step_that_skips_one_is_refused_with_a_remedy(referred: Door) -> None:
    """Nobody is interested who was never reached; nothing before the referral."""
    assert send(referred, "interests", **INTEREST) == "OUTCOME_ORDER"
    assert send(referred, "declines", **DECLINE) == "OUTCOME_ORDER"
    assert send(referred, "contacts", contacted_on="2026-02-28", channel="VISIT") == "NOT_FOUND"
    send(referred, "contacts", **CONTACT)
    assert send(referred, "interests", interested_on="2026-03-04") == "DATE_ORDER"
    assert len(outcomes(referred)) == 1


def test_follow_up_does_not_end_with_the_programme(referred: Door) -> None:
    """A family that left may still join."""
    left = {"family_number": "KPM-1", "reason": "NATURAL", "exited_on": "2026-03-03"}
    referred.items("/v1/exits", left)
    assert send(referred, "contacts", **CONTACT) == "accepted"
    assert send(referred, "interests", **INTEREST) == "accepted"


def test_a_list_takes_all_three_and_loses_nothing_good(referred: Door) -> None:
    """Bad rows are named with column and remedy; the good ones among them are in."""
    rows = [
        "KPM-1,2026-03-05,CONTACTED,VISIT,",
        "KPM-1,2026-03-06,contacted,,",
        "KPM-1,2026-03-07,INTERESTED,,NO_TIME",
        "KPM-1,2026-03-08,DECLINED,VISIT,NO_TIME",
        "KPM-1,2026-03-09,DECLINED,,MALAS",
        "KPM-1,2026-03-10,DECLINED,,NO_TRUST",
        "KPM-9,2026-03-10,CONTACTED,VISIT,",
        "KPM-1,2026-03-11,INTERESTED,,",
    ]
    lines = referred.upload(LIST, HEADER + "\n".join(rows) + "\n")
    assert [(one["line"], one["field"], one["code"]) for one in lines if "line" in one] == [
        (3, "cara", "OUTCOME_CELL"),
        (4, "alasan", "OUTCOME_CELL"),
        (5, "cara", "OUTCOME_CELL"),
        (6, "alasan", "FIELD_CHOICE"),
        (8, "nomor_keluarga", "NOT_FOUND"),
    ]
    assert all(one["remedy"] for one in lines if "line" in one)
    assert lines[-1]["accepted"] == 3
    assert [type(event.data) for event in outcomes(referred)] == [
        ReferralContacted,
        ReferralDeclined,
        ReferralInterested,
    ]


def test_steps_are_put_right_or_taken_back_from_the_last(referred: Door) -> None:
    """A correction keeps the ladder and the order of days."""
    send(referred, "contacts", **CONTACT)
    send(referred, "declines", **DECLINE)
    contact, decline = outcomes(referred)
    assert correct(referred, contact)["code"] == "CORRECTION_ORDER"
    assert correct(referred, contact, contacted_on="2026-03-13")["code"] == "DATE_ORDER"
    assert correct(referred, contact, contacted_on="2026-02-01")["code"] == "DATE_ORDER"
    assert "id" in correct(referred, contact, channel="MESSAGE")
    assert "id" in correct(referred, decline, reason="NO_MONEY")
    assert "id" in correct(referred, decline)
    assert "id" in correct(referred, contact)
    assert send(referred, "declines", **DECLINE) == "OUTCOME_ORDER"


def test_a_referral_with_steps_is_not_taken_back(referred: Door) -> None:
    """First its steps; then the family may be referred again."""
    send(referred, "contacts", **CONTACT)
    (issued,) = [e for e in referred.events() if isinstance(e.data, ReferralIssued)]
    assert correct(referred, issued)["code"] == "CORRECTION_ORDER"
    assert correct(referred, issued, issued_on="2026-03-06")["code"] == "DATE_ORDER"
    assert "id" in correct(referred, outcomes(referred)[0])
    assert "id" in correct(referred, issued)
    assert send(referred, "contacts", **CONTACT) == "NOT_FOUND"


def test_each_spell_has_the_steps_of_its_own_referral(referred: Door) -> None:
    """A late fact goes to the referral that held on its day."""
    left = {"family_number": "KPM-1", "reason": "MOVED", "exited_on": "2026-03-20"}
    referred.items("/v1/exits", left)
    referred.upload("/v1/imports/families", a_family_list({"tanggal_masuk": "2026-04-01"}))
    run = {"area": "35.09", "issued_on": "2026-04-02"}
    assert referred.post("/v1/referrals/runs", run).json()["referred"] == 1
    assert send(referred, "contacts", contacted_on="2026-04-03", channel="VISIT") == "accepted"
    assert send(referred, "contacts", **CONTACT) == "accepted"
    issued = [e.data for e in referred.events() if isinstance(e.data, ReferralIssued)]
    ids = [one.referral for one in issued]
    published = [event.data.model_dump()["referral"] for event in outcomes(referred)]
    assert published == [ids[1], ids[0]]


BENEFIT_PATH = (
    ("/v1/graduations/proposals", {"proposed_on": "2026-04-02"}),
    ("/v1/graduations/verifications", {"verified_on": "2026-04-03"}),
    ("/v1/graduations/approvals", {"approved_on": "2026-04-04"}),
)


def after_a_decline(door: Door, *, declined: bool) -> list[Any]:
    """What the benefit path answers about a family, after a decline or without one."""
    if declined:
        send(door, "contacts", **CONTACT)
        send(door, "declines", **DECLINE)
    found: list[Any] = [door.get("/v1/readiness?area=35.09&limit=10").json()]
    family = {"family_number": "KPM-1"}
    for path, fields in BENEFIT_PATH:
        found += [one["status"] for one in door.items(path, family | fields)]
    row = a_family_list({"tanggal_masuk": "2026-05-01"})
    found.append(door.upload("/v1/imports/families", row)[-1]["accepted"])
    run = {"area": "35.09", "issued_on": "2026-05-02"}
    found.append(door.post("/v1/referrals/runs", run).json())
    gone = {"reason": "NATURAL", "exited_on": "2026-06-01"}
    found += [one["status"] for one in door.items("/v1/exits", family | gone)]
    return found


@pytest.mark.parametrize("declined", [True, False])
def test_a_decline_changes_nothing_about_assistance(referred: Door, declined: bool) -> None:
    """Worklist, graduation, enrolment, referral and exit answer alike with it and without."""
    empty, *steps, enrolled, run, exited = after_a_decline(referred, declined=declined)
    assert empty["families"] == []
    assert (steps, enrolled, exited) == (["accepted"] * 3, 1, "accepted")
    assert run == {"considered": 1, "referred": 1, "not_eligible": 0, "reasons": {}}


def a_referral() -> Referral:
    """A referral of 1 March 2026."""
    return Referral(UUID(int=1), "f", "p", 1, VILLAGE, date(2026, 3, 1))


STEPS = st.lists(
    st.builds(
        Step,
        st.sampled_from(ReferralOutcome),
        st.dates(date(2026, 3, 1), date(2026, 3, 20)),
        st.just(""),
    ).map(
        lambda one: Step(
            one.outcome,
            one.day,
            {ReferralOutcome.CONTACTED: "VISIT", ReferralOutcome.DECLINED: "OTHER"}.get(
                one.outcome, ""
            ),
        )
    ),
    max_size=12,
)


@given(STEPS)
def test_any_history_climbs_the_ladder(steps: list[Step]) -> None:
    """What is kept follows the table, in order of days, with one event for each step."""
    one, published = a_referral(), 0
    for step in steps:
        fits = step.outcome in NEXT[one.last] and (not one.steps or step.day >= one.steps[-1].day)
        if fits or step in one.steps:
            one, payloads = record(one, step, "day")
            published += len(payloads)
            assert record(one, step, "day") == (one, ())
        else:
            with pytest.raises(Refusal, match=r"OUTCOME_ORDER|DATE_ORDER"):
                record(one, step, "day")
    outcomes = [None, *(step.outcome for step in one.steps)]
    assert all(after in NEXT[before] for before, after in pairwise(outcomes))
    assert [step.day for step in one.steps] == sorted(step.day for step in one.steps)
    assert published == len(one.steps)


def test_the_ladder_says_something_about_every_step() -> None:
    """And nothing goes from an interest back to a mere contact."""
    assert set(NEXT) == {None, *ReferralOutcome}
    forbidden = {(a, b) for a, b in product(NEXT, ReferralOutcome) if b not in NEXT[a]}
    assert (ReferralOutcome.INTERESTED, ReferralOutcome.CONTACTED) in forbidden
    assert (None, ReferralOutcome.DECLINED) in forbidden
