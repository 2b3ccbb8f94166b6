"""The examples of docs/read-the-feed.md, run as they are printed over a release that is served."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
from fastapi import FastAPI

from services.monitoring import feeds
from services.monitoring.feed.files import feed_files
from services.monitoring.feed.metadata import Publisher
from services.monitoring.feed.store import save_files
from services.monitoring.release.figure import FigureId, Row
from services.monitoring.tables import METADATA, release
from shared.database.engine import open_engine, transaction
from shared.regions import Regions
from shared.wire.signatures import Trust
from tests import parts
from tests.kit.serving import serving
from tests.programs import needed

PAGE = Path(__file__).resolve().parents[3] / "docs" / "read-the-feed.md"
ROWS = [
    Row(FigureId("01", measure, "35.09", f"2026-{month:02}", "PKH"), value, "published", "family")
    for month in (5, 6)
    for measure, value in (("joined", 100 * month), ("enrolled", 2000))
]


def example(language: str) -> str:
    """The one that the page prints for a language."""
    section = PAGE.read_text().partition("## The table for analysis")[2]
    found = re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    assert len(found[0].splitlines()) <= 10
    return str(found[0])


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with one release."""
    engine = open_engine(parts.current().fresh_database())
    METADATA.create_all(engine)
    signed = dict.fromkeys(("figures", "csv", "manifest"), b"{}")
    moment = datetime.combine(date(2026, 7, 10), datetime.min.time(), UTC)
    with transaction(engine) as connection:
        row = {"id": UUID(int=1), "number": 1, "until": "2026-06", "published_at": moment, **signed}
        connection.execute(release.insert().values(row))
        save_files(connection, 1, feed_files(ROWS, Regions.load()))
    api = FastAPI()
    api.include_router(feeds.router(engine, Publisher("", "CC-BY-4.0"), Trust({})))
    with serving(api) as one:
        yield one.url
    engine.dispose()


def run(folder: Path, *command: str) -> str:
    """What a command says in a folder."""
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_python(address: str, tmp_path: Path) -> None:
    """Shares by month."""
    said = run(tmp_path, sys.executable, "-c", example("python").replace("HOST", address))
    assert re.findall(r"2026-M0[56]\s+[\d.]+", said) == ["2026-M05    25.0", "2026-M06    30.0"]


def test_r(address: str, tmp_path: Path) -> None:
    """The same shares."""
    said = run(tmp_path, needed("Rscript"), "-e", example("r").replace("HOST", address))
    assert re.findall(r"2026-M0[56] +\d+", said) == ["2026-M05    25", "2026-M06    30"]


def test_curl_and_duckdb(address: str, tmp_path: Path) -> None:
    """Four files by curl; DuckDB reads the Parquet file beside them."""
    needed("curl")
    run(tmp_path, "sh", "-ec", example("sh").replace("HOST", address))
    assert (tmp_path / "jember.csv").read_text().count("ID-35.09,") == 2
    assert '"resources"' in (tmp_path / "datapackage.json").read_text()
    with duckdb.connect() as connection:
        query = example("sql").replace("data.parquet", str(tmp_path / "data.parquet"))
        assert connection.sql(query).fetchall() == [
            ("2026-M05", 500, 2000),
            ("2026-M06", 600, 2000),
        ]
