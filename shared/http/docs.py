"""`/docs`: Swagger UI, served from our own files, shows the service's OpenAPI document.

FastAPI's page would load its script from another host and start it inline; the policy forbids both.
`static/swagger-ui.SOURCE.txt` says which version is kept, from where, and under which licence.
"""

from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Header, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page loads only our files and calls only this service; Swagger UI's style sheet embeds its arrows (data:)."""
_FOLDER = Path(__file__).parent / "static"
_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
_TYPES = {
    "/docs": ("docs.html", "text/html; charset=utf-8"),
    "/docs/start.js": ("start.js", _SCRIPT),
    "/docs/swagger-ui-bundle.js": ("swagger-ui-bundle.js", _SCRIPT),
    "/docs/swagger-ui.css": ("swagger-ui.css", _STYLE),
}


def docs_router() -> APIRouter:
    """Serve the page and its files from memory, without a token."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _TYPES.items():
        _serve(router, path, (_FOLDER / name).read_bytes(), media_type)
    return router


def _serve(router: APIRouter, path: str, body: bytes, media_type: str) -> None:
    """Serve one file with an ETag: browsers cache it but show a new version at once."""
    headers = {"ETag": f'"{sha256(body).hexdigest()}"', "Cache-Control": "no-cache"}
    if media_type.startswith("text/html"):
        headers["Content-Security-Policy"] = POLICY

    @router.api_route(path, methods=["GET", "HEAD"])
    async def file(if_none_match: str = Header("")) -> Response:
        if headers["ETag"] in if_none_match:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=media_type, headers=headers)
