"""Families that leave and come back: lists, steps and corrections, with real tables."""

from typing import Any

import pytest

from shared.events.beneficiary import (
    FacilitatorAssigned,
    FamilyChanged,
    FamilyEnrolled,
    FamilyExited,
    GraduationApproved,
)
from shared.events.envelope import Event
from tests.kit.door import Door
from tests.kit.families import ELSEWHERE, NEIGHBOUR, VILLAGE, a_family_list

FAMILIES, EXITS = "/v1/imports/families", "/v1/exits"
BACK = {
    "tanggal_masuk": "2026-06-01",
    "program": "PKH_PLUS",
    "kode_desa": NEIGHBOUR,
    "desil": "4",
    "nomor_pendamping": "P-1",
}
"""The family's row when it comes back."""


def codes(outcomes: list[dict[str, Any]]) -> list[str]:
    """Code of each outcome, or its status."""
    return [str(one.get("code") or one["status"]) for one in outcomes]


def upload(door: Door, *rows: dict[str, str]) -> dict[str, Any]:
    """Upload rows, and give the last line: accepted, duplicates, rejected."""
    return dict(door.upload(FAMILIES, a_family_list(*rows))[-1])


def leave(door: Door, day: str = "2026-04-01", reason: str = "MOVED") -> list[str]:
    """The family leaves."""
    item = {"family_number": "KPM-1", "reason": reason, "exited_on": day}
    return codes(door.items(EXITS, item))


def steps(door: Door, *days: tuple[str, str]) -> list[str]:
    """Steps of a graduation: `proposed`, `verified`, `approved` with their days."""
    doors = {"proposed": "proposals", "verified": "verifications", "approved": "approvals"}
    return [
        code
        for step, day in days
        for code in codes(
            door.items(
                f"/v1/graduations/{doors[step]}",
                {"family_number": "KPM-1", f"{step}_on": day},
            )
        )
    ]


def show(door: Door) -> dict[str, Any]:
    """The family as its staff see it."""
    return dict(door.get("/v1/families/KPM-1").json())


def last(door: Door, kind: type) -> Event:
    """The last event of a type."""
    return [event for event in door.events() if isinstance(event.data, kind)][-1]


def correct(door: Door, event: Event, **other: Any) -> dict[str, Any]:
    """Replace fields of an event; without any it is taken back."""
    new = event.data.model_dump(mode="json") | other if other else None
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": new}
    return dict(door.post("/v1/corrections", body).json())


@pytest.fixture
def back(ready: Door) -> Door:
    """The doors with a family that left on 1 April and came back on 1 June."""
    assert leave(ready) == ["accepted"]
    assert upload(ready, BACK)["accepted"] == 1
    return ready


def test_a_family_that_left_is_enrolled_again_as_the_row_says(back: Door) -> None:
    """A new spell with the next version; its facilitator is assigned for it."""
    data = last(back, FamilyEnrolled).data.model_dump(mode="json")
    assert (data["version"], data["programme"], data["region"]) == (2, "PKH_PLUS", NEIGHBOUR)
    assert (data["enrolled_on"], data["decile_band"]) == ("2026-06-01", "D3_4")
    assert last(back, FacilitatorAssigned).data.model_dump(mode="json")["assigned_on"] == (
        "2026-06-01"
    )
    assert [(one["since"], one["until"], one["programme"]) for one in show(back)["spells"]] == [
        ("2026-01-05", "2026-04-01", "PKH"),
        ("2026-06-01", None, "PKH_PLUS"),
    ]


def test_rows_of_recorded_spells_are_accepted_quietly(back: Door) -> None:
    """The same file again, with the old row and the new one, changes nothing."""
    before = len(back.events())
    assert upload(back, {}, BACK)["duplicates"] == 2
    assert upload(back, BACK, {})["duplicates"] == 2
    assert before == len(back.events())


