"""Groups that merge and split, and the cooperatives that groups become."""

from typing import Any

import pytest

from shared.events.envelope import Event
from shared.events.lineage import GroupBecameCooperative, GroupSucceeded
from tests.kit.door import Door, codes
from tests.unit.cooperative.test_activity import correct

GROUPS, STATUSES, SUCCESSORS, COOPERATIVES = (
    f"/v1/groups{name}" for name in ("", "/statuses", "/successors", "/cooperatives")
)


def formed(number: str, on: str = "2025-01-10", **other: str) -> dict[str, Any]:
    """A group as an office sends it."""
    return {
        "group_number": number, "status": "INCOME_GROUP", "region": "35.09.30.2009",
        "business_type": "10", "formed_on": on,
    } | other  # fmt: skip


def went(number: str, into: str, on: str, kind: str = "MERGED") -> dict[str, str]:
    """A group goes on in another."""
    return {"group_number": number, "successor_number": into, "kind": kind, "happened_on": on}


def became(number: str, on: str, cooperative: str = "KMP-1") -> dict[str, str]:
    """A group is a cooperative."""
    return {"group_number": number, "cooperative_number": cooperative, "became_on": on}


def moved(number: str, status: str, on: str) -> dict[str, str]:
    """A step on the ladder."""
    return {"group_number": number, "status": status, "effective_on": on}


@pytest.fixture
def grouped(ready: Door) -> Door:
    """Four groups of January 2025."""
    ready.items(GROUPS, *(formed(f"UP-{n}") for n in (1, 2, 3, 4)))
    return ready


def last(door: Door) -> Event:
    """The event that was staged last."""
    return door.events()[-1]


def test_two_groups_merge_into_a_third(grouped: Door) -> None:
    """Each is a fact of its own; the same again says nothing new, another day is a conflict."""
    first, second = went("UP-1", "UP-3", "2025-06-01"), went("UP-2", "UP-3", "2025-06-01")
    results = grouped.items(SUCCESSORS, first, second, first, first | {"happened_on": "2025-06-02"})
    assert codes(results) == ["accepted", "accepted", "duplicate", "CONFLICT"]
    one, other = (event.data for event in grouped.events()[-2:])
    assert isinstance(one, GroupSucceeded)
    assert isinstance(other, GroupSucceeded)
    assert one.successor == other.successor
    assert "UP-" not in grouped.events()[-1].data.model_dump_json()


def test_a_group_that_merged_has_ended(grouped: Door) -> None:
    """It climbs no more and goes on nowhere else; what it was before stays."""
    grouped.items(SUCCESSORS, went("UP-1", "UP-2", "2025-06-01"))
    climbs = moved("UP-1", "PRE_COOPERATIVE", "2025-07-01")
    earlier = moved("UP-1", "PRE_COOPERATIVE", "2025-05-01")
    assert codes(grouped.items(STATUSES, climbs, earlier)) == ["GROUP_ENDED", "accepted"]
    results = grouped.items(
        SUCCESSORS,
        went("UP-1", "UP-3", "2025-05-01"),
        went("UP-3", "UP-1", "2025-06-02"),
        went("UP-3", "UP-1", "2025-06-01"),
    )
    assert codes(results) == ["GROUP_ENDED", "GROUP_ENDED", "accepted"]


def test_a_group_may_split_again_and_then_merge(grouped: Door) -> None:
    """After a split it goes on itself; after a merger nothing follows."""
    results = grouped.items(
        SUCCESSORS,
        went("UP-1", "UP-2", "2025-06-01", "SPLIT"),
        went("UP-1", "UP-3", "2025-07-01", "SPLIT"),
        went("UP-1", "UP-4", "2025-08-01"),
    )
    assert codes(results) == ["accepted"] * 3


def test_no_group_goes_on_in_itself(grouped: Door) -> None:
    """Neither directly nor by way of others, also within one request."""
    results = grouped.items(
        SUCCESSORS,
        went("UP-1", "UP-1", "2025-06-01"),
        went("UP-1", "UP-2", "2025-06-01", "SPLIT"),
        went("UP-2", "UP-3", "2025-06-01", "SPLIT"),
        went("UP-3", "UP-1", "2025-06-01", "SPLIT"),
    )
    assert codes(results) == ["LINEAGE_CIRCLE", "accepted", "accepted", "LINEAGE_CIRCLE"]
    again = grouped.items(SUCCESSORS, went("UP-3", "UP-1", "2025-06-01"))
    assert codes(again) == ["LINEAGE_CIRCLE"]
    assert again[0]["field"] == "successor_number"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (went("UP-1", "UP-2", "2025-01-09"), "DATE_ORDER"),
        (went("UP-1", "UP-9", "2025-06-01"), "NOT_FOUND"),
        (went("UP-4", "UP-2", "2025-06-02"), "GROUP_ENDED"),
        (went("UP-2", "UP-4", "2025-06-01"), "accepted"),
    ],
)
def test_both_groups_were_there_on_that_day(grouped: Door, sent: dict[str, str], code: str) -> None:
    """Formed, and not dissolved before."""
    grouped.items(STATUSES, moved("UP-4", "DISSOLVED", "2025-06-01"))
    assert codes(grouped.items(SUCCESSORS, sent)) == [code]


