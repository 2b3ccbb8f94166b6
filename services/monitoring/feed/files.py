"""Every file of a release that holds figures, made once when it is published. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.monitoring.feed.columns import lines
from services.monitoring.feed.others import others_csv
from services.monitoring.feed.table import csv_bytes, district_lines, parquet_bytes
from services.monitoring.release.figure import Row
from services.monitoring.release.remainders import Remainder
from services.monitoring.release.scope import Places

TABLE, COLUMNAR, DISTRICTS = "data.csv", "data.parquet", "districts"
OTHERS = "other-kecamatan.csv"


@dataclass(frozen=True)
class FeedFile:
    """One file of a release."""

    name: str
    rows: int
    body: bytes


def feed_files(
    rows: Sequence[Row], regions: Places, others: Sequence[Remainder] = ()
) -> tuple[FeedFile, ...]:
    """The table as CSV and Parquet, what is derived from it, and a CSV for each kabupaten."""
    whole = list(lines(rows, regions))
    files = [
        FeedFile(TABLE, len(whole), csv_bytes(whole)),
        FeedFile(COLUMNAR, len(whole), parquet_bytes(whole)),
        FeedFile(OTHERS, len(others), others_csv(others, regions)),
    ]
    for code, some in sorted(district_lines(whole).items()):
        files.append(FeedFile(f"{DISTRICTS}/{code}.csv", len(some), csv_bytes(some)))
    return tuple(files)