def test_one_file_may_hold_nothing_but_both_spells_of_a_graduate(ready: Door) -> None:
    """After a graduation too: falling back is a new spell."""
    day = ("2026-02-02", "2026-02-16", "2026-03-04")
    assert steps(ready, *zip(("proposed", "verified", "approved"), day, strict=True)) == (
        ["accepted"] * 3
    )
    assert upload(ready, {}, BACK)["accepted"] == 1
    spells = show(ready)["spells"]
    assert [one["graduated"] for one in spells] == [True, False]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"tanggal_masuk": "2026-04-01"}, "SPELL_ORDER"),
        ({"tanggal_masuk": "2026-02-01"}, "SPELL_ORDER"),
        ({"desil": "4"}, "CONFLICT"),
    ],
)
def test_a_row_that_is_no_new_spell_says_what_to_do(
    ready: Door, row: dict[str, str], code: str
) -> None:
    """No circle: the remedy names a day or the door of corrections, in two languages."""
    leave(ready)
    line, *_, total = ready.upload(FAMILIES, a_family_list(row))
    assert (line["code"], line["line"], total["rejected"]) == (code, 2, 1)
    assert "2026-04-01" in line["message"] + line["remedy"]
    assert "/v1/families/changes" not in line["remedy"]
    assert "tanggal_masuk" in line["remedy"]
    if code == "CONFLICT":
        assert "/v1/corrections" in line["remedy"]


def test_a_return_before_its_exit_names_the_door_of_exits(ready: Door) -> None:
    """Following the remedy works: exit, then the same row again."""
    line, *_ = ready.upload(FAMILIES, a_family_list(BACK))
    assert (line["code"], line["field"]) == ("CONFLICT", "tanggal_masuk")
    assert "/v1/exits" in line["remedy"]
    assert leave(ready) == ["accepted"]
    assert upload(ready, BACK)["accepted"] == 1


def test_the_refusal_of_a_change_shows_the_way_back(ready: Door) -> None:
    """FAMILY_LEFT names the list that enrols again; following it works."""
    leave(ready)
    change = {"family_number": "KPM-1", "effective_on": "2026-06-01", "decile": 4}
    (refused,) = ready.items("/v1/families/changes", change)
    assert refused["code"] == "FAMILY_LEFT"
    assert "families" in refused["remedy"]
    assert upload(ready, BACK)["accepted"] == 1
    assert codes(ready.items("/v1/families/changes", change | {"decile": 5})) == ["accepted"]
    assert last(ready, FamilyChanged).data.model_dump(mode="json")["version"] == 3


def test_a_graduates_record_goes_on(ready: Door) -> None:
    """A decile back inside the cut-off is known though the family is not in."""
    steps(ready, ("proposed", "2026-02-02"), ("verified", "2026-02-16"), ("approved", "2026-03-04"))
    change = {"family_number": "KPM-1", "effective_on": "2026-06-01", "decile": 1}
    assert codes(ready.items("/v1/families/changes", change | {"decile": 6})) == ["accepted"]
    assert show(ready)["spells"][0]["until"] == "2026-03-04"


def test_another_office_enrols_a_family_that_left(ready: Door) -> None:
    """It moved away; the number stays the same nationwide."""
    leave(ready)
    row = BACK | {"kode_desa": ELSEWHERE, "nomor_pendamping": "P-3"}
    assert upload(ready, row)["accepted"] == 1
    assert ready.get("/v1/families/KPM-1", token="jember").status_code == 404


def test_bad_rows_beside_a_return_cost_nothing_good(ready: Door) -> None:
    """The good rows are in, whatever is around them."""
    leave(ready)
    bad = {"tanggal_masuk": "2026-02-01"}
    new = {"nomor_keluarga": "KPM-2", "nik_anggota": ""}
    total = upload(ready, bad, BACK, {"desil": "11"}, new)
    assert (total["accepted"], total["rejected"]) == (2, 2)


