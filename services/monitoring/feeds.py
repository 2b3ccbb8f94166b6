"""The public feeds: releases, byte for byte, to be kept by caches for ever."""

import base64
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Header, Path, Response
from sqlalchemy import Engine

from services.monitoring.feed import data
from services.monitoring.feed.answer import (
    ASK_AGAIN,
    FOR_EVER,
    answer,
    answers,
    redirect,
    redirects,
)
from services.monitoring.feed.files import COLUMNAR, DISTRICTS, OTHERS, TABLE
from services.monitoring.feed.metadata import Publisher, csv_on_the_web, data_package, index
from services.monitoring.feed.queries import find_file, find_index, latest_number
from services.monitoring.release.assembly import NO_CHANGES
from services.monitoring.release.figures import canonical
from services.monitoring.release.queries import find_release, list_releases, summary
from services.monitoring.release.store import Release
from shared.http.problems import problem_responses
from shared.wire.signatures import Trust

JSON, CSV = "application/json", "text/csv; charset=utf-8"
Known = Annotated[str, Header()]
Encoding = Annotated[str, Header()]
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
Signed = Literal["figures.json", "figures.csv", "changes.json", "manifest.json"]
Table = Literal["data.csv", "data.parquet", "other-kecamatan.csv"]
Described = Literal[
    "datapackage.json", "data.csv-metadata.json", "other-kecamatan.csv-metadata.json"
]
Name = Literal[Signed, Table, Described]
District = Annotated[str, Path(pattern=r"^ID-\d{2}\.\d{2}\.csv(-metadata\.json)?$")]
MEDIA_TYPES: dict[str, str] = {
    "figures.json": JSON,
    "figures.csv": CSV,
    "changes.json": JSON,
    "manifest.json": JSON,
    TABLE: CSV,
    COLUMNAR: data.MEDIA_TYPES["parquet"],
    OTHERS: CSV,
}
BESIDE = "-metadata.json"
"""What the name of a CSV's description ends with, as CSV on the Web asks for."""
_LIST = answers(JSON)
_LATEST = _LIST | problem_responses(404)
_FILE = answers(*sorted(set(MEDIA_TYPES.values()))) | problem_responses(404, 422)


def router(engine: Engine, publisher: Publisher, trust: Trust) -> APIRouter:
    """The release endpoints; nobody needs a token.

    HEAD is served and not described: an operation's id belongs to one operation alone.
    """
    made = APIRouter(tags=["releases"], default_response_class=Response)
    _add_lists(made, engine, publisher)
    _add_latest_file(made, engine)
    _add_files(made, engine, publisher)
    _add_district_files(made, engine, publisher)
    _add_keys(made, trust)
    made.include_router(data.router(engine))
    return made


def _add_lists(made: APIRouter, engine: Engine, publisher: Publisher) -> None:
    @made.head("/v1/releases", include_in_schema=False)
    @made.get("/v1/releases", operation_id="list_releases", responses=_LIST)
    def releases(if_none_match: Known = "", accept_encoding: Encoding = "") -> Response:
        """Every release, newest first, with the hash and address of each of its files."""
        body = canonical({"releases": list_releases(engine)})
        return answer(body, JSON, if_none_match, ASK_AGAIN, accept_encoding)

    @made.head("/v1/releases/latest", include_in_schema=False)
    @made.get("/v1/releases/latest", operation_id="latest_release", responses=_LATEST)
    def latest(if_none_match: Known = "") -> Response:
        """The latest release: its number, last month, files and hashes."""
        found = find_release(engine)
        body = canonical(summary(found.number, found.until, found.manifest))
        return answer(body, JSON, if_none_match, ASK_AGAIN)

    @made.head("/v1/releases/{number}", include_in_schema=False)
    @made.get("/v1/releases/{number}", operation_id="release_index", responses=_LATEST)
    def release_index(number: Number, if_none_match: Known = "") -> Response:
        """A release without its figures: dates, licence, contact, and every file with size and hash."""
        body = canonical(index(find_index(engine, number), publisher))
        return answer(body, JSON, if_none_match, ASK_AGAIN)


def _add_latest_file(made: APIRouter, engine: Engine) -> None:
    @made.head("/v1/releases/latest/{name}", include_in_schema=False)
    @made.get(
        "/v1/releases/latest/{name}",
        operation_id="latest_file",
        status_code=307,
        responses=redirects() | problem_responses(404, 422),
    )
    def latest_file(name: Name) -> Response:
        """The address of a file of the newest release."""
        return redirect(f"/v1/releases/{latest_number(engine)}/{name}")


def _add_files(made: APIRouter, engine: Engine, publisher: Publisher) -> None:
    @made.head("/v1/releases/{number}/{name}", include_in_schema=False)
    @made.get("/v1/releases/{number}/{name}", operation_id="release_file", responses=_FILE)
    def file(
        name: Name, number: Number, if_none_match: Known = "", accept_encoding: Encoding = ""
    ) -> Response:
        """One file of a release; it never changes, and its ETag is its SHA-256."""
        if name == "datapackage.json" or name.endswith(BESIDE):
            if name.endswith(BESIDE):
                find_file(engine, number, name.removesuffix(BESIDE))
            body = canonical(described(engine, publisher, number, name))
            return answer(body, JSON, if_none_match, ASK_AGAIN, accept_encoding)
        made_of = find_file(engine, number, name) if name in get_args(Table) else None
        body = made_of or bytes_of(find_release(engine, number), name)
        return answer(body, MEDIA_TYPES[name], if_none_match, FOR_EVER, accept_encoding)


def _add_district_files(made: APIRouter, engine: Engine, publisher: Publisher) -> None:
    @made.head("/v1/releases/{number}/districts/{name}", include_in_schema=False)
    @made.get(
        "/v1/releases/{number}/districts/{name}", operation_id="district_file", responses=_FILE
    )
    def district_file(
        name: District, number: Number, if_none_match: Known = "", accept_encoding: Encoding = ""
    ) -> Response:
        """The lines of one kabupaten or kota with its kecamatan, as CSV; or what describes them."""
        path = f"{DISTRICTS}/{name}"
        if name.endswith(BESIDE):
            find_file(engine, number, path.removesuffix(BESIDE))
            body = canonical(described(engine, publisher, number, path))
            return answer(body, JSON, if_none_match, ASK_AGAIN)
        body = find_file(engine, number, path)
        return answer(body, CSV, if_none_match, FOR_EVER, accept_encoding)


def _add_keys(made: APIRouter, trust: Trust) -> None:
    @made.head("/v1/keys", include_in_schema=False)
    @made.get("/v1/keys", operation_id="list_keys", responses=_LIST)
    def keys(if_none_match: Known = "") -> Response:
        """The public keys that sign events and releases: id, source, Ed25519 key in base64."""
        listed = [
            {"id": key_id, "source": source, "ed25519": base64.b64encode(raw).decode()}
            for key_id, (source, raw) in trust.public_keys().items()
        ]
        return answer(canonical({"keys": listed}), JSON, if_none_match, ASK_AGAIN)


def described(engine: Engine, publisher: Publisher, number: int, name: str) -> dict[str, Any]:
    """What describes a release or one of its CSV files."""
    found = find_index(engine, number)
    if name == "datapackage.json":
        return data_package(found, publisher)
    return csv_on_the_web(name.removesuffix(BESIDE), found, publisher)


def bytes_of(release: Release, name: str) -> bytes:
    """The bytes of one signed file."""
    return {
        "figures.json": release.figures,
        "figures.csv": release.csv,
        "changes.json": release.changes or NO_CHANGES,
        "manifest.json": release.manifest,
    }[name]
