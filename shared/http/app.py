"""The HTTP application that every service shares: `create_api`."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
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


def create_api(
    title: str,
    engine: Engine,
    tokens: TokenBook,
    health: Health,
    *,
    description: str = "",
    now: Callable[[], datetime] = clock.now,
    day_first: bool = False,
) -> FastAPI:
    """An application with problems, middleware and `/docs`; the service adds its routers.

    `day_first`: offices write day before month in lists.
    Endpoints find `engine`, `tokens`, `health` and `clock` in `request.app.state`. Health and metrics
    are not here: they have a port of their own (`shared/http/operations.py`).
    """
    api = bare_api(title, now, description=description, openapi_url="/openapi.json")
    describe(api)
    api.add_middleware(Admission)
    api.add_middleware(RequestMiddleware, service=title)  # added last: the outermost
    api.state.day_first = day_first
    api.state.engine, api.state.tokens, api.state.health = engine, tokens, health
    api.include_router(docs_router())
    return api


def bare_api(
    title: str, now: Callable[[], datetime], *, description: str = "", openapi_url: str | None
) -> FastAPI:
    """An application with our clock and our problems, and no endpoint."""
    api = FastAPI(
        title=title,
        description=description,
        openapi_url=openapi_url,
        docs_url=None,
        redoc_url=None,
        lifespan=_threads,
        generate_unique_id_function=operation_id,
    )
    api.state.clock = now
    _add_problem_handlers(api)
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
