"""The rules of cooperatives, groups and their status."""

from datetime import date

import pytest

from services.cooperative import corrections, status
from services.cooperative.status import StatusEntry
from shared.errors import Refusal
from shared.events.cooperative import (
    AreaKind,
    CooperativeRegistered,
    CooperativeStatus,
    GroupStatus,
    GroupStatusChanged,
)
from tests.unit.cooperative.examples import a_cooperative, a_group

OPERATING, CLOSED = CooperativeStatus.OPERATING, CooperativeStatus.CLOSED
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)


def test_a_new_number_registers_a_cooperative() -> None:
    """The fact says village or ward by the region's code; the name stays home."""
    one, (fact,) = status.register(None, a_cooperative())
    assert isinstance(fact, CooperativeRegistered)
    assert (AreaKind.VILLAGE, one.region) == (fact.area, fact.region)
    assert one.name not in fact.model_dump_json()


def test_the_area_follows_from_the_code() -> None:
    """1xxx is an urban ward, everything else a village."""
    assert status.area_of("35.09.19.1001") is AreaKind.URBAN_WARD
    assert status.area_of("35.09.30.2009") is AreaKind.VILLAGE


def test_the_same_number_again_publishes_nothing_and_other_content_is_refused() -> None:
    """A number identifies one cooperative."""
    before = a_cooperative(history=(StatusEntry(1, "OPERATING", MAY),))
    assert (before, ()) == status.register(before, a_cooperative())
    with pytest.raises(Refusal, match="CONFLICT"):
        status.register(before, a_cooperative(name="Koperasi Dua"))


def test_versions_of_a_status_count_up() -> None:
    """1, 2, 3 for each cooperative."""
    one, (first,) = status.move_cooperative(a_cooperative(), OPERATING, MAY)
    one, (second,) = status.move_cooperative(one, CLOSED, JUNE)
    assert [(e.version, e.status) for e in one.history] == [(1, "OPERATING"), (2, "CLOSED")]
    assert (first.version, second.version) == (1, 2)  # type: ignore[attr-defined]


def test_the_same_change_again_publishes_nothing() -> None:
    """Even an older one that others followed."""
    one, _ = status.move_cooperative(a_cooperative(), OPERATING, MAY)
    one, _ = status.move_cooperative(one, CLOSED, JUNE)
    assert status.move_cooperative(one, OPERATING, MAY) == (one, ())


@pytest.mark.parametrize(
    ("new", "day", "code"),
    [
        (CLOSED, MAY, "CONFLICT"),
        (CLOSED, date(2026, 4, 30), "DATE_ORDER"),
        (OPERATING, JUNE, "STATUS_ORDER"),
    ],
)
def test_a_status_must_follow_the_last_one(new: CooperativeStatus, day: date, code: str) -> None:
    """Not on the same day, not before it, and it must be another."""
    one, _ = status.move_cooperative(a_cooperative(), OPERATING, MAY)
    with pytest.raises(Refusal, match=code):
        status.move_cooperative(one, new, day)


def test_nothing_follows_a_final_status() -> None:
    """A closed cooperative does not open again."""
    one, _ = status.move_cooperative(a_cooperative(), CLOSED, MAY)
    with pytest.raises(Refusal, match="STATUS_ORDER"):
        status.move_cooperative(one, OPERATING, JUNE)


def test_a_status_taken_back_keeps_its_number() -> None:
    """The next one gets a new version, and the old day is free again."""
    taken_back = (StatusEntry(1, "CLOSED", MAY, taken_back=True),)
    one, (fact,) = status.move_cooperative(a_cooperative(history=taken_back), OPERATING, MAY)
    assert fact.version == 2  # type: ignore[attr-defined]
    assert status.latest_status(one.history) == StatusEntry(2, "OPERATING", MAY)


