"""Targets of a programme for districts and years."""

from typing import Any

from services.beneficiary.programme_targets import target_id
from shared.events.base import Programme
from shared.events.beneficiary import ProgrammeTargetSet, TargetMeasure
from shared.events.envelope import Event
from shared.events.story import PROGRAMME_TARGET
from tests.kit.door import NOW, Door

DOOR, LIST = "/v1/programme-targets", "/v1/imports/programme-targets"
HEADER = "kode_kabupaten,program,ukuran,tahun,target\n"
ITEM = {"district": "35.09", "programme": "PKH", "measure": "JOINED", "year": 2026, "value": 400}


def published(door: Door) -> list[Event]:
    """The targets staged so far."""
    return [event for event in door.events() if isinstance(event.data, ProgrammeTargetSet)]


def send(door: Door, **other: Any) -> str:
    """One item; its status or code."""
    (one,) = door.items(DOOR, ITEM | other)
    return str(one.get("code") or one["status"])


def correct(door: Door, event: Event, **other: Any) -> dict[str, Any]:
    """Replace fields of an event; without any it is taken back."""
    new = event.data.model_dump(mode="json") | other if other else None
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": new}
    return dict(door.post("/v1/corrections", body).json())


def test_a_target_has_the_same_id_everywhere() -> None:
    """It follows from what is counted; the contract's example shows one."""
    same = target_id("35.09", Programme.PKH, TargetMeasure.JOINED, 2026)
    assert str(same) == PROGRAMME_TARGET
    assert same != target_id("35.09", Programme.PKH, TargetMeasure.GRADUATED, 2026)


def test_a_new_value_is_a_new_version(door: Door) -> None:
    """The same value again is nothing; going back to an earlier one is a version too."""
    assert [send(door, value=value) for value in (400, 400, 500, 400)] == [
        "accepted",
        "duplicate",
        "accepted",
        "accepted",
    ]
    data = [event.data.model_dump(mode="json") for event in published(door)]
    assert [(one["version"], one["value"]) for one in data] == [(1, 400), (2, 500), (3, 400)]
    assert {event.subject for event in published(door)} == {PROGRAMME_TARGET}


def test_a_target_of_next_year_is_told_now(door: Door) -> None:
    """Its event does not lie ahead of what has happened."""
    assert send(door, year=NOW.year + 1) == "accepted"
    assert published(door)[0].time <= NOW
    assert send(door, year=NOW.year + 2) == "TIME_FUTURE"


def test_a_list_sets_and_does_not_change(door: Door) -> None:
    """Bad rows are named with line, column and remedy; the good ones are in."""
    rows = [
        "35.09,PKH,joined,2026,400",
        "3513,PKH,GRADUATED,2026,30",
        "35.09,PKH,LULUS,2026,400",
        "35.99,PKH,JOINED,2026,400",
        "35.13,PKH,JOINED,2026,-1",
        "35.09,PKH,JOINED,2026,500",
        "35.09,PKH,JOINED,2026,400",
    ]
    lines = door.upload(LIST, HEADER + "\n".join(rows) + "\n")
    assert [(one["line"], one["field"], one["code"]) for one in lines if "line" in one] == [
        (4, "ukuran", "FIELD_CHOICE"),
        (5, "kode_kabupaten", "REGION_UNKNOWN"),
        (6, "target", "AMOUNT_RANGE"),
        (7, "target", "CONFLICT"),
    ]
    assert "/v1/programme-targets" in next(one["remedy"] for one in lines if one.get("line") == 7)
    assert (lines[-1]["accepted"], lines[-1]["duplicates"]) == (2, 1)


def test_a_target_is_put_right_or_taken_back(door: Door) -> None:
    """What it counts is what it is; its number is not given again."""
    send(door)
    (event,) = published(door)
    assert correct(door, event, programme="PKH_PLUS")["code"] == "CORRECTION_SUBJECT"
    assert correct(door, event, year=2025)["code"] == "CORRECTION_SUBJECT"
    assert "id" in correct(door, event, value=410)
    assert send(door, value=410) == "duplicate"
    assert "id" in correct(door, event)
    assert send(door, value=410) == "accepted"
    assert published(door)[-1].data.model_dump(mode="json")["version"] == 2
