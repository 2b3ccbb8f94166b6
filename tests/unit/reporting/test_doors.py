"""An office sets obligations, closes months and opens them again: the same at every ministry."""

from pathlib import Path
from typing import Any

import pytest

from shared.events.reporting import LISTS_OF, ReportClosed
from tests.kit.door import NOW, Door, codes, refused_days, untimely_corrections
from tests.unit.reporting.conftest import MINISTRIES, door_of

OBLIGATIONS, CLOSINGS = "/v1/reports/obligations", "/v1/reports/closings"
REOPENINGS, DECLARATIONS = "/v1/reports/reopenings", "/v1/reports/declarations"
OPEN = "/v1/reports/open"
assert NOW.isoformat().startswith("2026-07-01")


def obligation(**other: Any) -> dict[str, Any]:
    """Sessions are reported for Jember from April 2026 on."""
    return {"list": "SESSIONS", "district": "35.09", "first_month": "2026-04"} | other


def month(name: str = "2026-06", **other: Any) -> dict[str, Any]:
    """Sessions of a month in Jember."""
    return {"list": "SESSIONS", "district": "35.09", "month": name} | other


def reopening(name: str = "2026-06") -> dict[str, Any]:
    """That month, opened again because something came late."""
    return month(name, reason="LATE")


def count(number: int, **other: Any) -> dict[str, Any]:
    """The office's own count at the end of June."""
    named = {"measure": "JOINED_FAMILIES", "district": "35.09", "month": "2026-06"}
    return named | {"count": number} | other


