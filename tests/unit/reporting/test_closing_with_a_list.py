"""A list that closes its month: looked at before a row is read, closed after the last row is kept."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from shared.application.reporting import service
from shared.events.reporting import ReportClosed
from tests.kit.door import ANYONE, Door
from tests.unit.reporting.conftest import MINISTRIES, door_of

PATH = "/v1/imports/family-groups"
ASKED = "?closes=2026-06&area=35.09"
HEADER = "nomor_kelompok,kode_desa,tanggal_dibentuk\n"
GOOD, OTHER, BAD = "K-1,35.09.09.2001,2026-06-03\n", "K-2,35.09.09.2001,2026-06-04\n", "K-3,,\n"
OBLIGED = {"list": "GROUPS", "district": "35.09", "first_month": "2026-04"}
CLOSING_LISTS = {
    "beneficiary": {"families", "facilitators", "referral-outcomes", "exits"},
    "cooperative": {"cooperatives", "members"},
    "training": {
        "family-groups",
        "group-families",
        "sessions",
        "attendance",
        "group-attendance",
        "completions",
    },
}
"""Which lists are the rows of a list that an office reports."""


@pytest.fixture
def groups(door: Door) -> Door:
    """The doors of an office that is to report groups for Jember."""
    (done,) = door.items("/v1/reports/obligations", OBLIGED)
    assert done["status"] == "accepted"
    return door


def closing(door: Door, *rows: str, asked: str = ASKED) -> dict[str, Any]:
    """What the last line of the answer says about the month."""
    last = door.upload(PATH + asked, HEADER + "".join(rows))[-1]
    assert last["done"] is True
    found: dict[str, Any] = last["closing"]
    return found


def closed(door: Door) -> list[ReportClosed]:
    """The closings that were published."""
    return [event.data for event in door.events() if isinstance(event.data, ReportClosed)]


def problem(door: Door, asked: str, body: str = HEADER + GOOD) -> tuple[int, str, str]:
    """Status, code and field of a refusal of the whole request."""
    headers = door.bearer(ANYONE) | {"Content-Type": "text/csv"}
    answer = door.client.post(PATH + asked, content=body.encode(), headers=headers)
    said = answer.json()
    return answer.status_code, said["code"], said.get("field") or said["errors"][0]["field"]


def test_the_month_is_closed_after_the_last_row(groups: Door) -> None:
    """The answer's last line names it, and the event follows those of the rows."""
    found = closing(groups, GOOD, OTHER)
    named = {"list": "GROUPS", "district": "35.09", "month": "2026-06", "nil": False}
    assert found == named | {"status": "accepted", "id": found["id"]}
    (last,) = closed(groups)
    assert groups.events()[-1].data == last
    assert (last.list, last.district, last.month, last.nil) == ("GROUPS", "35.09", "2026-06", False)


def test_the_same_file_again_closes_nothing_twice(groups: Door) -> None:
    """Every row is a duplicate, and so is the closing."""
    closing(groups, GOOD)
    assert closing(groups, GOOD)["status"] == "duplicate"
    assert len(closed(groups)) == 1


def test_without_the_question_nothing_is_closed(groups: Door) -> None:
    """A file is no statement that the month is complete."""
    last = groups.upload(PATH, HEADER + GOOD)[-1]
    assert "closing" not in last
    assert closed(groups) == []


def test_a_refused_row_leaves_the_month_open_and_the_good_rows_kept(groups: Door) -> None:
    """The mended row alone, sent with the same question, closes it."""
    found = closing(groups, GOOD, BAD)
    assert (found["status"], found["code"]) == ("refused", "CLOSING_REJECTED")
    assert "1 baris ditolak" in found["message"]
    assert found["remedy"]
    assert closed(groups) == []
    assert len(groups.events()) == 2
    assert closing(groups, "K-3,35.09.09.2001,2026-06-05\n")["status"] == "accepted"


def test_a_row_that_a_rule_refuses_leaves_it_open_too(groups: Door) -> None:
    """Not only rows that cannot be read."""
    outside = "K-9,99.99.01.2001,2026-06-05\n"
    assert closing(groups, outside)["code"] == "CLOSING_REJECTED"
    assert closed(groups) == []


def test_a_file_that_is_refused_as_a_whole_closes_nothing(groups: Door) -> None:
    """It counts no row, so nothing was refused row by row."""
    last = groups.upload(PATH + ASKED + "&nil=true", "nama,umur\nSiti,3\n")[-1]
    assert last["rows"] == 0
    assert last["closing"]["code"] == "CLOSING_FILE"
    assert closed(groups) == []


