"""Nil means that nothing was recorded: at every door, of every list of every ministry."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.application.reporting.records import require_every_list
from shared.events.reporting import LISTS_OF, ReportClosed, ReportList
from tests.kit import twin_districts as worlds
from tests.kit.door import Door, codes
from tests.kit.twin_districts import THEM, US, open_service, settle

FOUND: dict[str, dict[str, dict[str, int]]] = {
    "beneficiary": {
        "FAMILIES": {"2026-01": 3},
        "EXITS": {"2026-03": 2},
        "REFERRALS": {"2026-02": 5},
        "FACILITATORS": {"2026-01": 2},
    },
    "cooperative": {
        "COOPERATIVES": {"2025-06": 1, "2025-08": 1, "2026-02": 1},
        "MEMBERS": {"2026-03": 2, "2026-04": 2, "2026-06": 1},
    },
    "training": {
        "GROUPS": {"2026-01": 2},
        "SESSIONS": {"2026-03": 1},
        "ATTENDANCE": {"2026-03": 1},
        "TRAININGS": {"2026-04": 1},
    },
}
"""What the small world has recorded in Jember, by list and month; Probolinggo has the same."""
MONTHS = [*(f"2025-{n:02}" for n in range(5, 13)), *(f"2026-{n:02}" for n in range(1, 7))]
CLOSINGS = "/v1/reports/closings"
SESSIONS = (
    "nomor_sesi;kegiatan;kode_kabupaten;kode_desa;tanggal;nomor_kelompok;modul;tujuan;peserta\n"
)


def month(name: str, list_: str = "SESSIONS", **other: Any) -> dict[str, Any]:
    """A month of a list in Jember, closed as nil."""
    return {"list": list_, "district": "35.09", "month": name, "nil": True} | other


def obliged(tmp_path: Path, service: str) -> Door:
    """The doors of a ministry that has recorded the small world and reports all of its lists."""
    door = open_service(tmp_path, service)
    settle(door, service, tmp_path)
    for name in FOUND[service]:
        wanted = worlds.obligation(US, name) | {"first_month": "2025-05"}
        assert codes(door.items("/v1/reports/obligations", wanted)) == ["accepted"]
    return door


@pytest.fixture
def sessions(tmp_path: Path) -> Door:
    """The doors of training, with one session on 2 March."""
    return obliged(tmp_path, "training")


@pytest.mark.parametrize("service", FOUND)
def test_every_month_with_records_is_not_nil(tmp_path: Path, service: str) -> None:
    """Of every list: the refusal says how many there are; the months before and after are nil."""
    door = obliged(tmp_path, service)
    for name, found in FOUND[service].items():
        for one in MONTHS:
            (result,) = door.items(CLOSINGS, month(one, name))
            if one not in found:
                assert result.get("code", "accepted") == "accepted", (name, one, result)
                continue
            assert (result["code"], result["field"]) == ("REPORT_NOT_NIL", "nil"), (name, one)
            assert f"sudah ada {found[one]} catatan" in result["message"], (name, one)
            assert "tanpa nihil" in result["remedy"]
            assert codes(door.items(CLOSINGS, month(one, name, nil=False))) == ["accepted"]


@pytest.mark.parametrize("source", LISTS_OF)
def test_every_list_of_a_ministry_is_checked_here(source: str) -> None:
    """A list that a ministry begins to report is in the table above."""
    assert set(FOUND[source.rpartition(":")[2]]) == set(LISTS_OF[source])


def test_a_ministry_that_does_not_say_where_its_records_are_opens_no_door() -> None:
    """Else its months would be nil unchecked."""
    with pytest.raises(ValueError, match="no records declared of GROUPS, ATTENDANCE, TRAININGS"):
        require_every_list("urn:lintas:training", {ReportList.SESSIONS: ()})
    require_every_list("urn:lintas:somebody-new", {})


def by_list(door: Door) -> str:
    """Send the list of closings."""
    text = "daftar;kode_kabupaten;bulan;nihil\nSESI;35.09;2026-03;ya\n"
    (line, _, total) = door.upload("/v1/imports/closings", text)
    assert (line["line"], line["field"], total["rejected"]) == (2, "nihil", 1)
    return str(line["code"])


def by_question(door: Door) -> str:
    """Ask for it in the address of a list without rows; refused before the file is read."""
    asked = "?closes=2026-03&area=35.09&nil=true"
    headers = door.bearer("all") | {"Content-Type": "text/csv"}
    answer = door.client.post(f"/v1/imports/sessions{asked}", content=SESSIONS, headers=headers)
    assert (answer.status_code, answer.json()["field"]) == (409, "nil")
    return str(answer.json()["code"])


def by_correction(door: Door) -> str:
    """Close the month, then correct the statement."""
    assert codes(door.items(CLOSINGS, month("2026-03", nil=False))) == ["accepted"]
    closed = door.events()[-1]
    said = closed.data.model_dump(mode="json") | {"nil": True}
    wanted = {"event_id": str(closed.id), "reason": "DATA_ENTRY", "replacement": said}
    answer = door.post("/v1/corrections", wanted)
    assert (answer.status_code, answer.json()["field"]) == (409, "replacement.nil")
    return str(answer.json()["code"])


@pytest.mark.parametrize("act", [by_list, by_question, by_correction])
def test_no_other_door_makes_it_nil(sessions: Door, act: Callable[[Door], str]) -> None:
    """Nothing is published that says so."""
    assert act(sessions) == "REPORT_NOT_NIL"
    said = [one.data for one in sessions.events() if isinstance(one.data, ReportClosed)]
    assert not any(one.nil for one in said)


def test_a_reopening_is_not_taken_back_onto_a_false_nil(sessions: Door) -> None:
    """Nil, reopened, a record came: without the reopening the month would be nil again."""
    sessions.items(CLOSINGS, month("2026-04"))
    sessions.items(
        "/v1/reports/reopenings", worlds.report(US, "SESSIONS", month="2026-04", reason="LATE")
    )
    reopened = sessions.events()[-1]
    late = worlds.session(US, session_number="S-LATE", held_on="2026-04-07")
    assert codes(sessions.items("/v1/sessions", late)) == ["accepted"]
    wanted = {"event_id": str(reopened.id), "reason": "CANCELLED", "replacement": None}
    answer = sessions.post("/v1/corrections", wanted).json()
    assert (answer["code"], answer["field"]) == ("REPORT_NOT_NIL", "event_id")


def test_a_record_that_was_taken_back_is_none(sessions: Door) -> None:
    """The month without it is nil."""
    (attended,) = [one for one in sessions.events() if one.type.endswith("session.attended.v1")][:1]
    wanted = {"event_id": str(attended.id), "reason": "CANCELLED", "replacement": None}
    assert sessions.post("/v1/corrections", wanted).is_success
    assert codes(sessions.items(CLOSINGS, month("2026-03", "ATTENDANCE"))) == ["accepted"]


def test_a_record_of_another_district_is_not_this_ones(tmp_path: Path) -> None:
    """Probolinggo meets in May; Jember's May is nil."""
    door = obliged(tmp_path, "training")
    there = worlds.session(THEM, session_number="S-MAY", held_on="2026-05-04")
    assert codes(door.items("/v1/sessions", there)) == ["accepted"]
    assert codes(door.items(CLOSINGS, month("2026-05"))) == ["accepted"]


