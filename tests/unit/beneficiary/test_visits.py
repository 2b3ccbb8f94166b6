"""Visits after graduations: doors, list, table of allowed steps, corrections."""

from typing import Any

import pytest

from shared.application.context import Keys
from shared.events.beneficiary import FamilyVisited
from shared.events.envelope import Event
from tests.kit.door import Door
from tests.kit.families import a_family_list
from tests.kit.graduating import correct, graduate, of_family

VISITS = "/v1/visits"
LIST = "/v1/imports/visits"
HEADER = "nomor_keluarga,tanggal_kunjungan,hasil,kemandirian,usaha,desil,nomor_pendamping\n"
WELL = {"outcome": "FOUND", "self_reliance": "STILL", "business": "ALIVE"}
GONE = {"outcome": "FOUND", "self_reliance": "NO_LONGER", "business": "STOPPED"}
NOBODY, MOVED, DEAD = ({"outcome": one} for one in ("NOT_FOUND", "MOVED", "DECEASED"))


@pytest.fixture
def graduated(ready: Door) -> Door:
    """The doors with a family that graduated on 4 March 2026."""
    graduate(ready)
    return ready


def send(door: Door, day: str, fields: dict[str, Any], **other: Any) -> str:
    """One visit to the family; its status, or code and field."""
    (one,) = door.items(VISITS, of_family(visited_on=day, **(fields | other)))
    return f"{one['code']} {one['field']}" if "code" in one else str(one["status"])


def visited(door: Door) -> list[Event]:
    """The events about visits."""
    return [event for event in door.events() if isinstance(event.data, FamilyVisited)]


def said(event: Event) -> dict[str, Any]:
    """What a visit says in the log."""
    return event.data.model_dump(mode="json")


def test_a_visit_is_published_in_codes_about_the_family(graduated: Door, keys: Keys) -> None:
    """The band in place of the decile, the facilitator's id in place of the number."""
    assert send(graduated, "2026-06-04", WELL, decile=4, facilitator_number="P-2") == "accepted"
    (event,) = visited(graduated)
    assert event.subject == keys.pseudonymiser.family("KPM-1")
    found = said(event)
    assert found.pop("facilitator") is not None
    assert found == {"visited_on": "2026-06-04", **WELL, "decile_band": "D3_4"}


def test_the_same_visit_again_changes_nothing(graduated: Door) -> None:
    """Another answer on the same day is a conflict: there is one visit a day."""
    send(graduated, "2026-06-04", WELL, decile=4)
    send(graduated, "2026-06-20", NOBODY)
    assert send(graduated, "2026-06-04", WELL, decile=4) == "duplicate"
    assert send(graduated, "2026-06-04", WELL, decile=3) == "CONFLICT visited_on"
    assert send(graduated, "2026-06-04", GONE) == "CONFLICT visited_on"
    assert len(visited(graduated)) == 2


def test_only_a_graduate_is_visited_and_only_afterwards(ready: Door) -> None:
    """Neither a family in the programme, nor one that left otherwise, nor on a day to come."""
    assert send(ready, "2026-06-04", WELL) == "IN_PROGRAMME visited_on"
    graduate(ready)
    assert send(ready, "2026-03-04", WELL) == "IN_PROGRAMME visited_on"
    assert send(ready, "2026-07-02", WELL) == "TIME_FUTURE visited_on"
    assert send(ready, "2025-12-31", WELL) == "NOT_GRADUATED visited_on"
    assert send(ready, "2026-03-05", WELL) == "accepted"
    other = {"nomor_keluarga": "KPM-2", "nomor_kk": "3509901202100008"}
    ready.upload("/v1/imports/families", a_family_list(other))
    left = of_family("KPM-2", reason="NATURAL", exited_on="2026-03-01")
    ready.items("/v1/exits", left)
    (one,) = ready.items(VISITS, of_family("KPM-2", visited_on="2026-06-01", **WELL))
    assert one["code"] == "NOT_GRADUATED"


def test_a_family_that_is_enrolled_again_is_followed_no_more(graduated: Door) -> None:
    """A visit before that day still arrives late; one after it belongs to no graduation."""
    send(graduated, "2026-05-20", WELL)
    again = {"tanggal_masuk": "2026-05-11"}
    assert graduated.upload("/v1/imports/families", a_family_list(again))[-1]["accepted"] == 1
    assert send(graduated, "2026-05-12", WELL) == "IN_PROGRAMME visited_on"
    assert send(graduated, "2026-05-10", NOBODY) == "accepted"


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"outcome": "FOUND"}, "VISIT_ANSWER self_reliance"),
        ({"outcome": "FOUND", "self_reliance": "STILL"}, "VISIT_ANSWER business"),
        (NOBODY | {"self_reliance": "STILL"}, "VISIT_ANSWER self_reliance"),
        (MOVED | {"business": "NONE"}, "VISIT_ANSWER business"),
        (DEAD | {"decile": 3}, "VISIT_ANSWER decile"),
    ],
)
def test_what_was_seen_is_said_of_a_found_family_alone(
    graduated: Door, fields: dict[str, Any], refused: str
) -> None:
    """Nobody can say how a family is that was not met."""
    assert send(graduated, "2026-06-04", fields) == refused
    assert visited(graduated) == []


