"""Health and metrics of a process, for operators alone: never on the port of the API.

    Server(operations_api(title, health), settings.host, settings.operations_port)

Exact counts at every moment are no public figures, so the public port has neither.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared import clock
from shared.http.app import bare_api
from shared.http.middleware import RequestMiddleware
from shared.observability.health import Health


def operations_api(
    title: str, health: Health, *, now: Callable[[], datetime] = clock.now
) -> FastAPI:
    """An application of health and metrics alone; nothing in it waits for a thread or the database."""
    api = bare_api(title, now, openapi_url=None)
    api.add_middleware(RequestMiddleware, service=title)
    api.state.health = health
    _add_operations(api)
    return api


def _add_operations(api: FastAPI) -> None:
    """Add health and metrics; the event loop answers from memory, without thread or database."""

    @api.get("/health/live")
    async def live(request: Request) -> Response:
        """Whether the service's work moves; never whether the broker answers."""
        return _health(request.app.state.health.live(request.app.state.clock()))

    @api.get("/health/ready")
    async def ready(request: Request) -> Response:
        """Whether requests could be served when last looked at; says what is missing."""
        return _health(request.app.state.health.ready(request.app.state.clock()))

    @api.get("/metrics")
    async def metrics() -> Response:
        """Figures about the service itself, for Prometheus; no personal values."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _health(missing: Mapping[str, str]) -> Response:
    """200 when nothing is missing, else 503 and what."""
    content = {"status": "unavailable" if missing else "ok", "missing": dict(missing)}
    return JSONResponse(content, 503 if missing else 200)