def test_a_late_record_is_welcome_and_the_closing_says_so(sessions: Door) -> None:
    """It is accepted, the month stays closed, and the office sees that nil was not so."""
    assert codes(sessions.items(CLOSINGS, month("2026-05"), month("2026-04"))) == ["accepted"] * 2
    late = worlds.session(US, session_number="S-LATE", held_on="2026-05-04")
    assert codes(sessions.items("/v1/sessions", late)) == ["accepted"]
    assert codes(sessions.items(CLOSINGS, month("2026-05"))) == ["duplicate"]
    found = sessions.get("/v1/reports/closed?area=35.09").json()["reports"]
    nil = {one["month"]: one["records"] for one in found if one["status"] == "nil"}
    assert nil == {"2026-04": 0, "2026-05": 1}
    assert codes(sessions.items(CLOSINGS, month("2026-05", nil=False))) == ["REPORT_CLOSED"]
    again = worlds.report(US, "SESSIONS", month="2026-05", reason="LATE")
    assert codes(sessions.items("/v1/reports/reopenings", again)) == ["accepted"]
    assert codes(sessions.items(CLOSINGS, month("2026-05"))) == ["REPORT_NOT_NIL"]
    assert codes(sessions.items(CLOSINGS, month("2026-05", nil=False))) == ["accepted"]
