"""Monitoring's own doors: exact figures, watermarks, definitions and the order of a release."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.monitoring import feeds
from services.monitoring.api import routers
from services.monitoring.feed.metadata import Publisher
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.release import tables as release_tables
from services.monitoring.tables import METADATA
from shared.database.engine import open_engine
from shared.events.monitoring import CutCause
from shared.http.app import create_api
from shared.observability.health import Health
from shared.security.keys import init_keys, load_trust
from shared.security.tokens import TokenBook, issue
from tests import parts
from tests.kit.story import NEXT_DOOR, NOW, Story, uid
from tests.kit.story_log import StoryLog

PUBLISHER = Publisher("statistics@lintas.example", "CC-BY-4.0")
EXACT, RELEASE = "monitoring:exact", "monitoring:release"
TOKENS: dict[str, tuple[str, str, list[str]]] = {
    "social": ("SOCIAL_AFFAIRS", EXACT, ["35.09"]),
    "cooperatives": ("COOPERATIVES", EXACT, ["35.09"]),
    "kecamatan": ("SOCIAL_AFFAIRS", EXACT, ["35.09.01"]),
    "training": ("TRAINING", EXACT, ["*"]),
    "publisher": ("BP_TASKIN", RELEASE, ["*"]),
}


class Doors:
    """A client of monitoring over a log of facts."""

    def __init__(self, folder: Path) -> None:
        assert release_tables.part.metadata is METADATA
        self.story = Story()
        self.log = StoryLog(open_engine(parts.current().fresh_database()))
        init_keys(folder / "keys", ["monitoring"])
        self.book = path = folder / "keys" / "monitoring" / "tokens.json"
        end = NOW + timedelta(days=1)
        self.tokens = {
            name: issue(path, name=name, agency=agency, scopes=[scope], areas=areas, expires=end)
            for name, (agency, scope, areas) in TOKENS.items()
        }
        api = create_api("m", self.log.engine, TokenBook(path), Health(), now=lambda: NOW)
        feed = feeds.router(self.log.engine, PUBLISHER, load_trust(folder / "keys"))
        for router in (*routers(self.log.cuts), feed):
            api.include_router(router)
        self.client = TestClient(api)

    def exact(self, token: str, region: str, indicator: str = "01", **more: str) -> Any:
        """Ask for exact figures."""
        header = {"Authorization": f"Bearer {self.tokens[token]}"}
        where = {"region": region, **more}
        return self.client.get(f"/v1/exact/{indicator}", params=where, headers=header)


def small_world() -> Story:
    """Two families in two kecamatan, one joined in March; every source has published something."""
    story = Story()
    story.enrol("f", "2026-01-01", "p")
    story.enrol("g", "2026-02-01", region=NEXT_DOOR)
    story.activate("p", "2026-03-01")
    story.hold("s", "2026-03-01")
    return story


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    """The doors with a small world behind them."""
    made = Doors(tmp_path)
    made.story = small_world()
    made.log.take(*made.story.events)
    return made


def test_both_ministries_read_the_same_exact_figures(doors: Doors) -> None:
    """Only the name of who asks differs, and whose own half is beside it."""
    one = doors.exact("social", "35.09").json()
    other = doors.exact("cooperatives", "35.09").json()
    assert (one.pop("agency"), other.pop("agency")) == ("SOCIAL_AFFAIRS", "COOPERATIVES")
    assert (len(one.pop("own")), other.pop("own")) == (7, [])
    assert one == other
    assert one["definition_sha256"] == DEFINITIONS["01"].sha256
    assert one["until"] == "2026-07"


def test_exact_figures_are_counted_by_month(doors: Doors) -> None:
    """One family from January, two from February, one joined from March."""
    months = doors.exact("social", "35.09").json()["months"]
    assert [
        (m["month"], m["joined"], m["not_joined"], m["unknown"], m["enrolled"]) for m in months
    ] == [
        ("2026-01", 0, 1, 0, 1),
        ("2026-02", 0, 1, 1, 2),
        *((f"2026-0{month}", 1, 0, 1, 2) for month in (3, 4, 5, 6, 7)),
    ]


def test_exact_figures_come_with_the_difference_of_both_sides(doors: Doors) -> None:
    """Counted from families and from members, at the last day."""
    assert doors.exact("social", "35.09").json()["reconciliation"] == {
        "on": "2026-07-31",
        "family_side": 1,
        "cooperative_side": 1,
        "difference": 0,
    }


def test_a_kecamatan_has_its_own_exact_figures(doors: Doors) -> None:
    """Without the other kecamatan's families, and nothing of the whole kabupaten."""
    answer = doors.exact("kecamatan", "35.09.01").json()
    assert answer["months"][-1]["enrolled"] == 1
    assert answer["reconciliation"] is None


