"""The public feeds: releases, byte for byte, to be kept by caches for ever."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Response
from sqlalchemy import Engine

from services.monitoring.release.figures import canonical
from services.monitoring.release.manifest import sha256
from services.monitoring.release.queries import find_release, list_releases, summary
from services.monitoring.release.store import Release
from shared.http.problems import problem_responses

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=60"
Known = Annotated[str, Header()]
Number = Annotated[int, Path(ge=1, le=2_147_483_647)]
Name = Literal["figures.json", "figures.csv", "manifest.json"]
MEDIA_TYPES: dict[Name, str] = {
    "figures.json": "application/json",
    "figures.csv": "text/csv; charset=utf-8",
    "manifest.json": "application/json",
}


def _answers(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI entries of an answer that caches keep: its body, or 304 without one."""
    headers = {"ETag": {"required": True, "schema": {"type": "string"}}}
    return {
        200: {
            "description": "The bytes whose SHA-256 is the ETag",
            "headers": headers,
            "content": {media_type: {} for media_type in media_types},
        },
        304: {"description": "The reader has it already", "headers": headers},
    }


_LIST = _answers("application/json")
_LATEST = _LIST | problem_responses(404)
_FILE = _answers(*sorted(set(MEDIA_TYPES.values()))) | problem_responses(404, 422)


def router(engine: Engine) -> APIRouter:
    """The release endpoints; nobody needs a token.

    HEAD is served and not described: an operation's id belongs to one operation alone.
    """
    made = APIRouter(tags=["releases"], default_response_class=Response)

    @made.head("/v1/releases", include_in_schema=False)
    @made.get("/v1/releases", operation_id="list_releases", responses=_LIST)
    def releases(if_none_match: Known = "") -> Response:
        """Every release, newest first, with the hash and address of each of its files."""
        body = canonical({"releases": list_releases(engine)})
        return answer(body, "application/json", if_none_match, ASK_AGAIN)

    @made.head("/v1/releases/latest", include_in_schema=False)
    @made.get("/v1/releases/latest", operation_id="latest_release", responses=_LATEST)
    def latest(if_none_match: Known = "") -> Response:
        """The latest release: its number, last month, files and hashes."""
        found = find_release(engine)
        body = canonical(summary(found.number, found.until, found.manifest))
        return answer(body, "application/json", if_none_match, ASK_AGAIN)

    @made.head("/v1/releases/{number}/{name}", include_in_schema=False)
    @made.get("/v1/releases/{number}/{name}", operation_id="release_file", responses=_FILE)
    def file(name: Name, number: Number, if_none_match: Known = "") -> Response:
        """One file of a release; it never changes, and its ETag is its SHA-256."""
        body = bytes_of(find_release(engine, number), name)
        return answer(body, MEDIA_TYPES[name], if_none_match, FOR_EVER)

    return made


def bytes_of(release: Release, name: Name) -> bytes:
    """The bytes of one file."""
    return {
        "figures.json": release.figures,
        "figures.csv": release.csv,
        "manifest.json": release.manifest,
    }[name]


def answer(body: bytes, media_type: str, if_none_match: str, cache: str) -> Response:
    """The body with its hash as ETag, or 304 when the reader has it already."""
    etag = f'"{sha256(body)}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Cross-Origin-Resource-Policy": "cross-origin"}
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