def test_nil_is_said_and_never_guessed(groups: Door) -> None:
    """A file without rows closes nothing by itself; with nil it does; rows contradict nil."""
    assert closing(groups)["code"] == "CLOSING_EMPTY"
    may = "?closes=2026-05&area=35.09&nil=true"
    for _again in range(2):  # rows that are duplicates by now are rows of some month still
        assert closing(groups, GOOD, asked=may)["code"] == "CLOSING_NOT_NIL"
    assert problem(groups, ASKED + "&nil=true") == (409, "REPORT_NOT_NIL", "nil")
    assert closed(groups) == []
    assert closing(groups, asked=may)["status"] == "accepted"
    assert [one.nil for one in closed(groups)] == [True]
    assert problem(groups, "?closes=2026-05&area=35.09") == (409, "REPORT_CLOSED", "nil")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("?closes=2026-07&area=35.09", (422, "TIME_FUTURE", "closes")),
        ("?closes=2026-03&area=35.09", (422, "REPORT_NOT_EXPECTED", "closes")),
        ("?closes=2026-13&area=35.09", (422, "FIELD_FORMAT", "closes")),
        ("?closes=Juni&area=35.09", (422, "FIELD_FORMAT", "closes")),
        ("?closes=2026-06&area=35.13", (422, "REPORT_NOT_EXPECTED", "closes")),
        ("?closes=2026-06&area=35.99", (422, "REGION_UNKNOWN", "area")),
        ("?closes=2026-06&area=35", (422, "FIELD_FORMAT", "area")),
        ("?closes=2026-06", (422, "CLOSING_INCOMPLETE", "area")),
        ("?area=35.09", (422, "CLOSING_INCOMPLETE", "closes")),
        ("?nil=true", (422, "CLOSING_INCOMPLETE", "closes")),
        ("?close=2026-06&area=35.09", (422, "FIELD_UNKNOWN", "close")),
        ("?closes=2026-05&closes=2026-06&area=35.09", (422, "FIELD_VALUE", "closes")),
        ("?closes=2026-06&area=35.09&nil=perhaps", (422, "FIELD_FORMAT", "nil")),
    ],
)
def test_what_cannot_be_closed_is_refused_before_a_row_is_read(
    groups: Door, asked: str, expected: tuple[int, str, str]
) -> None:
    """By the name in the address; no row of the file is kept."""
    assert problem(groups, asked) == expected
    assert len(groups.events()) == 1


def test_the_month_of_a_foreign_district_is_refused_before_a_row_is_read(groups: Door) -> None:
    """Jember's token closes nothing in Probolinggo, though an obligation is there."""
    groups.items("/v1/reports/obligations", OBLIGED | {"district": "35.13"})
    headers = groups.bearer("jember") | {"Content-Type": "text/csv"}
    path = f"{PATH}?closes=2026-06&area=35.13"
    answer = groups.client.post(path, content=HEADER + GOOD, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "AREA_FORBIDDEN")
    assert answer.json()["field"] == "area"
    assert len(groups.events()) == 2


def test_a_database_that_goes_away_at_the_closing_says_so(
    groups: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are kept and the answer is not done; the same file again closes the month."""

    def away(*_: Any) -> Sequence[Any]:
        raise OperationalError("", {}, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(service, "close_months", away)
        last = groups.upload(PATH + ASKED, HEADER + GOOD)[-1]
    assert (last["done"], last["accepted"]) == (False, 1)
    assert closed(groups) == []
    assert closing(groups, GOOD)["status"] == "accepted"


@pytest.mark.parametrize("name", MINISTRIES)
def test_only_lists_that_an_office_reports_take_the_question(tmp_path: Path, name: str) -> None:
    """Every other one refuses it before a row is read."""
    door = door_of(tmp_path, name)
    paths = door.client.get("/openapi.json", headers=door.bearer(ANYONE)).json()["paths"]
    prefix = "/v1/imports/"
    lists = {
        path.removeprefix(prefix)
        for path, doors in paths.items()
        if path.startswith(prefix) and "post" in doors
    }
    asking = {
        one
        for one in lists
        if any(p["name"] == "closes" for p in paths[prefix + one]["post"].get("parameters", ()))
    }
    assert asking == CLOSING_LISTS[name]
    for one in lists:
        headers = door.bearer(ANYONE) | {"Content-Type": "text/csv"}
        answer = door.client.post(f"{prefix}{one}{ASKED}", content=b"a,b\n", headers=headers)
        expected = "REPORT_NOT_EXPECTED" if one in asking else "FIELD_UNKNOWN"
        assert (one, json.loads(answer.text)["code"]) == (one, expected)
