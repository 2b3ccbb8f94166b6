"""Monitoring's public page of who has closed which month, over real events and a real cut."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.monitoring.api import routers
from shared.database.engine import open_engine
from shared.events import cooperative
from shared.http.app import create_api
from shared.observability.health import Health
from shared.security.keys import init_keys
from shared.security.tokens import TokenBook
from tests import parts
from tests.kit.story import NOW
from tests.kit.story_log import StoryLog
from tests.unit.reporting.test_views import PROBOLINGGO, Reports


def story() -> Reports:
    """Jember has closed May and half of June, Probolinggo nothing."""
    made = Reports()
    made.oblige("FAMILIES", "2026-05")
    made.oblige("EXITS", "2026-05")
    made.oblige("FAMILIES", "2026-05", district=PROBOLINGGO)
    made.oblige("MEMBERS", "2026-06", source=cooperative.SOURCE)
    for name, month in (("FAMILIES", "2026-05"), ("EXITS", "2026-05"), ("FAMILIES", "2026-06")):
        made.close(name, month, "2026-07-01")
    made.close("EXITS", "2026-06", "2026-07-01")
    made.reopen("EXITS", "2026-06", "2026-07-01")
    return made


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """Monitoring's endpoints over a cut of the story."""
    log = StoryLog(open_engine(parts.current().fresh_database()))
    log.take(*story().events)
    log.cuts.current(NOW)
    init_keys(tmp_path / "keys", ["monitoring"])
    book = TokenBook(tmp_path / "keys" / "monitoring" / "tokens.json")
    api = create_api("monitoring", log.engine, book, Health(), now=lambda: NOW)
    for router in routers(log.cuts):
        api.include_router(router)
    return TestClient(api)


def read(client: TestClient, query: str = "") -> dict[str, Any]:
    """The answer to anybody."""
    answer = client.get(f"/v1/reporting{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def named(answer: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Kabupaten, list and whether it is closed."""
    return [(one["district"], one["list"], one["closed"]) for one in answer["reports"]]


def test_everybody_sees_who_has_closed_the_last_month(client: TestClient) -> None:
    """With how many of how many; nothing is complete where one kabupaten closed nothing."""
    found = read(client)
    assert (found["month"], found["reporting"], found["expected"]) == ("2026-06", 1, 4)
    assert found["complete_until"] is None
    assert named(found) == [
        ("35.09", "EXITS", False),
        ("35.09", "FAMILIES", True),
        ("35.09", "MEMBERS", False),
        ("35.13", "FAMILIES", False),
    ]


def test_an_area_is_complete_up_to_the_last_month_that_all_its_lists_are_closed(
    client: TestClient,
) -> None:
    """Those of the kabupaten alone."""
    found = read(client, "?area=35.09&month=2026-05")
    assert (found["complete_until"], found["reporting"], found["expected"]) == ("2026-05", 2, 2)
    assert read(client, "?area=35.09&list=FAMILIES")["complete_until"] == "2026-06"


def test_only_who_has_not_closed_is_shown(client: TestClient) -> None:
    """For whoever has to call them."""
    assert named(read(client, "?open=true&area=35.09")) == [
        ("35.09", "EXITS", False),
        ("35.09", "MEMBERS", False),
    ]


@pytest.mark.parametrize(
    "query", ["?month=2026-13", "?area=Jember", "?list=RAPAT", "?area=35.09.1"]
)
def test_what_is_no_filter_is_refused(client: TestClient, query: str) -> None:
    """Instead of an answer that looks empty."""
    assert client.get(f"/v1/reporting{query}").status_code == 422


def test_a_month_that_nobody_closed_has_no_rows(client: TestClient) -> None:
    """Neither the past before an obligation nor the future."""
    for month in ("2026-04", "2026-07"):
        found = read(client, f"?month={month}")
        assert (found["expected"], found["reporting"], found["reports"]) == (0, 0, [])


def overdue(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    """Who has months open after their end."""
    answer = client.get(f"/v1/reporting/open{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["reports"]
    return found


def test_anybody_sees_which_office_is_late_with_which_months(client: TestClient) -> None:
    """By kabupaten and list; the days are those since the first open month ended."""
    assert [
        (one["office"], one["district"], one["list"], one["months"], one["days_late"])
        for one in overdue(client)
    ] == [
        ("urn:lintas:beneficiary", "35.09", "EXITS", ["2026-06"], 32),
        ("urn:lintas:cooperative", "35.09", "MEMBERS", ["2026-06"], 32),
        ("urn:lintas:beneficiary", "35.13", "FAMILIES", ["2026-05", "2026-06"], 62),
    ]
    assert [one["district"] for one in overdue(client, "?area=35.13")] == ["35.13"]
    assert overdue(client, "?area=36") == []


def test_the_nation_comes_in_pages(client: TestClient) -> None:
    """Each goes on after the last one of the page before; the last page names no next."""
    first = client.get("/v1/reporting/open?limit=2").json()
    assert first["next"] == "35.09/MEMBERS"
    second = client.get(f"/v1/reporting/open?limit=2&after={first['next']}").json()
    assert second["next"] is None
    assert first["reports"] + second["reports"] == overdue(client)
    assert client.get("/v1/reporting/open?after=35.09").status_code == 422
