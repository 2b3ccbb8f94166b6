"""The doors of the training service, with real tables, keys and tokens."""

from typing import Any

import pytest

from shared.application.context import Keys
from shared.events.corrections import FactCorrected
from shared.events.training import SessionAttended, SessionHeld, TrainingCompleted, Unit
from shared.security.identity import NationalId
from tests.kit.door import Door, codes, refused_days, untimely_corrections
from tests.kit.fuzz import fuzz

NIK = "3509904511820001"


def session(**other: Any) -> dict[str, Any]:
    """A P2K2 session as a client sends it."""
    return {
        "session_number": "P2K2-1",
        "activity": "P2K2",
        "district": "35.09",
        "region": "35.09.30.2009",
        "held_on": "2026-03-02",
        "modules": ["FAMILY_FINANCE"],
    } | other


def outreach(**other: Any) -> dict[str, Any]:
    """An outreach session for a whole district, counted by category."""
    return {
        "session_number": "SOS-1",
        "activity": "OUTREACH",
        "district": "35.09",
        "held_on": "2026-03-03",
        "objectives": ["GROUP_GROWTH"],
        "participants": [
            {"category": "WOMENS_MOVEMENT_SUBDISTRICT", "subdistrict": "35.09.30", "count": 31}
        ],
    } | other


def family(number: str = "KEL-1") -> dict[str, str]:
    """A family's attendance of the P2K2 session."""
    return {"session_number": "P2K2-1", "family_number": number}


def completion(**other: Any) -> dict[str, Any]:
    """A completed training as a client sends it."""
    return {
        "training_number": "PLT-1",
        "activity": "TRAINING",
        "national_id": NIK,
        "completed_on": "2026-04-01",
    } | other


@pytest.fixture
def held(door: Door) -> Door:
    """The doors after one P2K2 and one outreach session."""
    assert codes(door.items("/v1/sessions", session(), outreach())) == ["accepted", "accepted"]
    return door


def test_sessions_are_published_with_what_was_taught(held: Door) -> None:
    """Modules of P2K2, participants of outreach; the ministry's number stays home."""
    staged = [event.data for event in held.events()]
    assert all(isinstance(data, SessionHeld) for data in staged)
    assert staged[1].participants[0].count == 31  # type: ignore[attr-defined]
    assert "P2K2-1" not in staged[0].model_dump_json()


def test_a_session_is_published_once(held: Door) -> None:
    """The same again is a duplicate, another day a conflict."""
    results = held.items("/v1/sessions", session(), session(held_on="2026-03-09"))
    assert codes(results) == ["duplicate", "CONFLICT"]
    assert len(held.events()) == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "35.13.15.2017"}, "REGION_OUTSIDE"),
        ({"region": "35.09.99.9999"}, "REGION_UNKNOWN"),
        ({"activity": "COACHING"}, "MODULES"),
        ({"modules": ["COOKING"]}, "FIELD_VALUE"),
        ({"held_on": "2026-02-30"}, "DATE_INVALID"),
        ({"held_on": "1822-02-03"}, "DATE_IMPLAUSIBLE"),
    ],
)
def test_a_session_that_does_not_fit_is_refused(
    door: Door, change: dict[str, Any], code: str
) -> None:
    """Wrong place, wrong content, wrong day."""
    assert [code] == codes(door.items("/v1/sessions", session(**change)))
    assert door.events() == []


def test_families_attend_p2k2_by_pseudonym(held: Door, keys: Keys) -> None:
    """One fact a family, at the session's day; the same again is a duplicate."""
    results = held.items("/v1/attendance", family(), family("KEL-2"), family())
    assert codes(results) == ["accepted", "accepted", "duplicate"]
    first = held.events()[2]
    assert isinstance(first.data, SessionAttended)
    assert (keys.pseudonymiser.family("KEL-1"), Unit.FAMILY) == (first.subject, first.data.unit)
    assert codes(held.items("/v1/attendance", family())) == ["duplicate"]
    assert len(held.events()) == 4


