"""CSV over HTTP: progress, rejected rows, totals; sending it again adds only what is missing."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from xlsxwriter import Workbook

from lintas import client
from shared.database.engine import transaction
from shared.http import csv_rows as imports
from shared.sheets.reader import MEDIA_TYPES
from shared.sheets.workbook import table
from tests.kit.depth import examples
from tests.unit.web.conftest import SampleClient


def send(sample: SampleClient, content: bytes, kind: str = "text/csv") -> list[dict[str, Any]]:
    """The lines of the answer."""
    headers = sample.headers(Content_Type=kind)
    answer = sample.client.post("/v1/imports/notes", content=content, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def rows(count: int) -> bytes:
    """A file of so many good rows."""
    return b"nomor,jumlah\n" + b"".join(b"N/%d,1\n" % index for index in range(count))


def test_good_rows_are_kept_and_bad_ones_reported_by_line(sample: SampleClient) -> None:
    """A row that its model refuses, a row that a rule refuses, a duplicate and a good one."""
    lines = send(sample, b"nomor,jumlah\nA,1\nB,x\nC,13\nA,1\n")
    assert [line["line"] for line in lines[:2]] == [3, 4]
    assert lines[1]["code"] == "CONFLICT"
    expected = {"done": True, "rows": 4, "accepted": 1, "duplicates": 1, "rejected": 2}
    assert expected == lines[-1]
    assert sample.notes() == 1


def test_a_large_file_reports_its_progress_each_thousand_rows(sample: SampleClient) -> None:
    """Three transactions for 2,500 rows."""
    lines = send(sample, rows(2_500))
    assert [line["rows"] for line in lines] == [1_000, 2_000, 2_500, 2_500]


def test_the_same_file_again_adds_nothing(sample: SampleClient) -> None:
    """Every row is a duplicate; a mended file adds only what was missing."""
    send(sample, rows(3))
    assert (send(sample, rows(3))[-1]["accepted"], sample.notes()) == (0, 3)
    assert send(sample, rows(5))[-1]["accepted"] == 2


def test_an_empty_file_is_reported(sample: SampleClient) -> None:
    """One reject line with the code, and totals."""
    lines = send(sample, b"")
    assert (lines[0]["code"], lines[-1]["done"]) == ("CSV_EMPTY", True)


@pytest.mark.parametrize(
    "content",
    [b"", b"nomor,jumlah\n", "nomor,jumlah\nA,1\n".encode("utf-16"), b"PK\x03\x04", b"x\n1\n"],
)
def test_a_file_refused_as_a_whole_counts_no_row(sample: SampleClient, content: bytes) -> None:
    """The line says that it means the whole file; the totals are zero."""
    refused, *totals = send(sample, content)
    assert refused["whole_file"] is True
    assert [total["rows"] + total["rejected"] for total in totals] == [0, 0]


def test_what_is_passed_over_is_said_and_counts_no_row(sample: SampleClient) -> None:
    """A title above the header, a column that nobody asked for, a row in Windows-1252."""
    content = b"DAFTAR\n\nnomor,jumlah,keterangan\nA,1,baik\nB,1,ba\xedk\n"
    *words, _progress, total = send(sample, content)
    notices = [(word["notice"], word.get("header_line")) for word in words]
    assert notices == [("CSV_TITLE", 3), ("CSV_COLUMN_IGNORED", None), ("CSV_WINDOWS_1252", None)]
    assert (total["rows"], total["accepted"], total["rejected"]) == (2, 2, 0)


_BYTES = st.lists(
    st.sampled_from(
        [b"A", b"B", b"1", b"13", b",", b"\n", b"\r", b'"', b"\0", b"\xff", b"\xc3\xa9"]
    )
    | st.sampled_from([b"A,1\n", b"B,13\n", b'C,"1\n"\n', b'"D,1\n', b"E,1,,\n"]),
    max_size=40,
).map(b"".join)


@given(body=_BYTES)
@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_are_accepted_already_there_or_refused(
    sample: SampleClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """In the service's totals, the client's report and the reject file, whatever the bytes are.

    The same file again adds nothing; its reject file has every refused row and adds none by itself.
    """
    monkeypatch.setattr("lintas.client.httpx.Client", lambda **_: _Open(sample.client))
    source, mended = tmp_path / "a.csv", tmp_path / "a.ditolak.csv"
    source.write_bytes(b"nomor,jumlah\n" + body)
    totals = send(sample, source.read_bytes())[-1]
    report = client.upload("", sample.writer, "notes", source)
    assert report.rows == totals["rows"]
    assert (report.accepted, report.rejected) == (0, totals["rejected"])
    if report.rejected:
        assert report.rejected == len(report.refused)
        assert report.write_rejects(source, mended)
        again = client.upload("", sample.writer, "notes", mended)
        assert again.rows == report.rejected


class _Open:
    """A client that `with` does not close."""

    def __init__(self, kept: Any) -> None:
        self._kept = kept

    def __enter__(self) -> Any:
        return self._kept

    def __exit__(self, *_: object) -> None:
        """Keep it."""


def test_what_was_committed_stays_when_the_database_goes_away(
    sample: SampleClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last line says that it is not done; the same file then completes it."""
    calls: list[int] = []

    def breaks_at_the_second(engine: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("x", {}, ConnectionError("gone"))
        return transaction(engine)

    monkeypatch.setattr(imports, "transaction", breaks_at_the_second)
    last = send(sample, rows(1_500))[-1]
    assert (last["done"], last["code"], last["accepted"]) == (False, "DATABASE_AWAY", 1_000)
    assert (
        send(sample, rows(1_500))[-1]["accepted"],
        send(sample, rows(1_500))[-1]["duplicates"] - 500,
    ) == (500, 1_000)


@pytest.mark.parametrize(
    "kind", ["application/json", "", "text/csv; charset=utf-16", "application/zip"]
)
def test_other_types_than_csv_are_refused(sample: SampleClient, kind: str) -> None:
    """415 before anything is read."""
    headers = sample.headers(Content_Type=kind)
    assert sample.client.post("/v1/imports/notes", content=b"x", headers=headers).status_code == 415


def test_a_workbook_comes_in_by_the_same_door(sample: SampleClient) -> None:
    """Its rows are the rows of the CSV file: the second file has only what is already there."""
    made = io.BytesIO()
    with Workbook(made) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(csv.reader(rows(3).decode().splitlines())):
            sheet.write_row(line, 0, row)
    workbook = send(sample, made.getvalue(), MEDIA_TYPES[1])[-1]
    assert (workbook["done"], workbook["accepted"]) == (True, 3)
    assert send(sample, rows(3))[-1]["duplicates"] == 3


def test_a_workbook_is_sent_and_its_refused_rows_are_one(
    sample: SampleClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `lintas import` does it; what came back is refused again until it is mended."""
    monkeypatch.setattr("lintas.client.httpx.Client", lambda **_: _Open(sample.client))
    source = tmp_path / "a.xlsx"
    source.write_bytes(table("a", [("nomor", "jumlah"), ("A", "1"), ("B", "banyak")]))
    report = client.upload("", sample.writer, "notes", source)
    assert (report.accepted, [*report.refused]) == (1, [3])
    rejects = client.rejects_of(source)
    assert rejects.name == "a.ditolak.xlsx"
    assert report.write_rejects(source, rejects, {"nomor": True, "jumlah": True})
    again = client.upload("", sample.writer, "notes", rejects)
    assert (again.accepted, again.refused[2].field) == (0, "jumlah")


def test_an_import_needs_the_scope(sample: SampleClient) -> None:
    """A reader cannot import."""
    headers = {"Authorization": f"Bearer {sample.reader}", "Content-Type": "text/csv"}
    assert (
        sample.client.post("/v1/imports/notes", content=rows(1), headers=headers).status_code == 403
    )
