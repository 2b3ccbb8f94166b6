"""Answers that caches keep: a hash as ETag, gzip where the reader takes it, open to every origin."""

import gzip
from typing import Any

from fastapi import Response

from services.monitoring.release.manifest import sha256

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, max-age=60"
SMALLEST_GZIP = 1_000
"""Bytes below which packing costs more than it saves."""
OPEN = {
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag",
}


def answer(
    body: bytes, media_type: str, if_none_match: str, cache: str, accept_encoding: str = ""
) -> Response:
    """The body with its hash as ETag, or 304 when the reader has it already."""
    packed = _takes_gzip(accept_encoding) and media_type.startswith(("text/", "application/json"))
    packed = packed and len(body) >= SMALLEST_GZIP
    digest = sha256(body)
    etag = f'"{digest}-gzip"' if packed else f'"{digest}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Vary": "Accept-Encoding", **OPEN}
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if known & {f'"{digest}"', f'"{digest}-gzip"', "*"}:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, mtime=0)
    return Response(body, media_type=media_type, headers=headers)


def redirect(address: str) -> Response:
    """To the address of a numbered release, which never changes."""
    headers = {"Location": address, "Cache-Control": ASK_AGAIN, **OPEN}
    return Response(status_code=307, headers=headers)


def answers(*media_types: str) -> dict[int | str, dict[str, Any]]:
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


def redirects() -> dict[int | str, dict[str, Any]]:
    """OpenAPI entry of `latest`."""
    headers = {"Location": {"required": True, "schema": {"type": "string"}}}
    return {307: {"description": "The address of the newest release", "headers": headers}}


def _takes_gzip(accept_encoding: str) -> bool:
    for one in accept_encoding.lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        if name in ("gzip", "*"):
            return weight not in ("0", "0.0", "0.00", "0.000")
    return False
