"""Members of business groups by role: doors, rules, corrections."""

from typing import Any

import pytest

from shared.events.group_members import GroupMemberJoined
from tests.kit.door import Door, codes
from tests.unit.cooperative.test_activity import correct
from tests.unit.cooperative.test_lineage import formed, moved, went

NIK = "3509904511820001"
MEMBERS, DEPARTURES = "/v1/groups/members", "/v1/groups/departures"


def role(on: str, name: str = "MEMBER", number: str = "UP-1") -> dict[str, Any]:
    """A person takes a role."""
    return {"group_number": number, "national_id": NIK, "role": name, "joined_on": on}


def left(on: str) -> dict[str, str]:
    """A person leaves."""
    return {"group_number": "UP-1", "national_id": NIK, "left_on": on}


@pytest.fixture
def grouped(ready: Door) -> Door:
    """Two groups of January 2025."""
    ready.items("/v1/groups", formed("UP-1"), formed("UP-2"))
    return ready


def test_a_role_follows_another_and_the_last_one_ends(grouped: Door) -> None:
    """Each begins after the one before; the same again says nothing new."""
    results = grouped.items(
        MEMBERS,
        role("2025-01-09"),
        role("2025-02-01"),
        role("2025-02-01"),
        role("2025-02-01", "CHAIR"),
        role("2025-03-01", "CHAIR"),
        role("2025-02-20", "TREASURER"),
    )
    assert codes(results) == [
        "DATE_ORDER", "accepted", "duplicate", "CONFLICT", "accepted", "DATE_ORDER",
    ]  # fmt: skip
    results = grouped.items(DEPARTURES, left("2025-02-28"), left("2025-05-01"), left("2025-05-01"))
    assert codes(results) == ["DATE_ORDER", "accepted", "duplicate"]
    results = grouped.items(MEMBERS, role("2025-05-01"), role("2025-05-02"))
    assert codes(results) == ["DATE_ORDER", "accepted"]
    assert codes(grouped.items(DEPARTURES, left("2025-05-01"))) == ["duplicate"]


def test_nobody_leaves_who_is_not_there(grouped: Door) -> None:
    """Never there, or gone already."""
    assert codes(grouped.items(DEPARTURES, left("2025-05-01"))) == ["NOT_FOUND"]
    grouped.items(MEMBERS, role("2025-02-01"))
    results = grouped.items(DEPARTURES, left("2025-05-01"), left("2025-06-01"))
    assert codes(results) == ["accepted", "NOT_FOUND"]


def test_nobody_joins_a_group_that_has_ended(grouped: Door) -> None:
    """By merging or dissolving."""
    grouped.items("/v1/groups/successors", went("UP-1", "UP-2", "2025-06-01"))
    grouped.items("/v1/groups/statuses", moved("UP-2", "DISSOLVED", "2025-08-01"))
    results = grouped.items(
        MEMBERS, role("2025-06-02"), role("2025-06-01"), role("2025-08-02", number="UP-2")
    )
    assert codes(results) == ["GROUP_ENDED", "accepted", "GROUP_ENDED"]


def test_terms_are_corrected_in_their_order(grouped: Door) -> None:
    """What something follows is mended, not taken back; a group with members is not taken back."""
    formation = grouped.events()[-2]
    grouped.items(MEMBERS, role("2025-02-01"))
    first = grouped.events()[-1]
    assert isinstance(first.data, GroupMemberJoined)
    assert NIK not in first.data.model_dump_json() + first.subject
    grouped.items(MEMBERS, role("2025-03-01", "CHAIR"))
    second = grouped.events()[-1]
    grouped.items(DEPARTURES, left("2025-05-01"))
    end = grouped.events()[-1]
    assert correct(grouped, formation) == "CORRECTION_ORDER"
    assert correct(grouped, first) == "CORRECTION_ORDER"
    assert correct(grouped, second) == "CORRECTION_ORDER"
    assert correct(grouped, first, joined_on="2025-03-01") == "DATE_ORDER"
    assert correct(grouped, first, joined_on="2025-01-09") == "DATE_ORDER"
    assert correct(grouped, second, role="SECRETARY", joined_on="2025-03-05") == "corrected"
    assert correct(grouped, end, left_on="2025-03-04") == "DATE_ORDER"
    assert correct(grouped, end) == "corrected"
    assert correct(grouped, second) == "corrected"
    assert correct(grouped, first) == "corrected"
    assert correct(grouped, formation) == "corrected"
