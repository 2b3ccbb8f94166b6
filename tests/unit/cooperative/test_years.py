"""Annual meetings and targets of members, from the rules to the lists."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cooperative import corrections, years
from services.cooperative.years import Meeting, MemberTarget
from shared.errors import Refusal
from shared.events.assemblies import AnnualMeetingHeld, MemberTargetSet
from tests.kit.depth import examples
from tests.kit.door import Door, codes
from tests.unit.cooperative.examples import a_cooperative

MARCH = date(2026, 3, 14)
HELD = {"cooperative_number": "KMP-1", "year": 2025, "held_on": "2026-03-14"}
AIM = {"cooperative_number": "KMP-1", "year": 2026, "target": 200}


def corrected(door: Door, event: Any, **replacement: Any) -> dict[str, Any]:
    """The answer to a correction; without a replacement the event is taken back."""
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY"}
    data = {"replacement": event.data.model_dump(mode="json") | replacement} if replacement else {}
    answer: dict[str, Any] = door.post("/v1/corrections", body | data).json()
    return answer


def test_a_meeting_closes_one_year_of_a_cooperative(ready: Door) -> None:
    """The fact is about the cooperative; again it is a duplicate, on another day a conflict."""
    results = ready.items("/v1/annual-meetings", HELD, HELD, HELD | {"held_on": "2026-03-15"})
    assert codes(results) == ["accepted", "duplicate", "CONFLICT"]
    event = ready.events()[-1]
    assert isinstance(event.data, AnnualMeetingHeld)
    assert (event.subject, event.data.year) == (str(event.data.cooperative), 2025)
    assert event.time.date() == MARCH


@pytest.mark.parametrize(
    ("other", "field", "code"),
    [
        ({"held_on": "2025-06-01"}, "held_on", "DATE_ORDER"),
        ({"year": 2026, "held_on": "2025-12-31"}, "held_on", "DATE_ORDER"),
        ({"held_on": "2026-07-02"}, "held_on", "TIME_FUTURE"),
        ({"year": 2027}, "year", "TIME_FUTURE"),
        ({"year": 2006}, "year", "DATE_IMPLAUSIBLE"),
        ({"cooperative_number": "KMP-9"}, "cooperative_number", "NOT_FOUND"),
    ],
)
def test_a_meeting_that_cannot_be_is_refused(
    ready: Door, other: dict[str, Any], field: str, code: str
) -> None:
    """Before the registration, before its year, in the future, of nobody."""
    (result,) = ready.items("/v1/annual-meetings", HELD | other)
    assert (result["field"], result["code"]) == (field, code)
    assert " / " in str(result["remedy"]) or result["remedy"]


def test_a_meeting_is_corrected_and_taken_back(ready: Door) -> None:
    """Its day may move within its year's bounds; taken back, the year is free again."""
    ready.items("/v1/annual-meetings", HELD)
    event = ready.events()[-1]
    assert corrected(ready, event, held_on="2025-06-01")["code"] == "DATE_ORDER"
    assert corrected(ready, event, year=2024)["code"] == "CORRECTION_SUBJECT"
    assert "id" in corrected(ready, event, held_on="2026-03-20")
    assert "id" in corrected(ready, event)
    assert codes(ready.items("/v1/annual-meetings", HELD)) == ["accepted"]


def test_a_new_value_of_a_target_is_a_new_version(ready: Door) -> None:
    """The same value again is none; a version that is taken back keeps its number."""
    results = ready.items("/v1/member-targets", AIM, AIM, AIM | {"target": 250})
    assert codes(results) == ["accepted", "duplicate", "accepted"]
    first, second = ready.events()[-2:]
    assert isinstance(second.data, MemberTargetSet)
    assert (second.data.version, second.data.target) == (2, 250)
    assert "id" in corrected(ready, second)
    assert codes(ready.items("/v1/member-targets", AIM, AIM | {"target": 250})) == [
        "duplicate",
        "accepted",
    ]
    third = ready.events()[-1].data
    assert isinstance(third, MemberTargetSet)
    assert third.version == 3
    assert "id" in corrected(ready, first, target=190)


