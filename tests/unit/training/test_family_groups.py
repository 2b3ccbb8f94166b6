"""Family groups: formed, joined, left by joining another; sessions name the group that met."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.training import groups
from services.training.groups import FamilyGroup, Joining
from shared.errors import Refusal
from shared.events.training import FamilyGroupFormed, FamilyGroupJoined, SessionHeld
from tests.kit.depth import examples
from tests.kit.door import Door, codes

VILLAGE = "35.09.30.2009"
GROUPS, FAMILIES = "/v1/family-groups", "/v1/family-groups/families"


def group(number: str = "G-1", **other: Any) -> dict[str, Any]:
    """A group of a village in Jember."""
    return {"group_number": number, "region": VILLAGE, "formed_on": "2026-01-05"} | other


def joins(day: str = "2026-01-05", number: str = "G-1", family: str = "KEL-1") -> dict[str, str]:
    """A family joins a group."""
    return {"group_number": number, "family_number": family, "joined_on": day}


def session(**other: Any) -> dict[str, Any]:
    """A P2K2 session of the group."""
    return {
        "session_number": "P2K2-1",
        "activity": "P2K2",
        "district": "35.09",
        "region": VILLAGE,
        "held_on": "2026-03-02",
        "group_number": "G-1",
    } | other


def correct(door: Door, event: Any, **replacement: Any) -> dict[str, Any]:
    """The answer to a correction; without a replacement the event is taken back."""
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY"}
    data = {"replacement": event.data.model_dump(mode="json") | replacement} if replacement else {}
    answer: dict[str, Any] = door.post("/v1/corrections", body | data).json()
    return answer


@pytest.fixture
def formed(door: Door) -> Door:
    """The doors after two groups were formed."""
    assert codes(door.items(GROUPS, group(), group("G-2"))) == ["accepted", "accepted"]
    return door


def test_a_group_is_published_once_without_its_number(formed: Door) -> None:
    """Again it is a duplicate, elsewhere or on another day a conflict."""
    event = formed.events()[0]
    assert isinstance(event.data, FamilyGroupFormed)
    assert (event.subject, event.data.district) == (str(event.data.group), "35.09")
    assert "G-1" not in event.data.model_dump_json()
    results = formed.items(GROUPS, group(), group(formed_on="2026-01-06"))
    assert codes(results) == ["duplicate", "CONFLICT"]


def test_a_family_joins_and_moves_to_another_group(formed: Door) -> None:
    """The subject is the family; the later joining ends the earlier one, whichever came first."""
    results = formed.items(FAMILIES, joins(), joins(), joins("2026-04-01", "G-2"))
    assert codes(results) == ["accepted", "duplicate", "accepted"]
    first, second = formed.events()[-2:]
    assert isinstance(second.data, FamilyGroupJoined)
    assert (first.subject == second.subject, second.data.joined_on) == (True, date(2026, 4, 1))
    assert "KEL-1" not in second.data.model_dump_json()


@pytest.mark.parametrize(
    ("item", "field", "code"),
    [
        (joins("2026-01-04"), "joined_on", "DATE_ORDER"),
        (joins("2026-07-02"), "joined_on", "TIME_FUTURE"),
        (joins("2026-02-01", "G-9"), "group_number", "NOT_FOUND"),
        (joins("2026-02-01", "G-1", "KEL-2"), "joined_on", "CONFLICT"),
        (joins("2026-01-20", "G-2", "KEL-2"), "joined_on", "CONFLICT"),
    ],
)
def test_a_joining_that_cannot_be_is_refused(
    formed: Door, item: dict[str, str], field: str, code: str
) -> None:
    """Before the group, in the future, of no group, where it is already, two on one day."""
    formed.items(FAMILIES, joins("2026-01-20", "G-1", "KEL-2"))
    (result,) = formed.items(FAMILIES, item)
    assert (result["field"], result["code"]) == (field, code)
    assert result["remedy"]


def test_a_session_names_the_group_that_met(formed: Door) -> None:
    """Its id is published, and the whole district's session still needs none."""
    without = session(session_number="P2K2-2", group_number=None)
    assert codes(formed.items("/v1/sessions", session(), without)) == ["accepted", "accepted"]
    formed_as, *_, met, other = (event.data for event in formed.events())
    assert isinstance(formed_as, FamilyGroupFormed)
    assert isinstance(met, SessionHeld)
    assert isinstance(other, SessionHeld)
    assert (met.group, other.group) == (formed_as.group, None)
    assert codes(formed.items("/v1/sessions", session())) == ["duplicate"]


@pytest.mark.parametrize(
    ("other", "field", "code"),
    [
        ({"group_number": "G-9"}, "group_number", "NOT_FOUND"),
        ({"activity": "COACHING"}, "group_number", "GROUP_P2K2"),
        ({"held_on": "2026-01-04"}, "held_on", "DATE_ORDER"),
        ({"district": "35.13", "region": "35.13.15.2017"}, "group_number", "REGION_OUTSIDE"),
    ],
)
def test_a_session_of_a_group_that_cannot_have_met_is_refused(
    formed: Door, other: dict[str, Any], field: str, code: str
) -> None:
    """Nothing is recorded."""
    staged = len(formed.events())
    (result,) = formed.items("/v1/sessions", session(**other))
    assert (result["field"], result["code"], len(formed.events())) == (field, code, staged)