def test_a_new_spell_has_a_graduation_of_its_own(back: Door) -> None:
    """The steps of each spell are found again as they were recorded."""
    assert steps(back, ("proposed", "2026-06-10"), ("verified", "2026-06-11")) == ["accepted"] * 2
    assert steps(back, ("approved", "2026-06-12"), ("approved", "2026-06-12")) == [
        "accepted",
        "duplicate",
    ]
    assert leave(back) == ["duplicate"]
    assert upload(back, BACK | {"tanggal_masuk": "2026-07-01"})["accepted"] == 1
    assert steps(back, ("proposed", "2026-06-10"), ("approved", "2026-06-12")) == ["duplicate"] * 2
    assert [one["until"] for one in show(back)["spells"]] == ["2026-04-01", "2026-06-12", None]


def test_a_family_is_referred_once_a_spell(ready: Door) -> None:
    """Coming back opens one more referral."""

    def run(day: str) -> int:
        answer = ready.post("/v1/referrals/runs", {"area": "35.09", "issued_on": day}).json()
        return int(answer["referred"])

    assert (run("2026-03-01"), run("2026-03-02")) == (1, 0)
    leave(ready)
    assert run("2026-05-01") == 0
    upload(ready, BACK)
    assert (run("2026-06-02"), run("2026-06-03")) == (1, 0)
    assert run("2026-05-02") == 0


@pytest.mark.parametrize("other", [{}, {"exited_on": "2026-06-01"}, {"exited_on": "2026-06-20"}])
def test_an_exit_leaves_room_for_the_spell_after_it(back: Door, other: dict[str, str]) -> None:
    """Taken back or moved too far it names the spell that begins later; nothing changes."""
    before = show(back)["spells"]
    answer = correct(back, last(back, FamilyExited), **other)
    assert answer["code"] == "LATER_SPELL"
    assert "2026-06-01" in answer["detail"] + answer["remedy"]
    assert before == show(back)["spells"]


def test_an_exit_of_an_earlier_spell_is_put_right(back: Door) -> None:
    """Reason and day, as long as the next spell keeps its place."""
    exited = last(back, FamilyExited)
    assert "id" in correct(back, exited, reason="NATURAL", exited_on="2026-05-31")
    first = show(back)["spells"][0]
    assert (first["until"], first["exit_reason"]) == ("2026-05-31", "NATURAL")
    assert "id" in correct(back, exited, exited_on="2026-04-02")


def test_an_approval_before_a_return_is_not_taken_back(ready: Door) -> None:
    """The later spell would overlap."""
    steps(ready, ("proposed", "2026-02-02"), ("verified", "2026-02-16"), ("approved", "2026-03-04"))
    upload(ready, BACK)
    approved = last(ready, GraduationApproved)
    assert correct(ready, approved)["code"] == "LATER_SPELL"
    assert "id" in correct(ready, approved, approved_on="2026-03-05")
    assert show(ready)["spells"][0]["until"] == "2026-03-05"


def test_a_return_is_put_right_or_taken_back(back: Door) -> None:
    """Programme and day of that spell alone; taken back, the family is out as before."""
    again, first = last(back, FamilyEnrolled), back.events()[3]
    assert isinstance(first.data, FamilyEnrolled)
    assert correct(back, first)["code"] == "LATER_SPELL"
    assert "id" in correct(back, again, programme="OTHER_SOCIAL")
    assert [one["programme"] for one in show(back)["spells"]] == ["PKH", "OTHER_SOCIAL"]
    assert correct(back, again, enrolled_on="2026-04-01")["code"] == "LATER_SPELL"
    assert correct(back, again)["code"] == "CORRECTION_ORDER"
    assert "id" in correct(back, last(back, FacilitatorAssigned))
    assert "id" in correct(back, again)
    shown = show(back)
    assert [one["until"] for one in shown["spells"]] == ["2026-04-01"]
    assert shown["versions"][0]["region"] == VILLAGE
    assert [one["taken_back"] for one in shown["versions"]] == [False, True]
    assert upload(back, BACK)["accepted"] == 1
    assert last(back, FamilyEnrolled).data.model_dump(mode="json")["version"] == 3


def test_a_replacement_stays_with_its_spell(back: Door) -> None:
    """The number of a spell is what it is."""
    again = last(back, FamilyEnrolled)
    assert correct(back, again, version=1)["code"] == "CORRECTION_SUBJECT"