def test_persons_attend_what_is_not_p2k2(held: Door, keys: Keys) -> None:
    """Requested by NIK, published by pseudonym."""
    item = {"session_number": "SOS-1", "national_id": NIK}
    assert codes(held.items("/v1/attendance", item)) == ["accepted"]
    assert keys.pseudonymiser.person(NationalId(NIK)) == held.events()[-1].subject


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ({"session_number": "P2K2-9", "family_number": "KEL-1"}, "NOT_FOUND"),
        ({"session_number": "P2K2-1"}, "ATTENDANT"),
        ({"session_number": "P2K2-1", "family_number": "K", "national_id": NIK}, "ATTENDANT"),
        ({"session_number": "P2K2-1", "national_id": NIK}, "ATTENDANT"),
        ({"session_number": "SOS-1", "family_number": "KEL-1"}, "ATTENDANT"),
        ({"session_number": "P2K2-1", "family_number": "KEL 1"}, "FIELD_FORMAT"),
    ],
)
def test_an_attendance_that_does_not_fit_is_refused(
    held: Door, item: dict[str, Any], code: str
) -> None:
    """Unknown session, nobody, both, or the wrong unit; the good item beside it is kept."""
    results = held.items("/v1/attendance", item, family("KEL-7"))
    assert [code.replace("FIELD_FORMAT", "FIELD_VALUE"), "accepted"] == [
        one.replace("FIELD_FORMAT", "FIELD_VALUE") for one in codes(results)
    ]


def test_a_token_speaks_for_its_own_area_only(door: Door) -> None:
    """Jember's token neither holds nor fills sessions of Probolinggo."""
    other = session(session_number="P2K2-2", district="35.13", region="35.13.15.2017")
    assert codes(door.items("/v1/sessions", other, token="jember")) == ["AREA_FORBIDDEN"]
    door.items("/v1/sessions", other)
    item = {"session_number": "P2K2-2", "family_number": "KEL-1"}
    assert codes(door.items("/v1/attendance", item, token="jember")) == ["NOT_FOUND"]
    assert door.get("/v1/entitlements?area=35.13", token="jember").status_code == 403
    assert door.post("/v1/sessions", {"items": [other]}, token="reader").status_code == 403


def test_a_training_is_completed_once(door: Door) -> None:
    """The same again is a duplicate, another day or activity a conflict."""
    results = door.items(
        "/v1/completions",
        completion(),
        completion(),
        completion(completed_on="2026-04-02"),
        completion(activity="COACHING"),
    )
    assert codes(results) == ["accepted", "duplicate", "CONFLICT", "CONFLICT"]
    (staged,) = door.events()
    assert isinstance(staged.data, TrainingCompleted)
    assert staged.data.entitlement is None
    assert codes(door.items("/v1/completions", completion())) == ["duplicate"]


def test_attendance_comes_by_list_too(held: Door) -> None:
    """Good rows in, bad rows reported, the mended file adds what was missing."""
    head = "nomor_sesi,nomor_keluarga,nik\n"
    bad = head + f"P2K2-1,KEL-1,\nSOS-1,,{NIK}\nP2K2-8,KEL-2,\nP2K2-1,,\n"
    lines = held.upload("/v1/imports/attendance", bad)
    staged = [(line["line"], line["code"]) for line in lines if "code" in line]
    assert staged == [(4, "NOT_FOUND"), (5, "ATTENDANT")]
    mended = head + f"P2K2-1,KEL-1,\nSOS-1,,{NIK}\nP2K2-1,KEL-2,\nP2K2-1,KEL-3,\n"
    total = held.upload("/v1/imports/attendance", mended)[-1]
    assert (total["accepted"], total["duplicates"], total["rejected"]) == (2, 2, 0)


