"""The HTTP application that every service shares: `create_api`."""

import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.routing import Match

from shared import clock
from shared.database.engine import REQUESTS_AT_ONCE
from shared.database.faults import Healing, described, fault_of
from shared.errors import Refusal
from shared.http.admission import Admission
from shared.http.docs import docs_router
from shared.http.middleware import RequestMiddleware
from shared.http.openapi import describe, operation_id
from shared.http.problems import InvalidContent, field_error, problem
from shared.observability.health import Health
from shared.security.tokens import TokenBook

log = logging.getLogger("lintas.web")
_HEALTH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["status", "missing"],
    "properties": {
        "status": {"enum": ["ok", "unavailable"]},
        "missing": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
_METRICS: dict[int | str, dict[str, Any]] = {
    200: {"content": {CONTENT_TYPE_LATEST: {"schema": {"type": "string"}}}}
}


def create_api(
    title: str,
    engine: Engine,
    tokens: TokenBook,
    health: Health,
    *,
    description: str = "",
    now: Callable[[], datetime] = clock.now,
) -> FastAPI:
    """An application with health, metrics, problems, middleware and `/docs`; the service adds its routers.

    Endpoints find `engine`, `tokens`, `health` and `clock` in `request.app.state`.
    """
    api = operations_api(title, health, description=description, now=now)
    api.state.engine, api.state.tokens = engine, tokens
    api.include_router(docs_router())
    return api


def operations_api(
    title: str, health: Health, *, description: str = "", now: Callable[[], datetime] = clock.now
) -> FastAPI:
    """Health and metrics behind the same middleware: all that a process without the API serves."""
    api = FastAPI(
        title=title,
        description=description,
        docs_url=None,
        redoc_url=None,
        lifespan=_threads,
        generate_unique_id_function=operation_id,
    )
    api.state.health, api.state.clock = health, now
    api.add_middleware(Admission)
    api.add_middleware(RequestMiddleware, service=title)  # added last: the outermost
    _add_problem_handlers(api)
    _add_operations(api)
    describe(api)
    return api


@asynccontextmanager
async def _threads(_api: FastAPI) -> AsyncIterator[None]:
    """Allow one thread for each request that may work at once; each takes one connection."""
    to_thread.current_default_thread_limiter().total_tokens = REQUESTS_AT_ONCE
    yield


def _add_problem_handlers(api: FastAPI) -> None:
    handlers: dict[Any, Any] = {
        Refusal: _refusal,
        RequestValidationError: _invalid_parameters,
        HTTPException: _http_error,
        DBAPIError: _database_failed,
        PoolTimeout: _database_failed,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def _add_operations(api: FastAPI) -> None:
    """Add health and metrics; the event loop answers from memory, without thread or database."""

    @api.get("/health/live", tags=["operations"], responses=_health_responses("Stands still"))
    async def live(request: Request) -> Response:
        """Whether the service's work moves; never whether the broker answers."""
        return _health(request.app.state.health.live(request.app.state.clock()))

    @api.get("/health/ready", tags=["operations"], responses=_health_responses("Not ready"))
    async def ready(request: Request) -> Response:
        """Whether requests could be served when last looked at; says what is missing."""
        return _health(request.app.state.health.ready(request.app.state.clock()))

    @api.get("/metrics", tags=["operations"], response_class=Response, responses=_METRICS)
    async def metrics() -> Response:
        """Figures about the service itself, for Prometheus; no personal values."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _health_responses(otherwise: str) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": _HEALTH_SCHEMA}}
    return {
        200: {"description": "Nothing is missing", "content": content},
        503: {"description": otherwise, "content": content},
    }


def _health(missing: Mapping[str, str]) -> Response:
    """200 when nothing is missing, else 503 and what."""
    content = {"status": "unavailable" if missing else "ok", "missing": dict(missing)}
    return JSONResponse(content, 503 if missing else 200)


async def _refusal(_request: Request, refusal: Refusal) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if refusal.status == HTTPStatus.UNAUTHORIZED else {}
    more = {"errors": refusal.errors} if isinstance(refusal, InvalidContent) else {}
    return problem(refusal, headers, **more)


async def _invalid_parameters(_request: Request, error: RequestValidationError) -> Response:
    return await _refusal(_request, InvalidContent([field_error(item) for item in error.errors()]))


async def _http_error(request: Request, error: HTTPException) -> Response:
    code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(error.status_code, "HTTP")
    refusal = Refusal("NOT_SERVED", code=code, status=error.status_code)
    allow = (
        {"Allow": _methods_of(request)}
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        else {}
    )
    return problem(refusal, dict(error.headers or {}) | allow)


def _methods_of(request: Request) -> str:
    """The methods of every route at this address; Starlette names those of the first one only."""
    return ", ".join(
        method
        for method in ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    )


async def _database_failed(_request: Request, error: Exception) -> Response:
    """Answer 503 when the database fails; raise when our own statement is at fault."""
    fault = fault_of(error)
    if fault is None:
        raise error
    log.error("database unavailable (%s); nothing was accepted", described(error))
    name = "DATABASE.waiting" if fault.healing is Healing.WAITING else "DATABASE.operator"
    refusal = Refusal(name, code=fault.code, fault=fault.message_id, fault_en=fault.message_en)
    return problem(refusal)
