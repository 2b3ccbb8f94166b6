"""The public feeds: releases, byte for byte, to be kept by caches for ever."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Response
from sqlalchemy import Engine

from services.monitoring.release.figures import canonical
from services.monitoring.release.library import find_release, list_releases, summary
from services.monitoring.release.manifest import sha256
from services.monitoring.release.store import Release

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


def router(engine: Engine) -> APIRouter:
    """The release endpoints; nobody needs a token.

    HEAD is served and not described: an operation's id belongs to one operation alone.
    """
    made = APIRouter(tags=["releases"])

    @made.head("/v1/releases", include_in_schema=False)
    @made.get("/v1/releases", operation_id="list_releases")
    def releases(if_none_match: Known = "") -> Response:
        """Every release, newest first, with the hash and address of each of its files."""
        body = canonical({"releases": list_releases(engine)})
        return answer(body, "application/json", if_none_match, ASK_AGAIN)

    @made.head("/v1/releases/latest", include_in_schema=False)
    @made.get("/v1/releases/latest", operation_id="latest_release")
    def latest(if_none_match: Known = "") -> Response:
        """The latest release: its number, last month, files and hashes."""
        found = find_release(engine)
        body = canonical(summary(found.number, found.until, found.manifest))
        return answer(body, "application/json", if_none_match, ASK_AGAIN)

    @made.head("/v1/releases/{number}/{name}", include_in_schema=False)
    @made.get("/v1/releases/{number}/{name}", operation_id="release_file")
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
