"""Families referred one by one: the same rule as a run, at the door and as a list."""

from typing import Any

import pytest

from shared.events.beneficiary import EligibilityAssessed, ReferralIssued
from tests.kit.door import Door, codes
from tests.kit.families import FACILITATORS, a_family_list
from tests.kit.graduating import correct, last, of_family

PATH, RUNS = "/v1/referrals", "/v1/referrals/runs"
POOR = {"nomor_keluarga": "KPM-2", "nomor_pendamping": "", "jenis_usaha": "", "desil": "7",
        "nik_pengurus": "3509904511820009", "nik_anggota": ""}  # fmt: skip
"""A family that the rule does not refer, for two reasons."""


@pytest.fixture
def settled(door: Door) -> Door:
    """A family that meets the rule and one that does not, enrolled on 5 January."""
    door.upload("/v1/imports/facilitators", FACILITATORS)
    assert door.upload("/v1/imports/families", a_family_list({}, POOR))[-1]["accepted"] == 2
    return door


def on(day: str = "2026-03-01", number: str = "KPM-1") -> dict[str, Any]:
    """A referral of a family."""
    return of_family(number, issued_on=day)


def said(door: Door, *kinds: type[Any]) -> list[Any]:
    """What was published of these kinds."""
    return [one.data for one in door.events() if isinstance(one.data, kinds)]


def test_a_family_is_referred_once_a_spell(settled: Door) -> None:
    """Again on that day it is there; on another day it is refused."""
    results = settled.items(PATH, on(), on(), on("2026-03-02"))
    assert codes(results) == ["accepted", "duplicate", "CONFLICT"]
    assert codes(settled.items(PATH, on())) == ["duplicate"]
    (referred,) = said(settled, ReferralIssued)
    (assessed,) = said(settled, EligibilityAssessed)
    assert (referred.family, assessed.eligible) == (settled.events()[-2].subject, True)
    assert results[0]["id"] == last(settled, "referral.issued")[0]


def test_a_run_and_a_single_referral_say_the_same(settled: Door) -> None:
    """Whichever came first, the other finds it there."""
    settled.items(PATH, on())
    run = {"area": "35.09", "issued_on": "2026-03-01"}
    assert settled.post(RUNS, run).json()["referred"] == 0
    rows = "nomor_keluarga,tanggal_rujukan\nKPM-1,1 Maret 2026\n"
    assert settled.upload("/v1/imports/referrals", rows)[-1]["duplicates"] == 1
    assert len(said(settled, ReferralIssued)) == 1


def test_who_does_not_meet_the_rule_is_refused_with_every_reason(settled: Door) -> None:
    """Nothing is published of a refused row."""
    before = settled.events()
    (result,) = settled.items(PATH, on(number="KPM-2"))
    assert (result["code"], result["field"]) == ("NOT_ELIGIBLE", "family_number")
    for words in ("belum ada usaha, desil di atas 5", "no business yet, decile above 5"):
        assert words in result["message"]
    assert settled.events() == before


def test_a_referral_lies_within_the_spell(settled: Door) -> None:
    """Not before the enrolment, not after the family left; after it came back once more."""
    assert codes(settled.items(PATH, on("2026-01-04"))) == ["DATE_ORDER"]
    assert codes(settled.items(PATH, on())) == ["accepted"]
    settled.items("/v1/exits", of_family(reason="MOVED", exited_on="2026-04-01"))
    assert codes(settled.items(PATH, on("2026-04-01"))) == ["CONFLICT"]
    again = a_family_list({"tanggal_masuk": "2026-05-01", "nomor_pendamping": ""})
    assert settled.upload("/v1/imports/families", again)[-1]["accepted"] == 1
    assert codes(settled.items(PATH, on("2026-05-02"))) == ["accepted"]
    settled.items("/v1/exits", of_family("KPM-2", reason="MOVED", exited_on="2026-04-01"))
    assert codes(settled.items(PATH, on(number="KPM-2"))) == ["FAMILY_LEFT"]


def test_the_record_of_the_day_counts(settled: Door) -> None:
    """The decile rose in April: referred as of March, refused as of April."""
    change = of_family(effective_on="2026-04-01", decile=8)
    assert codes(settled.items("/v1/families/changes", change)) == ["accepted"]
    assert codes(settled.items(PATH, on("2026-04-01"))) == ["NOT_ELIGIBLE"]
    assert codes(settled.items(PATH, on("2026-03-31"))) == ["accepted"]


def test_a_referral_that_was_taken_back_leaves_room_for_another(settled: Door) -> None:
    """On another day."""
    settled.items(PATH, on())
    assert "id" in correct(settled, last(settled, "referral.issued")[0])
    assert codes(settled.items(PATH, on("2026-03-05"))) == ["accepted"]
