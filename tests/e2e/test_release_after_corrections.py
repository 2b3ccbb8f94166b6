"""What was published wrongly and is taken back counts as if it had never been handed in."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from lintas.answers import Answers
from lintas.client import post
from lintas.pilot.numbers import JEMBER, PROBOLINGGO
from lintas.progress import wait_complete
from services.monitoring import store
from services.monitoring.exact import month_end_stocks
from services.monitoring.figures.compute import Cell
from shared.database.engine import open_engine, snapshot
from shared.events.monitoring import CutCause
from shared.security.identity import NationalId
from shared.security.keys import load_pseudonymiser
from tests.e2e.conftest import Played
from tests.e2e.pilot_run import PilotRun, take_back
from tests.kit.figures import exact_cells
from tests.reference import p2k2
from tests.reference.inputs import read_world
from tests.reference.linked_members import count_linked

COVERED = ("i15.coverage", PROBOLINGGO)
ACTIVATIONS, ATTENDANCE = "/v1/memberships/activations", "/v1/attendance"
Item = Mapping[str, Any]


@pytest.fixture(scope="module")
def corrected(played: Played) -> tuple[PilotRun, Item, Item]:
    """The run after one activation and one attendance were taken back."""
    pilot_run = played.pilot_run
    activation, attendance, held_on = an_activation(pilot_run), *an_attendance(pilot_run)
    keys = load_pseudonymiser(pilot_run.stack.directory / "keys")
    person = keys.person(NationalId.parse(activation["national_id"]))
    family = keys.family(attendance["family_number"])
    _correct(
        pilot_run, "cooperative", event_id(played, "cooperative", "membership.activated", person)
    )
    wrong = event_id(played, "training", "session.attended", family, held_on=held_on)
    _correct(pilot_run, "training", wrong)
    take_back(pilot_run, ACTIVATIONS, activation)
    take_back(pilot_run, ATTENDANCE, attendance)
    with httpx.Client(timeout=30) as client:
        wait_complete(pilot_run.stack, client, lambda _: None)
    return pilot_run, activation, attendance


def items(pilot_run: PilotRun, path: str) -> list[Item]:
    """Everything that was handed in at one door."""
    lines = (pilot_run.inputs / "requests.ndjson").read_text(encoding="utf-8").splitlines()
    requests = [request for request in map(json.loads, lines) if request["path"] == path]
    return [item for request in requests for item in request["body"].get("items", ())]


def an_activation(pilot_run: PilotRun) -> Item:
    """The earliest one that nothing followed and that makes a family joined."""
    lapsed = {item["national_id"] for item in items(pilot_run, "/v1/memberships/lapses")}
    free = [item for item in items(pilot_run, ACTIVATIONS) if item["national_id"] not in lapsed]
    return min(free, key=lambda item: (item["activated_on"], item["national_id"]))


def an_attendance(pilot_run: PilotRun) -> tuple[Item, str]:
    """The first one of a family that is counted, and the day of its session."""
    held = {item["session_number"]: item["held_on"] for item in items(pilot_run, "/v1/sessions")}
    gone = {item["family_number"] for item in items(pilot_run, "/v1/exits")}
    gone |= {item["family_number"] for item in items(pilot_run, "/v1/graduations/approvals")}
    first = next(i for i in items(pilot_run, ATTENDANCE) if i["family_number"] not in gone)
    return first, held[first["session_number"]]


def event_id(played: Played, source: str, kind: str, subject: str, **data: str) -> str:
    """The id of the one event about a subject on a topic."""
    lines = (played.directory / "topics" / f"lintas.{source}.v1.ndjson").read_text("ascii")
    events = [json.loads(base64.b64decode(json.loads(r)["value"])) for r in lines.splitlines()]
    (found,) = (
        event["id"]
        for event in events
        if (event["type"], event["subject"]) == (f"id.lintas.{kind}.v1", subject)
        and data.items() <= event["data"].items()
    )
    return str(found)


def _correct(pilot_run: PilotRun, service_name: str, wrong: str) -> None:
    body = {"event_id": wrong, "reason": "DATA_ENTRY", "replacement": None}
    url = f"{pilot_run.stack.url(service_name)}/v1/corrections"
    with httpx.Client(timeout=30) as client:
        post(client, url, pilot_run.stack.tokens[service_name], body)


def test_the_exact_count_is_the_reference_without_the_activation(
    played: Played, corrected: tuple[PilotRun, Item, Item]
) -> None:
    """Month by month one family fewer; an office does not see it: fewer than eleven changed."""
    pilot_run, _, _ = corrected
    before = played.answers.exact["COOPERATIVES"]["months"]
    seen = pilot_run.get("monitoring", "/v1/exact/01", "COOPERATIVES", region=JEMBER)
    assert seen["months"] == before
    months = month_end_stocks(newest_cells(pilot_run, "i01.flow", JEMBER), seen["until"])
    stock = count_linked(read_world(pilot_run.inputs), seen["until"])
    bands = ("joined", "not_joined", "unknown", "enrolled")
    counted = [(month, {band: stock[JEMBER, band, month] for band in bands}) for month in months]
    assert list(months.items()) == counted


def newest_cells(pilot_run: PilotRun, part: str, region: str) -> list[Cell]:
    """The cells of a part in a region, as of the newest cut."""
    engine = open_engine(pilot_run.stack.database("monitoring"))
    with snapshot(engine) as connection:
        cut = store.newest_cut(connection)
        assert cut is not None
        found = store.part_cells(connection, cut.number, part, region)
    engine.dispose()
    return found


def test_the_attendance_is_counted_no_more(
    played: Played, corrected: tuple[PilotRun, Item, Item]
) -> None:
    """The modules that families have had are those of the reference, which knows it no more."""
    pilot_run, _, _ = corrected
    counted = p2k2.cells(read_world(pilot_run.inputs))
    expected = {key: n for key, n in counted.items() if key[:2] == COVERED and n}
    pilot_run.get("monitoring", "/v1/exact/01", "COOPERATIVES", region=JEMBER)  # takes a cut
    found = newest_cells(pilot_run, *COVERED)
    assert expected
    assert exact_cells(found) == expected


@pytest.fixture(scope="module")
def after(corrected: tuple[PilotRun, Item, Item]) -> Answers:
    """The next release, made once."""
    pilot_run, _, _ = corrected
    return pilot_run.ask(cause=CutCause.CORRECTIONS)


def test_the_next_release_counts_the_corrected_facts(played: Played, after: Answers) -> None:
    """Every figure is the reference's, or less than 11 away from it where it was shown before."""
    played.pilot_run.assert_right(after, before=played.releases)
    manifest = json.loads(after.files["manifest.json"])
    assert (manifest["reason"], manifest["cause"]) == ("UNPLANNED", "CORRECTIONS")
    changes = json.loads(after.files["changes.json"])["changes"]
    assert {one["cause"] for one in changes} <= {"corrected", "late"}


def test_the_next_release_does_not_show_that_one_family_changed(
    played: Played, after: Answers
) -> None:
    """Who compares the releases sees the same families of Jember that have joined."""
    names = ("indicator", "measure", "region", "period", "programme", "band")

    def jember(rows: Any) -> dict[tuple[str, ...], Any]:
        return {
            tuple(row[n] for n in names): row["value"]
            for row in rows
            if row["indicator"] == "01" and row["region"] == JEMBER and row["value"] is not None
        }

    before, now = jember(played.answers.rows), jember(after.rows)
    both = now.keys() & before.keys()
    assert both
    assert {cell: now[cell] for cell in both} == {cell: before[cell] for cell in both}