def test_a_family_may_attend_a_session_of_another_group_or_of_none(formed: Door) -> None:
    """Attendance is a fact of its own: groups say who was expected, not who may come."""
    formed.items(FAMILIES, joins("2026-01-05", "G-2"))
    formed.items("/v1/sessions", session())
    attended = [
        {"session_number": "P2K2-1", "family_number": number} for number in ("KEL-1", "KEL-7")
    ]
    assert codes(formed.items("/v1/attendance", *attended)) == ["accepted", "accepted"]


def test_who_left_the_programme_may_still_attend_and_be_trained(formed: Door) -> None:
    """This service knows of no exit: sessions, groups and training of a family go on after it."""
    formed.items("/v1/sessions", session(held_on="2026-06-30"))
    formed.items(FAMILIES, joins("2026-06-29"))
    later = {"session_number": "P2K2-1", "family_number": "KEL-1"}
    trained = {
        "training_number": "PLT-1",
        "activity": "TRAINING",
        "national_id": "3509904511820001",
        "completed_on": "2026-07-01",
    }
    assert codes(formed.items("/v1/attendance", later)) == ["accepted"]
    assert codes(formed.items("/v1/completions", trained)) == ["accepted"]


def test_a_group_that_is_named_stays(formed: Door) -> None:
    """Taken back only when nobody joined and it never met; its day not after the first of both."""
    event = formed.events()[0]
    formed.items(FAMILIES, joins("2026-02-01"))
    joined = formed.events()[-1]
    assert correct(formed, event)["code"] == "CORRECTION_ORDER"
    assert correct(formed, event, formed_on="2026-02-02")["code"] == "DATE_ORDER"
    assert correct(formed, event, group=str(UUID(int=9)))["code"] in (
        "NOT_FOUND",
        "CORRECTION_SUBJECT",
    )
    assert "id" in correct(formed, event, formed_on="2026-02-01")
    assert "id" in correct(formed, joined)
    assert "id" in correct(formed, event)


def test_a_joining_is_corrected(formed: Door) -> None:
    """Another day, another group; not the day of another joining, not before the group."""
    formed.items(FAMILIES, joins("2026-02-01"), joins("2026-04-01", "G-2"))
    first, second = formed.events()[-2:]
    assert correct(formed, first, joined_on="2026-04-01")["code"] == "CONFLICT"
    assert correct(formed, first, joined_on="2026-01-01")["code"] == "DATE_ORDER"
    assert "id" in correct(formed, first, joined_on="2026-02-03")
    assert "id" in correct(formed, first, joined_on="2026-02-04")
    assert "id" in correct(formed, second, group=formed.events()[0].subject)


def test_another_group_of_the_same_kind_is_not_this_one(formed: Door) -> None:
    """A replacement of a formation that names the other group is refused."""
    first, second = formed.events()[:2]
    assert correct(formed, first, group=second.subject)["code"] == "CORRECTION_SUBJECT"


def test_lists_of_groups_and_families_name_line_and_column(door: Door) -> None:
    """Good rows in, bad rows back with code and remedy; the same list again adds nothing."""
    head = "nomor_kelompok,kode_desa,tanggal_dibentuk\n"
    rows = f"G-1,{VILLAGE},2026-01-05\nG-1,{VILLAGE},2026-01-06\nG-2,35.09.99.9999,2026-01-05\nG-3,{VILLAGE},\n"
    *rejects, _, total = door.upload("/v1/imports/family-groups", head + rows)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (3, "nomor_kelompok", "CONFLICT"),
        (4, "kode_desa", "REGION_UNKNOWN"),
        (5, "tanggal_dibentuk", "FIELD_REQUIRED"),
    ]
    assert (total["accepted"], total["rejected"]) == (1, 3)
    head = "nomor_kelompok,nomor_keluarga,berlaku_sejak\n"
    rows = (
        "G-1,KEL-1,2026-01-05\nG-9,KEL-2,2026-01-05\nG-1,KEL-3,2026-01-04\nG-1,KEL 4,2026-01-05\n"
    )
    *rejects, _, total = door.upload("/v1/imports/group-families", head + rows)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (3, "nomor_kelompok", "NOT_FOUND"),
        (4, "berlaku_sejak", "DATE_ORDER"),
        (5, "nomor_keluarga", "FIELD_FORMAT"),
    ]
    assert all(" / " in one["remedy"] for one in rejects)
    assert door.upload("/v1/imports/group-families", head + rows)[-1]["duplicates"] == 1


START = date(2026, 1, 1)
STEPS = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 9)), max_size=15)


@examples(80)
@given(STEPS)
def test_a_family_is_in_one_group_on_any_day(steps: list[tuple[int, int]]) -> None:
    """Whatever joinings come, in whatever order: one group a day, and what was accepted holds."""
    past: list[Joining] = []
    for number, (which, day) in enumerate(steps):
        group = FamilyGroup(UUID(int=which), f"G-{which}", VILLAGE, START)
        wanted = Joining(UUID(int=number), group.id, "k1.x", START + timedelta(days=day))
        before = groups.group_on(past, wanted.joined_on)
        try:
            joining, payloads = groups.join(group, past, wanted)
        except Refusal:
            assert groups.group_on(past, wanted.joined_on) == before
            continue
        past += [joining] if payloads else []
        assert groups.group_on(past, wanted.joined_on) == group.id
    assert len({one.joined_on for one in past}) == len(past)
