"""The worklists of training at the desk: worked to their end, without a name."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.training import CARD, service
from services.training.api import routers
from services.training.desk import DESK
from services.training.tables import METADATA
from shared.database.engine import transaction
from shared.desk.accounts import Role
from shared.events.cooperative import MembershipActivated
from shared.events.training import SessionHeld, TrainingCompleted
from shared.http.cursors import cursor_after
from tests.kit.desk_work import Office, acts, lines, open_office
from tests.kit.door import NOW
from tests.kit.families import ELSEWHERE, VILLAGE, an_event

PERSON = "k1." + "a" * 52
COMPLETED: dict[str, Any] = {"choice": "TRAINING", "text": "PLT-1", "day": "2026-06-30"}
HELD: dict[str, Any] = {"choice": "FAMILY_FINANCE", "text": "S-1", "day": "2026-06-15"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A group of Jember and one of Probolinggo, each with a family, and nothing else."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    places = (("G-1", VILLAGE), ("G-2", ELSEWHERE))
    groups = [{"group_number": n, "region": r, "formed_on": "2026-06-20"} for n, r in places]
    made.door.items("/v1/family-groups", *groups)
    day = {"joined_on": "2026-06-20"}
    joined = [day | {"group_number": n, "family_number": f"KEL-{n}"} for n, _ in places]
    made.door.items("/v1/family-groups/families", *joined)
    yield made
    made.desk.engine.dispose()


def activated(office: Office, number: int, days_ago: int, region: str = VILLAGE) -> str:
    """A membership that began so many days ago; gives the key of its row."""
    day = NOW.date() - timedelta(days=days_ago)
    data = MembershipActivated(
        membership=UUID(int=number), cooperative=UUID(int=60), region=region, activated_on=day
    )
    event = an_event(number, data, subject=PERSON[:-1] + "abcdefgh"[number])
    with transaction(office.desk.engine) as connection:
        service.on_memberships(connection, [event])
    return cursor_after(event.id)


def test_a_right_that_ends_soon_is_taken_up(office: Office) -> None:
    """Neither one that has time nor one that has ended is on the list; the training empties it."""
    activated(office, 1, 59)
    key = activated(office, 2, 60)
    last = activated(office, 3, 90)
    activated(office, 4, 91)
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/rights").text
    assert sorted(int(line[-1]) for line in lines(page)) == [0, 30]
    for one in (key, last):
        page = siti.send("/desk/rights/completed", key=one, **COMPLETED).text
    assert lines(page) == []
    done = [one.data for one in office.door.events() if isinstance(one.data, TrainingCompleted)]
    assert [one.entitlement for one in done] == [UUID(int=2), UUID(int=3)]


@pytest.mark.parametrize("forged", ["there", "nobody", "no key"])
def test_a_right_elsewhere_is_like_one_that_there_never_was(office: Office, forged: str) -> None:
    """By a forged key of the row, and over HTTP by its id."""
    there = activated(office, 1, 80, ELSEWHERE)
    key = {"there": there, "nobody": cursor_after(UUID(int=9))}.get(forged, "x")
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/rights")
    assert siti.send("/desk/rights/completed", key=key, **COMPLETED).status_code == 404
    item = {"event_id": str(UUID(int=1)), "training_number": "PLT-1", "activity": "TRAINING",
            "completed_on": "2026-06-30"}  # fmt: skip
    (result,) = office.door.items("/v1/entitlements/completions", item, token="jember")
    assert result["code"] == "NOT_FOUND"


def test_a_group_that_did_not_meet_is_worked(office: Office) -> None:
    """By month: formed within June, it waits in June and July, not in May; a session ends it."""
    siti = office.signed_in("siti", Role.OFFICER)
    assert lines(siti.open("/desk/idle-groups?month=2026-05").text) == []
    page = siti.open("/desk/idle-groups?month=2026-06").text
    assert lines(page) == [["G-1", "Sidomulyo", "1", "20/06/2026"]]
    early = siti.send("/desk/idle-groups/held?month=2026-06", key="G-1", **HELD)
    assert early.status_code == 409
    on_time = HELD | {"day": "2026-06-22"}
    page = siti.send("/desk/idle-groups/held?month=2026-06", key="G-1", **on_time).text
    assert lines(page) == []
    assert len(lines(siti.open("/desk/idle-groups").text)) == 1
    assert "Tidak ada catatan untuk pilihan ini." in siti.open("/desk/sessions?month=2024-12").text
    assert lines(siti.open("/desk/sessions?month=2026-06").text) == [
        ["S-1", "P2K2", "22/06/2026", "Sidomulyo", "G-1", "0"]
    ]


def test_a_group_of_another_office_is_not_met(office: Office) -> None:
    """A forged key is like the number of no group; nothing is staged."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/idle-groups")
    for key in ("G-2", "G-404"):
        assert siti.send("/desk/idle-groups/held", key=key, **HELD).status_code == 404
    assert not [one for one in office.door.events() if isinstance(one.data, SessionHeld)]


def test_sessions_are_filtered_by_subdistrict(office: Office) -> None:
    """A session lies in its village; the district's own has no kecamatan."""
    held = {"activity": "OUTREACH", "district": "35.09", "held_on": "2026-06-22"}
    office.door.items("/v1/sessions", held | {"session_number": "S-1", "region": VILLAGE})
    office.door.items("/v1/sessions", held | {"session_number": "S-2"})
    siti = office.signed_in("siti", Role.OFFICER)

    def shown(area: str) -> list[str]:
        page = siti.open(f"/desk/sessions?month=2026-06&area={area}").text
        return [line[0] for line in lines(page)]

    assert shown("35.09") == ["S-1", "S-2"]
    assert shown(VILLAGE[:8]) == ["S-1"]
    assert shown("35.09.01") == []


def test_a_reader_changes_nothing(office: Office) -> None:
    """No act is offered, and none is done."""
    key, rini = activated(office, 1, 80), office.signed_in("rini", Role.READER)
    page = rini.open("/desk/rights").text
    assert len(lines(page)) == 1
    assert acts(page) == []
    assert rini.send("/desk/rights/completed", key=key, **COMPLETED).status_code == 403


def test_the_http_doors_have_the_same_lists(office: Office) -> None:
    """Rights that end, groups without a session, sessions of a month; a month has a form."""
    activated(office, 1, 80)
    get = office.door.get
    assert len(get("/v1/entitlements/ending?area=35.09").json()["entitlements"]) == 1
    path = "/v1/family-groups/without-session?area=35.09"
    assert [one["group_number"] for one in get(path).json()["groups"]] == ["G-1"]
    assert get(f"{path}&month=2026-05").json()["groups"] == []
    assert get(f"{path}&month=2026-13").status_code == 422
    assert get("/v1/sessions?area=35.09&month=2026-06").json() == {"sessions": [], "next": None}