def test_a_taken_back_attendance_may_be_recorded_again(held: Door) -> None:
    """And only then may its session be taken back."""
    (result,) = held.items("/v1/attendance", family())
    whole = {"event_id": str(held.events()[0].id), "reason": "CANCELLED"}
    assert held.post("/v1/corrections", whole).json()["code"] == "CORRECTION_ORDER"
    one = {"event_id": result["id"], "reason": "DUPLICATE"}
    assert held.post("/v1/corrections", one).status_code == 200
    assert isinstance(held.events()[-1].data, FactCorrected)
    assert held.events()[-2].subject == held.events()[-1].subject
    assert codes(held.items("/v1/attendance", family())) == ["accepted"]
    again = {"event_id": str(held.events()[-1].id), "reason": "DUPLICATE"}
    assert held.post("/v1/corrections", again).status_code == 200
    assert held.post("/v1/corrections", whole).status_code == 200


def test_a_replaced_session_moves(held: Door) -> None:
    """Its number then identifies the new content; another district is out of reach."""
    staged = held.events()[0]
    new = staged.data.model_dump(mode="json") | {"held_on": "2026-03-09"}
    request = {"event_id": str(staged.id), "reason": "DATA_ENTRY", "replacement": new}
    assert held.post("/v1/corrections", request, token="jember").status_code == 200
    moved = session(held_on="2026-03-09")
    assert codes(held.items("/v1/sessions", moved)) == ["duplicate"]
    away = new | {"district": "35.13", "region": "35.13.15.2017"}
    answer = held.post("/v1/corrections", request | {"replacement": away}, token="jember")
    assert answer.json()["code"] == "AREA_FORBIDDEN"


def test_a_corrected_completion_follows(door: Door) -> None:
    """Moved to another day, then taken back: the person may complete it again."""
    (result,) = door.items("/v1/completions", completion())
    data = door.events()[0].data.model_dump(mode="json") | {"completed_on": "2026-04-09"}
    request = {"event_id": result["id"], "reason": "DATA_ENTRY", "replacement": data}
    assert door.post("/v1/corrections", request).status_code == 200
    moved = completion(completed_on="2026-04-09")
    assert codes(door.items("/v1/completions", moved)) == ["duplicate"]
    assert door.post("/v1/corrections", request | {"replacement": None}).status_code == 200
    assert codes(door.items("/v1/completions", completion())) == ["accepted"]


@pytest.mark.long
def test_no_generated_request_breaks_the_doors(held: Door) -> None:
    """Statuses, types and bodies are those that the OpenAPI document declares."""
    tried = fuzz(held.client.app, held.bearer("all"))  # type: ignore[arg-type]
    assert tried.operations >= 6
    assert tried.bad_items > 0


def test_a_day_far_ahead_is_a_typing_error(door: Door) -> None:
    """2099 for 2019: neither a session nor a completion of that day is recorded."""
    assert codes(door.items("/v1/sessions", session(held_on="2099-03-02"))) == ["TIME_FUTURE"]
    late = completion(completed_on="2099-04-01")
    assert codes(door.items("/v1/completions", late)) == ["TIME_FUTURE"]
    assert door.events() == []


def test_no_correction_moves_a_fact_to_a_day_that_cannot_be(held: Door) -> None:
    """Sessions, attendance and completions, far back and far ahead; nothing is staged."""
    held.items("/v1/attendance", family())
    held.items("/v1/completions", completion())
    group = {"group_number": "G-1", "region": "35.09.30.2009", "formed_on": "2026-01-05"}
    held.items("/v1/family-groups", group)
    joining = {"group_number": "G-1", "family_number": "KEL-1", "joined_on": "2026-01-05"}
    held.items("/v1/family-groups/families", joining)
    assert untimely_corrections(held) == refused_days(
        ("family.group_formed.v1", "formed_on"),
        ("family.group_joined.v1", "joined_on"),
        ("session.held.v1", "held_on"),
        ("session.attended.v1", "held_on"),
        ("training.completed.v1", "completed_on"),
    )