def test_exact_figures_stop_at_the_month_that_is_asked_for(doors: Doors) -> None:
    """An earlier month may be asked for; a month that is not complete may not."""
    assert (
        doors.exact("social", "35.09", until="2026-02").json()["months"][-1]["month"] == "2026-02"
    )
    later = doors.exact("social", "35.09", until="2026-08")
    assert (later.status_code, later.json()["code"]) == (409, "NOT_COMPLETE")


@pytest.mark.parametrize(
    ("token", "region", "indicator", "status", "code"),
    [
        ("kecamatan", "35.09", "01", 403, "AREA_FORBIDDEN"),
        ("social", "35.13", "01", 403, "AREA_FORBIDDEN"),
        ("training", "35.09", "01", 403, "AGENCY_FORBIDDEN"),
        ("publisher", "35.09", "01", 403, "SCOPE_FORBIDDEN"),
        ("social", "35.09", "03", 404, "NOT_FOUND"),
        ("social", "35.09.01.2001", "01", 422, None),
    ],
)
def test_exact_figures_are_refused(
    doors: Doors, token: str, region: str, indicator: str, status: int, code: str | None
) -> None:
    """To other areas, other agencies, other scopes; for other indicators and villages."""
    answer = doors.exact(token, region, indicator)
    assert answer.status_code == status
    assert code is None or answer.json()["code"] == code


def test_exact_figures_need_a_token(doors: Doors) -> None:
    """The public reads releases."""
    assert doors.client.get("/v1/exact/01", params={"region": "35.09"}).status_code == 401


def test_nothing_is_exact_before_every_source_has_told_something(tmp_path: Path) -> None:
    """A figure without one ministry's half would be wrong."""
    doors = Doors(tmp_path)
    doors.log.take(small_world().events[0])
    assert doors.exact("social", "35.09").json()["code"] == "NOT_COMPLETE"


def test_watermarks_are_public_and_coarse(doors: Doors) -> None:
    """Every source by name, to the day."""
    doors.log.cut()
    sources = doors.client.get("/v1/watermarks").json()["sources"]
    assert [one["source"] for one in sources] == [
        "urn:lintas:beneficiary",
        "urn:lintas:cooperative",
        "urn:lintas:training",
    ]
    assert {one["latest_on"] for one in sources} == {"2026-07-01"}
    assert {one["lag_days"] for one in sources} == {30}


def test_a_source_that_is_silent_has_no_latest_day(tmp_path: Path) -> None:
    """It is in the list all the same."""
    sources = Doors(tmp_path).client.get("/v1/watermarks").json()["sources"]
    assert [one["latest_on"] for one in sources] == [None, None, None]


def test_definitions_are_public_with_their_hashes(doors: Doors) -> None:
    """Anybody can check by which rule a figure was counted."""
    found = doors.client.get("/v1/indicators").json()["indicators"]
    assert {one["number"]: one["sha256"] for one in found} == {
        number: one.sha256 for number, one in DEFINITIONS.items()
    }
    assert "select" in found[0]["query"]


def order(doors: Doors, token: str, key: str, body: dict[str, str | None]) -> Any:
    """Order a release."""
    header = {"Authorization": f"Bearer {doors.tokens[token]}", "Idempotency-Key": key}
    return doors.client.post("/v1/releases", json=body, headers=header)


