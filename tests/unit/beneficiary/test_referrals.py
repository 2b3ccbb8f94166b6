"""Referral runs over an area."""

from typing import Any

from shared.application.context import Keys
from shared.events.beneficiary import ReferralIssued
from shared.events.envelope import Event
from shared.security.identity import NationalId
from tests.kit.door import ANYONE, Door
from tests.kit.families import ELSEWHERE, NIK, a_family_list

RUNS, FAMILIES = "/v1/referrals/runs", "/v1/imports/families"


def run(door: Door, *, token: str = ANYONE, **other: Any) -> dict[str, Any]:
    """Run referrals in Jember on 1 March 2026."""
    answer = door.post(RUNS, {"area": "35.09", "issued_on": "2026-03-01"} | other, token=token)
    return dict(answer.json())


def enrol(door: Door, *rows: dict[str, str]) -> None:
    """Enrol families KPM-2, KPM-3 ... that differ from the example row."""
    numbered = [
        {"nomor_keluarga": f"KPM-{number}", "nik_anggota": ""} | row
        for number, row in enumerate(rows, 2)
    ]
    assert len(rows) == door.upload(FAMILIES, a_family_list(*numbered))[-1]["accepted"]


def referrals(door: Door) -> list[Event]:
    """Every referral staged."""
    return [event for event in door.events() if isinstance(event.data, ReferralIssued)]


def test_an_eligible_representative_is_referred_once(ready: Door, keys: Keys) -> None:
    """By pseudonym, with the rule that was met; a second run refers nobody again."""
    assert run(ready) == {"considered": 1, "referred": 1, "not_eligible": 0, "reasons": {}}
    assert run(ready, issued_on="2026-04-01")["considered"] == 0
    (event,) = referrals(ready)
    assert keys.pseudonymiser.person(NationalId(NIK)) == event.subject
    assert keys.pseudonymiser.family("KPM-1") == event.data.family  # type: ignore[attr-defined]
    assert event.data.rule == "productive_age+business_embryo/1"  # type: ignore[attr-defined]


def test_reasons_are_counted_for_those_who_are_not(staffed: Door) -> None:
    """The answer says why, without naming anybody."""
    enrol(
        staffed,
        {"desil": "6"},
        {"jenis_usaha": ""},
        {"tanggal_lahir_pengurus": "1950-01-01", "jenis_usaha": ""},
        {"nik_pengurus": "", "tanggal_lahir_pengurus": ""},
    )
    answer = run(staffed)
    assert (answer["considered"], answer["referred"], answer["not_eligible"]) == (4, 0, 4)
    assert answer["reasons"] == {
        "AGE_OUTSIDE_17_64": 1,
        "AGE_UNKNOWN": 1,
        "DECILE_ABOVE_5": 1,
        "NO_EMBRYO_BUSINESS": 2,
        "REPRESENTATIVE_UNKNOWN": 1,
    }


def test_age_counts_on_the_day_of_the_referral(staffed: Door) -> None:
    """Seventeen on the day is enough, a day earlier not."""
    enrol(staffed, {"tanggal_lahir_pengurus": "2009-03-01"})
    assert run(staffed, issued_on="2026-02-28")["referred"] == 0
    assert run(staffed, issued_on="2026-03-01")["referred"] == 1


def test_a_run_stays_in_its_area(ready: Door) -> None:
    """A kecamatan's run does not touch its neighbours, nor codes that begin alike."""
    enrol(ready, {"kode_desa": "35.09.03.2001"}, {"kode_desa": ELSEWHERE})
    assert run(ready, area="35.09.01")["considered"] == 0
    assert run(ready, area="35.09.30")["referred"] == 1
    assert run(ready, area="35.09")["referred"] == 1


def test_families_that_left_are_not_referred(ready: Door) -> None:
    """Neither after an exit."""
    ready.items(
        "/v1/exits", {"family_number": "KPM-1", "reason": "MOVED", "exited_on": "2026-02-01"}
    )
    assert run(ready)["considered"] == 0


def test_families_are_looked_at_as_they_stood_on_the_day(ready: Door) -> None:
    """Not yet enrolled: not considered. A later decile does not count before its day."""
    assert run(ready, issued_on="2026-01-04")["considered"] == 0
    ready.items(
        "/v1/families/changes",
        {"family_number": "KPM-1", "effective_on": "2026-04-01", "decile": 9},
    )
    assert run(ready, issued_on="2026-04-02")["referred"] == 0
    assert run(ready, issued_on="2026-03-31")["referred"] == 1


def test_a_run_outside_the_area_is_refused(ready: Door) -> None:
    """A token of Jember refers nobody in Probolinggo."""
    assert run(ready, area="35.13", token="jember")["code"] == "AREA_FORBIDDEN"


def test_an_area_must_exist(ready: Door) -> None:
    """A mistyped code would refer nobody in silence."""
    assert run(ready, area="35.99")["code"] == "REGION_UNKNOWN"


def test_a_new_representative_without_recorded_birth_date_counts_by_number(ready: Door) -> None:
    """The son of 2005 is of productive age by his NIK."""
    ready.items(
        "/v1/families/changes",
        {
            "family_number": "KPM-1",
            "effective_on": "2026-02-01",
            "national_ids": ["3509901203050002"],
        },
    )
    assert run(ready)["referred"] == 1
