"""The audit of exact figures: one line for each request, written when its outcome is known.

    router = APIRouter(prefix="/v1/exact", route_class=AuditedRoute)

The line says who asked for what, of which area, and how it ended: `allowed`, `refused` with the
code that the caller got, or `failed` with the kind of the error.
"""

import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.errors import Refusal
from shared.http.problems import field_error
from shared.observability.log_limit import ALWAYS
from shared.observability.logs import AUDIT

INDICATOR = r"^\d{2}$"
REGION = r"^\d{2}\.\d{2}(\.\d{2})?$"
DISTRICT = r"^\d{2}\.\d{2}$"
YEAR = r"^2\d{3}$"
MONTH = r"^2\d{3}-(0[1-9]|1[0-2])$"
NOT_SAID, NOT_VALID = "-", "(not valid)"
audit = logging.getLogger(AUDIT)


class AuditedRoute(APIRoute):
    """A route of which every request is audited, whatever becomes of it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, with the audit around it and all that it depends on."""
        handle = super().get_route_handler()

        async def audited(request: Request) -> Response:
            try:
                answer = await handle(request)
            except BaseException as error:
                _write(request, outcome(error))
                raise
            _write(request, "allowed")
            return answer

        return audited


def outcome(error: BaseException) -> str:
    """How a request ended that got no figures."""
    if isinstance(error, Refusal):
        return f"refused {error.code}"
    if isinstance(error, RequestValidationError):
        return f"refused {field_error(error.errors()[0])['code']}"
    return f"failed {type(error).__name__}"


def _write(request: Request, ended: str) -> None:
    grant = getattr(request.state, "grant", None)
    audit.info(
        "exact figures %s: %s of %s, indicator %s, area %s, until %s",
        ended,
        grant.name if grant else "nobody known",
        grant.agency if grant else NOT_SAID,
        _shown(request.path_params, "indicator", INDICATOR),
        _shown(request.query_params, "region", REGION),
        _shown(request.query_params, "until", MONTH),
        extra=ALWAYS,
    )


def _shown(given: Mapping[str, str], name: str, pattern: str) -> str:
    """What was asked, in its right form alone: a stranger's text may be a person's number."""
    value = given.get(name)
    if value is None:
        return NOT_SAID
    return value if re.fullmatch(pattern, value) else NOT_VALID
