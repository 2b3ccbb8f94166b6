"""The files of a release for readers: codes stay text everywhere, and every form has the same lines."""

import io
import json
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest
from frictionless import Package

from services.monitoring.feed.columns import NAMES, Line
from services.monitoring.feed.files import feed_files
from services.monitoring.feed.forms import period_code
from services.monitoring.feed.metadata import (
    FileEntry,
    Index,
    Publisher,
    csv_on_the_web,
    data_package,
    next_date,
)
from services.monitoring.feed.table import csv_bytes, json_bytes, parquet_bytes, selected
from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.manifest import sha256
from services.monitoring.release.remainders import Remainder
from shared.regions import Regions
from tests.programs import needed

REGIONS = Regions.load()
CODES = ("indicator", "region_code", "period")
PUBLISHER = Publisher("statistics@lintas.example", "CC-BY-4.0", 10)
ROWS = [
    Row(FigureId("01", "joined", "35.09", "2026-06", "PKH"), 900, "published", "family", "", 1, 1),
    Row(FigureId("01", "joined", "35.09.30", "2026-06", "PKH"), None, "hidden", "family", "", 1, 1),
    Row(FigureId("01", "joined", "35.13", "2026-06", "PKH"), None, "not_reported", "family", "", 0, 1),
    Row(FigureId("08", "graduated", "35.13", "2026"), 30, "published", "family", "revised"),
    Row(FigureId("03", "referred", "35.09", "total"), 500, "published", "person"),
]  # fmt: skip
OTHERS = [Remainder(ROWS[0].id, "family", 4, 27, 0, 0, 60, 25, 95)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a release as somebody has downloaded them."""
    made = tmp_path_factory.mktemp("release")
    (made / "districts").mkdir()
    files = feed_files(ROWS, REGIONS, OTHERS)
    for one in files:
        (made / one.name).write_bytes(one.body)
    entries = [FileEntry(one.name, sha256(one.body), len(one.body), one.rows) for one in files]
    index = Index(7, "2026-06", date(2026, 7, 10), entries)
    (made / "datapackage.json").write_text(json.dumps(data_package(index, PUBLISHER)))
    (made / "data.csv-metadata.json").write_text(
        json.dumps(csv_on_the_web("data.csv", index, PUBLISHER))
    )
    return made


def lines_of(folder: Path) -> list[Line]:
    """The table, read from the Parquet file."""
    return selected((folder / "data.parquet").read_bytes(), indicator="", region="", period="")


def test_pandas_keeps_every_code_as_text(folder: Path) -> None:
    """Without a word about types; also where a file has one kabupaten and one year alone."""
    for name in ("data.csv", "other-kecamatan.csv", "districts/ID-35.13.csv"):
        table = pd.read_csv(folder / name)
        for code in CODES:
            assert pd.api.types.is_string_dtype(table[code]), (name, code)
    assert set(pd.read_csv(folder / "data.csv")["indicator"]) == {"I01", "I03", "I08"}
    assert pd.read_csv(folder / "data.csv")["value"].sum() == 1430


def test_polars_keeps_every_code_as_text(folder: Path) -> None:
    """Also where it is asked to look for days."""
    for days in (False, True):
        table = pl.read_csv(folder / "data.csv", try_parse_dates=days)
        assert {str(table.schema[code]) for code in CODES} == {"String"}
        assert str(table.schema["value"]) == "Int64"


def test_duckdb_keeps_every_code_as_text(folder: Path) -> None:
    """In CSV by its guess, in Parquet by its type."""
    for name in ("data.csv", "other-kecamatan.csv", "districts/ID-35.13.csv", "data.parquet"):
        with duckdb.connect() as connection:
            found = connection.sql(f"select {', '.join(CODES)} from '{folder / name}'")
            assert [str(kind) for kind in found.types] == ["VARCHAR"] * len(CODES), name


def test_r_keeps_every_code_as_text(folder: Path) -> None:
    """By base R's own guess."""
    code = (
        f"t <- read.csv('{folder / 'data.csv'}'); "
        "cat(class(t$indicator), class(t$region_code), class(t$period), class(t$value))"
    )
    said = subprocess.run(
        [needed("Rscript"), "-e", code], capture_output=True, text=True, check=True
    )
    assert said.stdout.split() == ["character", "character", "character", "integer"]


def test_bare_codes_would_not_stay_text() -> None:
    """Why the codes have these forms: quotes do not help."""
    bare = '"indicator","region","period"\n"01","35.09","2026"\n'
    table = pd.read_csv(io.StringIO(bare))
    assert list(table.iloc[0]) == [1, 35.09, 2026]


def test_every_form_has_the_same_lines(folder: Path) -> None:
    """CSV, JSON and Parquet; and the same bytes each time."""
    lines = lines_of(folder)
    assert [line[:3] for line in lines[:2]] == [
        ("I01", "joined", "ID-35.09"),
        ("I01", "joined", "ID-35.09.30"),
    ]
    assert (folder / "data.csv").read_bytes() == csv_bytes(lines)
    assert [tuple(one.values()) for one in json.loads(json_bytes(lines))] == lines
    assert (folder / "data.parquet").read_bytes() == parquet_bytes(lines)
    assert parquet_bytes(lines) == parquet_bytes(list(lines))


def test_a_choice_brings_the_region_and_what_lies_in_it(folder: Path) -> None:
    """Nothing of a neighbour whose code begins alike."""
    body = (folder / "data.parquet").read_bytes()
    here = selected(body, indicator="I01", region="ID-35.09", period="2026-M06")
    assert [line[NAMES.index("region_code")] for line in here] == ["ID-35.09", "ID-35.09.30"]
    province = selected(body, indicator="", region="ID-35", period="")
    assert len(province) == len(ROWS)
    assert selected(body, indicator="I28", region="", period="") == []


def test_a_district_has_a_file_with_its_kecamatan(folder: Path) -> None:
    """And no other's."""
    text = (folder / "districts" / "ID-35.13.csv").read_text()
    assert [line.split(",")[2] for line in text.splitlines()[1:]] == ["ID-35.13", "ID-35.13"]


def test_frictionless_finds_the_package_valid(folder: Path) -> None:
    """Every CSV has the types, codes and key that its Table Schema promises."""
    report = Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "note"])
    wrong = (folder / "data.csv").read_text().replace("ID-35.09,", "35.09,")
    other = folder / "wrong"
    shutil.copytree(folder, other)
    (other / "data.csv").write_text(wrong)
    assert not Package(str(other / "datapackage.json")).validate().valid