def test_a_cooperative_with_a_meeting_cannot_be_taken_back(ready: Door) -> None:
    """Its meeting would be of nobody."""
    number = {"cooperative_number": "KMP-2"}
    registration = ready.events()[-1]
    ready.items("/v1/annual-meetings", HELD | number)
    assert corrected(ready, registration)["code"] == "CORRECTION_ORDER"


def test_lists_of_meetings_and_targets_name_line_and_column(ready: Door) -> None:
    """Good rows in, bad rows back with code and remedy; the same list again adds nothing."""
    meetings = (
        "nomor_koperasi,tahun_buku,tanggal_rapat\n"
        "KMP-1,2025,2026-03-14\nKMP-1,2025,2026-03-15\nKMP-2,dua ribu,2026-03-14\n"
        "KMP-2,2025,04/03/2026\nKMP-2,2025,\nKMP-2,2024,2024-01-01\n"
    )
    *rejects, _, total = ready.upload("/v1/imports/annual-meetings", meetings)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (3, "tanggal_rapat", "CONFLICT"),
        (4, "tahun_buku", "AMOUNT_FORMAT"),
        (5, "tanggal_rapat", "DATE_AMBIGUOUS"),
        (6, "tanggal_rapat", "FIELD_REQUIRED"),
        (7, "tanggal_rapat", "DATE_ORDER"),
    ]
    assert all(" / " in one["remedy"] for one in rejects)
    assert (total["accepted"], total["rejected"]) == (1, 5)
    targets = "nomor_koperasi,tahun,target_anggota\nKMP-1,2026,200\nKMP-1,2026,-1\nKMP-1,2031,9\n"
    *rejects, _, total = ready.upload("/v1/imports/member-targets", targets)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (3, "target_anggota", "AMOUNT_RANGE"),
        (4, "tahun", "TIME_FUTURE"),
    ]
    assert ready.upload("/v1/imports/member-targets", targets)[-1]["duplicates"] == 1


def test_a_list_with_two_values_of_a_year_changes_nothing_when_sent_again(ready: Door) -> None:
    """The last value stays in force; over HTTP an earlier one may be set again."""
    list_ = "nomor_koperasi,tahun,target_anggota\nKMP-1,2026,200\nKMP-1,2026,250\n"
    assert ready.upload("/v1/imports/member-targets", list_)[-1]["accepted"] == 2
    assert ready.upload("/v1/imports/member-targets", list_)[-1]["duplicates"] == 2
    assert codes(ready.items("/v1/member-targets", AIM)) == ["accepted"]


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=14))
def test_versions_of_a_target_count_up_and_the_last_that_counts_is_in_force(
    steps: list[tuple[int, bool]],
) -> None:
    """After any values set and taken back: dense numbers, and never the same value twice in a row."""
    past: list[MemberTarget] = []
    for value, take_back in steps:
        target, payloads = years.set_target(past, UUID(int=1), 2026, value)
        past += [target] if payloads else []
        live = [one for one in past if not one.taken_back]
        assert live[-1].target == value
        if take_back:
            past[target.version - 1] = corrections.correct_target(target, None)
    assert [one.version for one in past] == list(range(1, len(past) + 1))


@given(st.dates(date(2007, 1, 1), date(2026, 7, 1)), st.integers(2007, 2026))
def test_a_meeting_is_accepted_exactly_from_its_year_and_registration_on(
    day: date, year: int
) -> None:
    """And only once for a year."""
    one = a_cooperative()
    possible = day >= one.registered_on and day.year >= year
    if not possible:
        with pytest.raises(Refusal, match="DATE_ORDER"):
            years.hold_meeting(one, None, year, day)
        return
    meeting, _ = years.hold_meeting(one, None, year, day)
    assert years.hold_meeting(one, meeting, year, day) == (Meeting(one.id, year, day), ())