def test_a_step_of_the_way_is_corrected_and_taken_back(grouped: Door) -> None:
    """Its day moves while both were there; taken back, the group climbs again."""
    grouped.items(SUCCESSORS, went("UP-1", "UP-2", "2025-06-01"))
    event, formation = last(grouped), grouped.events()[-5]
    assert correct(grouped, event, happened_on="2025-01-01") == "DATE_ORDER"
    assert correct(grouped, event, happened_on="2025-05-01") == "corrected"
    assert correct(grouped, formation) == "CORRECTION_ORDER"
    assert correct(grouped, formation, formed_on="2025-05-02") == "DATE_ORDER"
    assert correct(grouped, event) == "corrected"
    climbs = moved("UP-1", "PRE_COOPERATIVE", "2025-07-01")
    assert codes(grouped.items(STATUSES, climbs)) == ["accepted"]
    assert codes(grouped.items(SUCCESSORS, went("UP-1", "UP-3", "2025-08-01"))) == ["accepted"]


def test_a_group_becomes_the_cooperative_that_its_status_says(grouped: Door) -> None:
    """Not before its status and not before the cooperative was registered; one cooperative."""
    assert codes(grouped.items(COOPERATIVES, became("UP-1", "2025-07-01"))) == ["NO_COOPERATIVE"]
    grouped.items(STATUSES, moved("UP-1", "COOPERATIVE", "2025-05-01"))
    step = last(grouped)
    results = grouped.items(
        COOPERATIVES,
        became("UP-1", "2025-06-01"),
        became("UP-1", "2025-06-02"),
        became("UP-1", "2025-06-02"),
        became("UP-1", "2025-06-02", "KMP-2"),
    )
    assert codes(results) == ["DATE_ORDER", "accepted", "duplicate", "CONFLICT"]
    event = last(grouped)
    assert isinstance(event.data, GroupBecameCooperative)
    assert correct(grouped, step) == "CORRECTION_ORDER"
    assert correct(grouped, event, became_on="2025-04-30") == "DATE_ORDER"
    assert correct(grouped, event) == "corrected"
    assert correct(grouped, step) == "corrected"


def test_a_cooperative_that_was_a_group_cannot_be_taken_back(grouped: Door) -> None:
    """The group would be a cooperative that is none."""
    kind = "id.lintas.cooperative.registered.v1"
    two = [one for one in grouped.events() if one.type == kind][-1]
    grouped.items(STATUSES, moved("UP-1", "COOPERATIVE", "2025-06-02"))
    grouped.items(COOPERATIVES, became("UP-1", "2025-06-02", "KMP-2"))
    assert correct(grouped, two) == "CORRECTION_ORDER"


def test_the_same_formation_is_a_duplicate_also_after_the_group_went_on(grouped: Door) -> None:
    """A list sent again changes nothing."""
    grouped.items(SUCCESSORS, went("UP-1", "UP-2", "2025-06-01"))
    assert codes(grouped.items(GROUPS, formed("UP-1"))) == ["duplicate"]


def test_lists_of_successors_and_cooperatives_name_line_and_column(grouped: Door) -> None:
    """Indonesian words; the same list again adds nothing."""
    head = "nomor_kelompok,nomor_kelompok_penerus,cara_berlanjut,tanggal_berlanjut\n"
    rows = "UP-1,UP-2,bergabung,2025-06-01\nUP-2,UP-1,terpecah,2025-06-01\nUP-3,UP-4,lebur,2025-06-01\n"
    *rejects, _, total = grouped.upload("/v1/imports/group-successors", head + rows)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (3, "nomor_kelompok_penerus", "LINEAGE_CIRCLE"),
        (4, "cara_berlanjut", "FIELD_CHOICE"),
    ]
    assert total["accepted"] == 1
    again = grouped.upload("/v1/imports/group-successors", head + rows)[-1]
    assert again["duplicates"] == 1
    rows = "nomor_kelompok,nomor_koperasi,tanggal_menjadi_koperasi\nUP-2,KMP-1,2025-06-02\n"
    reject, *_ = grouped.upload("/v1/imports/group-cooperatives", rows)
    assert (reject["field"], reject["code"]) == ("nomor_kelompok", "NO_COOPERATIVE")