def test_what_is_derived_is_described_as_such(folder: Path) -> None:
    """With columns of its own, in the data package and beside the file."""
    package = json.loads((folder / "datapackage.json").read_text())
    (found,) = (one for one in package["resources"] if one["path"] == "other-kecamatan.csv")
    names = [one["name"] for one in found["schema"]["fields"]]
    assert "no figures of their own" in found["description"]
    assert names[-4:] == ["about", "lowest", "highest", "status"]
    index = Index(7, "2026-06", date(2026, 7, 10), [])
    columns = csv_on_the_web("other-kecamatan.csv", index, PUBLISHER)["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == names
    table = pd.read_csv(folder / "other-kecamatan.csv")
    assert list(table.columns) == names
    assert table["about"].sum() == 60


def test_csvw_names_every_column_in_order(folder: Path) -> None:
    """With words in both languages."""
    described = json.loads((folder / "data.csv-metadata.json").read_text())
    columns = described["tableSchema"]["columns"]
    assert [one["name"] for one in columns] == list(NAMES)
    assert described["url"] == "data.csv"
    assert {word["@language"] for one in columns for word in one["dc:description"]} == {"id", "en"}


@pytest.mark.parametrize(
    ("period", "code"), [("2026-06", "2026-M06"), ("2026", "2026-A1"), ("total", "total")]
)
def test_a_period_is_one_of_sdmx(period: str, code: str) -> None:
    """A month, a year, or all cohorts."""
    assert period_code(period) == code


def test_what_is_no_period_is_refused() -> None:
    """A new kind needs a form first."""
    with pytest.raises(ValueError, match="no period"):
        period_code("2026-06-01")


@pytest.mark.parametrize(
    ("day", "following"),
    [
        (date(2026, 7, 10), date(2026, 8, 10)),
        (date(2026, 12, 31), date(2027, 1, 10)),
        (date(2026, 7, 2), date(2026, 7, 10)),
    ],
)
def test_the_next_release_comes_on_the_tenth(day: date, following: date) -> None:
    """Of this month or the next."""
    assert next_date(day, 10) == following