def correction(event: Any, replacement: dict[str, Any] | None) -> dict[str, Any]:
    """A correction of an event."""
    return {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": replacement}


def open_months(door: Door) -> list[str]:
    """What the office has not closed in Jember."""
    return [one["month"] for one in door.get(f"{OPEN}?area=35.09").json()["reports"]]


@pytest.fixture
def obliged(door: Door) -> Door:
    """The doors of an office that is to report sessions."""
    assert codes(door.items(OBLIGATIONS, obligation())) == ["accepted"]
    return door


@pytest.mark.parametrize("name", MINISTRIES)
def test_every_ministry_closes_its_own_lists_and_no_other(tmp_path: Path, name: str) -> None:
    """A foreign list is refused for what it is, with the lists that this office has."""
    door, source = door_of(tmp_path, name), f"urn:lintas:{name}"
    own = LISTS_OF[source]
    foreign = next(one for lists in LISTS_OF.values() for one in lists if one not in own)
    for path, item in ((OBLIGATIONS, obligation), (CLOSINGS, month), (REOPENINGS, reopening)):
        (refused,) = door.items(path, item() | {"list": foreign})
        assert (refused["code"], refused["field"]) == ("LIST_FOREIGN", "list")
        assert own[0] in refused["message"]
    for one in own:
        assert codes(door.items(OBLIGATIONS, obligation(list=one))) == ["accepted"]
        assert codes(door.items(CLOSINGS, month(list=one, nil=True))) == ["accepted"]
    assert door.get(f"{OPEN}?area=35.09").json()["reports"][0]["month"] == "2026-04"
    assert {event.source for event in door.events()} == {source}


def test_a_month_is_closed_once_however_often_it_is_said(obliged: Door) -> None:
    """In one batch and later."""
    assert codes(obliged.items(CLOSINGS, month(), month())) == ["accepted", "duplicate"]
    assert codes(obliged.items(CLOSINGS, month())) == ["duplicate"]
    assert len(obliged.events()) == 2


def test_an_opened_month_can_be_closed_again(obliged: Door) -> None:
    """Then with another statement of nil, too."""
    obliged.items(CLOSINGS, month(nil=True))
    assert codes(obliged.items(CLOSINGS, month())) == ["REPORT_CLOSED"]
    assert codes(obliged.items(REOPENINGS, reopening(), reopening())) == ["accepted", "REPORT_OPEN"]
    assert codes(obliged.items(CLOSINGS, month())) == ["accepted"]
    last = obliged.events()[-1].data
    assert isinstance(last, ReportClosed)
    assert (last.nil, last.closed_on.isoformat()) == (False, "2026-07-01")


def test_what_was_never_closed_is_not_opened(obliged: Door) -> None:
    """By its field, with the remedy."""
    (refused,) = obliged.items(REOPENINGS, reopening())
    assert (refused["code"], refused["field"]) == ("REPORT_OPEN", "month")
    assert "tidak sedang ditutup" in refused["message"]


@pytest.mark.parametrize("late", ["2026-07", "2026-08", "2027-06", "2062-06"])
def test_a_month_that_has_not_ended_is_not_closed(obliged: Door, late: str) -> None:
    """July 1 in Jakarta: June has ended, July has not; the answer names the last month."""
    for path, item in ((CLOSINGS, month(late)), (REOPENINGS, reopening(late))):
        (refused,) = obliged.items(path, item)
        assert (refused["code"], refused["field"]) == ("TIME_FUTURE", "month")
        assert "2026-06" in refused["message"]
    assert codes(obliged.items(DECLARATIONS, count(5, month=late))) == ["TIME_FUTURE"]
    assert len(obliged.events()) == 1


@pytest.mark.parametrize("early", ["2026-03", "2016-06"])
def test_a_month_outside_the_obligation_is_not_closed(obliged: Door, early: str) -> None:
    """A slip of the year into the past closes nothing either."""
    assert codes(obliged.items(CLOSINGS, month(early))) == ["REPORT_NOT_EXPECTED"]
    assert codes(obliged.items(CLOSINGS, month(district="35.13"))) == ["REPORT_NOT_EXPECTED"]


@pytest.mark.parametrize(
    "wrong", ["2026-13", "2026-6", "Juni 2026", "2026-06-01", "", None, 202606]
)
def test_what_is_no_month_is_refused(obliged: Door, wrong: object) -> None:
    """Whatever its type: one item alone, or the whole batch where the sender's program is wrong."""
    answer = obliged.post(CLOSINGS, {"items": [month() | {"month": wrong}]})
    (result,) = answer.json().get("results", [answer.json()])
    assert "accepted" not in answer.text
    assert result.get("code", "").isupper()
    assert len(obliged.events()) == 1


def test_an_obligation_is_changed_by_a_new_version(obliged: Door) -> None:
    """The same again is a duplicate; months in the wrong order are refused."""
    ended = obligation(last_month="2026-05")
    wrong = obligation(last_month="2026-03")
    assert codes(obliged.items(OBLIGATIONS, obligation(), ended, ended, wrong)) == [
        "duplicate", "accepted", "duplicate", "MONTHS_ORDER",
    ]  # fmt: skip
    assert open_months(obliged) == ["2026-04", "2026-05"]
    assert [event.data.version for event in obliged.events()] == [1, 2]  # type: ignore[attr-defined]


def test_the_worklist_pages_through_what_has_ended_and_is_open(obliged: Door) -> None:
    """By district, list and month; a month that was opened again says so."""
    obliged.items(OBLIGATIONS, obligation(list="ATTENDANCE"), obligation(district="35.13"))
    obliged.items(CLOSINGS, month("2026-04"), month("2026-05"))
    obliged.items(REOPENINGS, reopening("2026-05"))
    seen, after = [], ""
    while True:
        page = obliged.get(f"{OPEN}?area=35&limit=2{after}").json()
        seen += [(one["district"], one["list"], one["month"]) for one in page["reports"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    attended = [("35.09", "ATTENDANCE", f"2026-0{n}") for n in (4, 5, 6)]
    held = [("35.09", "SESSIONS", "2026-05"), ("35.09", "SESSIONS", "2026-06")]
    assert seen == [*attended, *held, *(("35.13", "SESSIONS", f"2026-0{n}") for n in (4, 5, 6))]
    states = obliged.get(f"{OPEN}?area=35.09&limit=9").json()["reports"]
    assert [one["status"] for one in states[3:]] == ["reopened", "never_closed"]


def test_nobody_reports_for_another_area(obliged: Door) -> None:
    """Neither closes nor reads."""
    there = {"district": "35.13"}
    for path, item in (
        (OBLIGATIONS, obligation(**there)),
        (CLOSINGS, month(**there)),
        (REOPENINGS, reopening() | there),
        (DECLARATIONS, count(5, **there)),
    ):
        assert codes(obliged.items(path, item, token="jember")) == ["AREA_FORBIDDEN"]
        assert codes(obliged.items(path, item | {"district": "35.99"})) == ["REGION_UNKNOWN"]
    assert obliged.get(f"{OPEN}?area=35.13", token="jember").status_code == 403


def test_a_declared_count_is_a_version(door: Door) -> None:
    """The same count again is a duplicate; none below zero."""
    results = door.items(DECLARATIONS, count(895), count(895), count(901), count(-1))
    assert codes(results) == ["accepted", "duplicate", "accepted", "FIELD_RANGE"]
    data = [event.data.model_dump() for event in door.events()]
    assert [(one["count"], one["version"]) for one in data] == [(895, 1), (901, 2)]


def test_a_closing_that_is_taken_back_leaves_the_month_open(obliged: Door) -> None:
    """And one of an opening closes it again: what remains counts, in the order of the events."""
    obliged.items(CLOSINGS, month())
    obliged.items(REOPENINGS, reopening())
    opened = obliged.events()[-1]
    assert obliged.post("/v1/corrections", correction(opened, None)).status_code == 200
    assert codes(obliged.items(CLOSINGS, month())) == ["duplicate"]
    closed = obliged.events()[1]
    assert obliged.post("/v1/corrections", correction(closed, None)).status_code == 200
    assert open_months(obliged)[-1] == "2026-06"
    assert codes(obliged.items(REOPENINGS, reopening())) == ["REPORT_OPEN"]
    assert codes(obliged.items(CLOSINGS, month(nil=True))) == ["accepted"]


def test_a_correction_stays_with_its_report(obliged: Door) -> None:
    """Another month, list, district or version is another fact; a day in the month is too early."""
    obliged.items(CLOSINGS, month("2026-05"))
    closed = obliged.events()[-1]
    data = closed.data.model_dump(mode="json")
    for changed, code, field in (
        ({"month": "2026-06"}, "CORRECTION_SUBJECT", "month"),
        ({"list": "ATTENDANCE"}, "CORRECTION_SUBJECT", "list"),
        ({"district": "35.13"}, "CORRECTION_SUBJECT", "district"),
        ({"closed_on": "2026-05-31"}, "REPORT_TOO_EARLY", "closed_on"),
    ):
        answer = obliged.post("/v1/corrections", correction(closed, data | changed)).json()
        assert (answer["code"], answer["field"]) == (code, f"replacement.{field}")
    assert obliged.post("/v1/corrections", correction(closed, data | {"nil": True})).is_success
    assert codes(obliged.items(CLOSINGS, month("2026-05", nil=True))) == ["duplicate"]


def test_an_obligation_that_is_taken_back_expects_nothing(obliged: Door) -> None:
    """A new one then gets the next version."""
    assert obliged.post("/v1/corrections", correction(obliged.events()[0], None)).is_success
    assert open_months(obliged) == []
    assert codes(obliged.items(CLOSINGS, month())) == ["REPORT_NOT_EXPECTED"]
    assert codes(obliged.items(OBLIGATIONS, obligation())) == ["accepted"]
    assert obliged.events()[-1].data.version == 2  # type: ignore[attr-defined]


def test_no_correction_moves_a_day_where_it_cannot_be(obliged: Door) -> None:
    """Neither into the future nor before the programme."""
    obliged.items(CLOSINGS, month())
    obliged.items(REOPENINGS, reopening())
    assert untimely_corrections(obliged) == refused_days(
        ("report.closed.v1", "closed_on"), ("report.reopened.v1", "reopened_on")
    )


def test_the_three_lists_are_read_in_indonesian(door: Door) -> None:
    """Words or codes, dotted or not; each refusal names column, line and remedy."""
    obliged = "daftar;kode_kabupaten;bulan_pertama;bulan_terakhir\nSESI;3509;2026-04;\nsessions;35.13;2026-01;2026-05\n"
    assert door.upload("/v1/imports/obligations", obliged)[-1]["accepted"] == 2
    closings = (
        "daftar;kode_kabupaten;bulan;nihil\n"
        "Sesi;35.09;06/2026;ya\n"
        "SESI;35.09;2026-05;mungkin\n"
        "RAPAT;35.09;2026-05;\n"
        "ANGGOTA;35.09;2026-05;\n"
        "SESI;35.09;06/26;\n"
        "SESI;35.09;2026-07;\n"
        "SESI;35.09.30;2026-05;\n"
    )
    answer = door.upload("/v1/imports/closings", closings)
    assert [(one["line"], one["field"], one["code"]) for one in answer if "line" in one] == [
        (3, "nihil", "YES_OR_EMPTY"),
        (4, "daftar", "FIELD_CHOICE"),
        (5, "daftar", "LIST_FOREIGN"),
        (6, "bulan", "MONTH_INVALID"),
        (7, "bulan", "TIME_FUTURE"),
        (8, "kode_kabupaten", "REGION_UNKNOWN"),
    ]
    assert "daftar kantor ini: KELOMPOK, SESI, KEHADIRAN, PELATIHAN. /" in answer[2]["message"]
    assert all(one["remedy"] for one in answer if "line" in one)
    counts = "ukuran;kode_kabupaten;bulan;jumlah\nKELUARGA_BERGABUNG;35.09;2026-06;895\n"
    assert door.upload("/v1/imports/declarations", counts)[-1]["accepted"] == 1


def test_without_an_area_the_list_covers_what_the_token_covers(obliged: Door) -> None:
    """In the order of kabupaten, with the days since each month ended; no other office's places."""
    obliged.items(OBLIGATIONS, obligation(district="35.13"))
    found = obliged.get(OPEN).json()["reports"]
    assert [(one["district"], one["month"], one["days_late"]) for one in found] == [
        (district, month, late)
        for district in ("35.09", "35.13")
        for month, late in (("2026-04", 62), ("2026-05", 31), ("2026-06", 1))
    ]
    own = obliged.get(OPEN, token="jember").json()["reports"]
    assert own == found[:3]
    assert obliged.get(f"{OPEN}?area=35.13", token="jember").status_code == 403


def test_the_list_of_all_areas_comes_in_pages(obliged: Door) -> None:
    """Each page goes on where the one before ended, over the border of a kabupaten."""
    obliged.items(OBLIGATIONS, obligation(district="35.13"))
    found, after = [], ""
    while True:
        page = obliged.get(f"{OPEN}?limit=2{after}").json()
        found += [(one["district"], one["month"]) for one in page["reports"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(found) == len(set(found)) == 6
    assert found == sorted(found)