def test_the_outcomes_follow_the_table_by_day_and_not_by_arrival(graduated: Door) -> None:
    """After a death nothing, after a move only being found; late visits find their place."""
    send(graduated, "2026-05-10", MOVED)
    assert send(graduated, "2026-06-10", NOBODY) == "VISIT_ORDER outcome"
    assert send(graduated, "2026-06-10", WELL) == "accepted"
    assert send(graduated, "2026-04-10", DEAD) == "VISIT_ORDER outcome"
    assert send(graduated, "2026-04-10", NOBODY) == "accepted"
    assert send(graduated, "2026-06-30", DEAD) == "accepted"
    assert send(graduated, "2026-07-01", WELL) == "VISIT_ORDER outcome"


def test_a_visit_is_mended_and_taken_back(graduated: Door) -> None:
    """In place; what a later visit depends on is mended first; the exact decile follows the band."""
    send(graduated, "2026-05-10", MOVED)
    send(graduated, "2026-06-10", WELL, decile=4)
    moved, found = visited(graduated)
    wrong = said(moved) | {"outcome": "DECEASED"}
    assert correct(graduated, moved.id, wrong)["code"] == "CORRECTION_ORDER"
    assert correct(graduated, moved.id, said(found))["code"] == "CONFLICT"
    empty = said(found) | {"self_reliance": None}
    assert correct(graduated, found.id, empty)["code"] == "VISIT_ANSWER"
    early = said(found) | {"visited_on": "2026-03-01"}
    assert correct(graduated, found.id, early)["code"] == "IN_PROGRAMME"
    assert "id" in correct(graduated, found.id, said(found) | {"visited_on": "2026-06-11"})
    assert send(graduated, "2026-06-11", WELL, decile=4) == "duplicate"
    assert "id" in correct(graduated, found.id)
    assert "id" in correct(graduated, moved.id)
    assert correct(graduated, moved.id, said(moved))["code"] == "TAKEN_BACK"
    assert send(graduated, "2026-06-11", GONE) == "accepted"


def test_a_visit_hinders_no_correction_of_the_graduation(ready: Door) -> None:
    """It stays a fact; after the graduation is taken back no other visit is recorded."""
    approval = graduate(ready)
    send(ready, "2026-06-04", WELL)
    assert "id" in correct(ready, approval)
    assert send(ready, "2026-06-05", WELL) == "IN_PROGRAMME visited_on"
    assert len(visited(ready)) == 1
    (mine,) = visited(ready)
    assert "id" in correct(ready, mine.id)


def test_another_office_neither_visits_nor_mends(graduated: Door) -> None:
    """The family and its visits are like what nobody ever recorded."""
    send(graduated, "2026-06-04", WELL)
    (event,) = visited(graduated)
    there = of_family("KPM-1", visited_on="2026-06-05", **WELL)
    other = {"nomor_keluarga": "KPM-3", "nomor_kk": "3509901202100009"} | {
        "kode_desa": "35.13.15.2017", "nomor_pendamping": "P-3", "nik_pengurus": "",
    }  # fmt: skip
    graduated.upload("/v1/imports/families", a_family_list(other))
    (one,) = graduated.items(
        VISITS, of_family("KPM-3", visited_on="2026-06-05", **WELL), token="jember"
    )
    (unknown,) = graduated.items(VISITS, there | {"family_number": "KPM-404"}, token="jember")
    assert one == unknown | {"index": one["index"]}
    (named,) = graduated.items(VISITS, there | {"facilitator_number": "P-3"}, token="jember")
    assert (named["code"], named["field"]) == ("NOT_FOUND", "facilitator_number")
    new = said(event) | {"facilitator": "01890000-0000-7000-8000-000000000000"}
    assert correct(graduated, event.id, new)["code"] == "NOT_FOUND"


def test_a_list_takes_the_words_of_offices_and_loses_nothing_good(graduated: Door) -> None:
    """Bad rows are named with column and remedy; the good ones among them are in."""
    rows = [
        "KPM-1,05/04/2026,ditemui,masih mandiri,berjalan,5,P-1",
        "KPM-1,20/05/2026,ditemui,,berjalan,,",
        "KPM-1,21/05/2026,tidak ditemui,masih mandiri,,,",
        "KPM-1,22/05/2026,tidur,,,,",
        "KPM-9,23/05/2026,tidak ditemui,,,,",
        "KPM-1,24/05/2026,tidak ditemui,,,,",
    ]
    lines = graduated.upload(LIST, HEADER + "\n".join(rows) + "\n")
    assert [(one["line"], one["field"], one["code"]) for one in lines if "line" in one] == [
        (3, "kemandirian", "VISIT_ANSWER"),
        (4, "kemandirian", "VISIT_ANSWER"),
        (5, "hasil", "FIELD_CHOICE"),
        (6, "nomor_keluarga", "NOT_FOUND"),
    ]
    assert all(one["remedy"] for one in lines if "line" in one)
    assert [said(one)["outcome"] for one in visited(graduated)] == ["FOUND", "NOT_FOUND"]
    total = graduated.upload(LIST, HEADER + f"{rows[0]}\n{rows[-1]}\n")[-1]
    assert (total["accepted"], total["duplicates"]) == (0, 2)
