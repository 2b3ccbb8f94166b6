"""What describes the files of a release: Data Package with Table Schema, and CSVW. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.monitoring.feed.columns import COLUMNS, Column
from services.monitoring.feed.files import OTHERS
from services.monitoring.feed.others import OTHER_COLUMNS
from shared.messages import phrase

KEY = ("indicator", "measure", "region_code", "period", "programme", "band")
LICENCES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}


@dataclass(frozen=True)
class Publisher:
    """Who answers for the figures, and what may be done with them."""

    contact: str
    licence: str
    release_day: int | None = None
    """On which day of each month a release comes; none: on demand alone."""


@dataclass(frozen=True)
class FileEntry:
    """A file of a release without its bytes."""

    name: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True)
class Index:
    """A release without its bytes: what can be answered without reading a figure."""

    number: int
    until: str
    published_on: date
    files: Sequence[FileEntry]


def next_date(published_on: date, release_day: int) -> date:
    """The first day of release after a day."""
    first = published_on.replace(day=1)
    if published_on.day >= release_day:
        first = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=release_day)


def index(one: Index, publisher: Publisher) -> dict[str, Any]:
    """`/v1/releases/{number}`."""
    return {
        "number": one.number,
        "until": one.until,
        **_dates(one, publisher),
        "licence": publisher.licence,
        "contact": publisher.contact,
        "keys": "/v1/keys",
        "files": [
            {
                "path": f"/v1/releases/{one.number}/{file.name}",
                "sha256": file.sha256,
                "bytes": file.size,
                "rows": file.rows,
            }
            for file in one.files
        ],
    }


def data_package(one: Index, publisher: Publisher) -> dict[str, Any]:
    """`datapackage.json` of a release: every CSV and the Parquet file with its Table Schema."""
    package: dict[str, Any] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"lintas-release-{one.number}",
        "title": f"Lintas release {one.number}, {one.until}",
        "version": f"{one.number}.0.0",
        "created": f"{one.published_on.isoformat()}T00:00:00Z",
        "licenses": [_licence(publisher.licence)],
        "resources": [_resource(file) for file in one.files if file.name.endswith(".csv")],
    }
    if publisher.release_day:
        package["nextRelease"] = next_date(one.published_on, publisher.release_day).isoformat()
    if publisher.contact:
        package["contributors"] = [{"title": publisher.contact, "roles": ["contact"]}]
    return package


def csv_on_the_web(name: str, one: Index, publisher: Publisher) -> dict[str, Any]:
    """`NAME-metadata.json` beside a CSV, as CSV on the Web asks for."""
    licence = _licence(publisher.licence)
    return {
        "@context": "http://www.w3.org/ns/csvw",
        "url": name.rpartition("/")[2],
        "dc:title": f"Lintas release {one.number}, {one.until}",
        "dc:issued": one.published_on.isoformat(),
        "dc:license": licence.get("path", licence["name"]),
        "dc:publisher": publisher.contact or "Lintas",
        "dialect": {"header": True, "lineTerminators": ["\r\n"], "encoding": "utf-8"},
        "tableSchema": {
            "columns": [_csvw_column(column) for column in columns_of(name)],
            "primaryKey": list(KEY),
        },
    }


def columns_of(name: str) -> Sequence[Column]:
    """The columns of a CSV: those of the table, or of what is derived from it."""
    return OTHER_COLUMNS if name == OTHERS else COLUMNS


def table_schema(name: str) -> dict[str, Any]:
    """The Table Schema of a CSV."""
    return {
        "fields": [_field(column) for column in columns_of(name)],
        "primaryKey": list(KEY),
        "missingValues": [""],
    }


def _resource(file: FileEntry) -> dict[str, Any]:
    described = {"description": phrase("feed.others").both()} if file.name == OTHERS else {}
    return {
        "name": file.name.removesuffix(".csv").replace("/", "-").lower(),
        **described,
        "path": file.name,
        "type": "table",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "schema": table_schema(file.name),
    }


def _field(column: Column) -> dict[str, Any]:
    limits: dict[str, Any] = {"pattern": column.pattern} if column.pattern else {}
    codes = [code for code in column.codes if code]
    limits |= {"enum": codes} if codes else {}
    field = {"name": column.name, "type": column.type, "description": f"{column.id} / {column.en}"}
    return field | ({"constraints": limits} if limits else {})


def _csvw_column(column: Column) -> dict[str, Any]:
    kind: str | dict[str, str] = column.type
    if column.pattern:
        kind = {"base": "string", "format": column.pattern.strip("^$")}
    described = [{"@value": column.id, "@language": "id"}, {"@value": column.en, "@language": "en"}]
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": kind,
        "dc:description": described,
        "required": column.name in KEY[:4],
    }


def _licence(name: str) -> Mapping[str, str]:
    known = LICENCES.get(name)
    return {"name": name, **({"path": known} if known else {})}


def _dates(one: Index, publisher: Publisher) -> dict[str, str | None]:
    day = publisher.release_day
    return {
        "published_on": one.published_on.isoformat(),
        "next_on": next_date(one.published_on, day).isoformat() if day else None,
    }