def test_a_release_is_ordered_once_however_often_it_is_asked(doors: Doors) -> None:
    """The same key gives the same cut; who looks sees that its release is not there yet."""
    asked: dict[str, str | None] = {"until": "2026-05", "cause": "FIRST_RELEASE"}
    first = order(doors, "publisher", "one", asked)
    again = order(doors, "publisher", "one", asked)
    assert first.status_code == 202, first.text
    assert first.json() == again.json()
    second = order(doors, "publisher", "two", {"until": None, "cause": "LATE_FACTS"})
    assert (second.status_code, second.json().get("number")) == (202, 2), second.text
    shown = doors.client.get("/v1/cuts").json()["cuts"]
    assert [(one["number"], one["until"], one["cause"], one["released"]) for one in shown] == [
        (2, "2026-07", "LATE_FACTS", False),
        (1, "2026-05", "FIRST_RELEASE", False),
    ]


def test_an_order_says_why_and_for_a_month_that_has_ended(doors: Doors) -> None:
    """Without a cause, with one that nobody knows, for the month that runs: no cut is taken."""
    assert order(doors, "publisher", "one", {"until": "2026-05"}).status_code == 422
    unknown = order(doors, "publisher", "two", {"cause": "BECAUSE"})
    assert (unknown.status_code, unknown.json()["field"]) == (422, "cause")
    assert all(one in unknown.json()["remedy"] for one in CutCause)
    early = order(doors, "publisher", "three", {"cause": "LATE_FACTS", "until": "2026-08"})
    assert (early.status_code, early.json()["code"]) == (409, "NOT_COMPLETE")
    assert doors.client.get("/v1/cuts").json() == {"cuts": []}


def test_a_release_needs_its_own_scope(doors: Doors) -> None:
    """Reading exact figures is not publishing."""
    assert order(doors, "social", "one", {"cause": "OTHER"}).json()["code"] == "SCOPE_FORBIDDEN"


def test_an_office_sees_its_own_half_live_and_the_joined_half_as_of_a_cut(doors: Doors) -> None:
    """One more family enrols and joins: enrolled moves at once, joined does not."""
    before = doors.exact("social", "35.09").json()
    story = doors.story
    doors.log.take(story.enrol("h", "2026-03-01", "q"), story.activate("q", "2026-03-01"))
    after = doors.exact("social", "35.09").json()
    assert after["months"] == before["months"]
    assert after["reconciliation"] == before["reconciliation"]
    assert (before["own"][-1]["enrolled"], after["own"][-1]["enrolled"]) == (2, 3)
    assert doors.exact("cooperatives", "35.09").json()["own"] == []


def facilitators(doors: Doors, token: str, year: str = "2026") -> Any:
    """Ask for the facilitators of Jember."""
    header = {"Authorization": f"Bearer {doors.tokens[token]}"}
    where = {"region": "35.09", "year": year}
    return doors.client.get("/v1/exact/08/facilitators", params=where, headers=header)


def test_a_koordinator_reads_every_facilitator_and_one_of_them_the_own_line(doors: Doors) -> None:
    """A graduation counts for the facilitator of that day; the cooperatives' office reads none."""
    story = doors.story
    doors.log.take(
        story.target("one", 2026, 30), story.target("two", 2026, 20),
        story.assign("f", "one", "2026-01-02"), story.graduate("f", "2026-05-01"),
    )  # fmt: skip
    mine, other = str(uid("one")), str(uid("two"))
    lines = facilitators(doors, "social").json()["facilitators"]
    assert {one["facilitator"]: (one["target"], one["graduated"]) for one in lines} == {
        mine: (30, 1),
        other: (20, 0),
    }
    doors.tokens["one"] = issue(
        doors.book, name="one", agency="SOCIAL_AFFAIRS", scopes=[EXACT], areas=["35.09"],
        expires=NOW + timedelta(days=1), subject=mine,
    )  # fmt: skip
    own = facilitators(doors, "one").json()["facilitators"]
    assert [one["facilitator"] for one in own] == [mine]
    assert doors.exact("one", "35.09").json()["code"] == "AGENCY_FORBIDDEN"
    assert facilitators(doors, "cooperatives").json()["code"] == "AGENCY_FORBIDDEN"
    assert facilitators(doors, "social", "2025").json()["facilitators"] == []