def test_a_listed_status_needs_its_day() -> None:
    """Registered alone needs none."""
    registered = CooperativeStatus.REGISTERED
    assert status.move_to_listed(a_cooperative(), registered, None) == (a_cooperative(), ())
    with pytest.raises(Refusal, match="DATE_INVALID"):
        status.move_to_listed(a_cooperative(), OPERATING, None)


def test_a_group_climbs_the_ladder() -> None:
    """Formed once, then step by step; a status before its formation is refused."""
    one, (formed,) = status.form(None, a_group())
    assert formed.status is GroupStatus.INCOME_GROUP  # type: ignore[attr-defined]
    assert status.form(one, a_group()) == (one, ())
    one, (moved,) = status.move_group(one, GroupStatus.PRE_COOPERATIVE, MAY)
    assert moved.version == 1  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="DATE_ORDER"):
        status.move_group(a_group(), GroupStatus.PRE_COOPERATIVE, date(2025, 1, 1))


def test_a_group_number_names_one_group() -> None:
    """Other content under the same number is refused."""
    with pytest.raises(Refusal, match="CONFLICT"):
        status.form(a_group(), a_group(formed_on=MAY))


RUNGS = list(GroupStatus)
UP = [(last, new) for last in RUNGS for new in RUNGS if RUNGS.index(new) > RUNGS.index(last)]
NOT_UP = [(last, new) for last in RUNGS for new in RUNGS if (last, new) not in UP]


@pytest.mark.parametrize(("last", "new"), UP)
def test_a_group_climbs_or_dissolves(last: GroupStatus, new: GroupStatus) -> None:
    """From the status in which it was formed."""
    moved, (fact,) = status.move_group(a_group(status=last), new, JUNE)
    assert status.climbs(moved)
    assert fact.status is new  # type: ignore[attr-defined]


@pytest.mark.parametrize(("last", "new"), NOT_UP)
def test_a_group_never_goes_back(last: GroupStatus, new: GroupStatus) -> None:
    """Neither below the status in which it was formed nor below a later one."""
    formed = a_group(status=last)
    moved = a_group(history=(StatusEntry(1, last.value, MAY),))
    for group in (formed, moved):
        with pytest.raises(Refusal, match="STATUS_ORDER"):
            status.move_group(group, new, JUNE)


def test_a_cooperative_may_rest_and_work_again_and_is_never_registered_twice() -> None:
    """Operating, suspended, operating; never back to registered alone."""
    one, _ = status.move_cooperative(a_cooperative(), OPERATING, MAY)
    one, _ = status.move_cooperative(one, CooperativeStatus.SUSPENDED, JUNE)
    one, (fact,) = status.move_cooperative(one, OPERATING, date(2026, 6, 9))
    assert fact.version == 3  # type: ignore[attr-defined]
    with pytest.raises(Refusal, match="STATUS_ORDER"):
        status.move_cooperative(one, CooperativeStatus.REGISTERED, date(2026, 6, 10))


def test_a_correction_cannot_turn_a_climb_into_a_fall() -> None:
    """Neither by another status nor by another day; what went back before may be mended."""
    steps = (StatusEntry(1, "PRE_COOPERATIVE", MAY), StatusEntry(2, "COOPERATIVE", JUNE))
    one = a_group(history=steps)
    first = GroupStatusChanged(status=GroupStatus.PRE_COOPERATIVE, effective_on=MAY, version=1)
    for wrong in ({"status": GroupStatus.COOPERATIVE}, {"effective_on": date(2026, 6, 2)}):
        with pytest.raises(Refusal, match="STATUS_ORDER"):
            corrections.correct_group(one, first, first.model_copy(update=wrong))
    fallen = a_group(history=(steps[1], StatusEntry(3, "INCOME_GROUP", date(2026, 6, 9))))
    last = GroupStatusChanged(
        status=GroupStatus.INCOME_GROUP, effective_on=date(2026, 6, 9), version=3
    )
    mended = corrections.correct_group(fallen, last, None)
    assert mended is not None
    assert (status.climbs(fallen), status.climbs(mended)) == (False, True)
