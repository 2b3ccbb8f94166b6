"""`/v1/data`: the lines of a release that a reader chooses, from the figures that are published.

There is no query over events: every answer is a part of the released table.
"""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response
from sqlalchemy import Engine

from services.monitoring.feed.answer import FOR_EVER, answer, answers, redirect, redirects
from services.monitoring.feed.forms import INDICATOR_FORM, PERIOD_FORM, REGION_FORM
from services.monitoring.feed.queries import Choice, find_lines, latest_number
from shared.errors import Refusal
from shared.http.problems import problem_responses

LATEST = "latest"
Form = Literal["csv", "json", "parquet"]
MEDIA_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
PARAMETERS = ("indicator", "region", "period", "release", "format")
_ANSWERS = answers(*MEDIA_TYPES.values()) | redirects() | problem_responses(404, 422)


def router(engine: Engine) -> APIRouter:
    """The endpoint; nobody needs a token."""
    made = APIRouter(tags=["releases"], default_response_class=Response)

    @made.head("/v1/data", include_in_schema=False)
    @made.get("/v1/data", operation_id="read_data", responses=_ANSWERS)
    def data(
        request: Request,
        indicator: Annotated[str, Query(pattern=INDICATOR_FORM, examples=["I01"])] = "",
        region: Annotated[str, Query(pattern=REGION_FORM, examples=["ID-35.09"])] = "",
        period: Annotated[str, Query(pattern=PERIOD_FORM, examples=["2026-M06"])] = "",
        release: Annotated[str, Query(pattern=r"^(latest|[1-9]\d{0,8})$")] = LATEST,
        format: Form = "csv",
        if_none_match: Annotated[str, Header()] = "",
        accept_encoding: Annotated[str, Header()] = "",
    ) -> Response:
        """Lines of a release: a region brings all that lies in it; without a choice the whole table."""
        _require_known(request)
        if release == LATEST:
            return redirect(_numbered(request, latest_number(engine)))
        body = find_lines(engine, int(release), Choice(indicator, region, period), format)
        return answer(body, MEDIA_TYPES[format], if_none_match, FOR_EVER, accept_encoding)

    return made


def _require_known(request: Request) -> None:
    """Refuse a parameter that nobody reads: its figures would not be those that were meant."""
    if request.query_params.keys() - set(PARAMETERS):
        raise Refusal("PARAMETER_UNKNOWN", "query", known=", ".join(PARAMETERS))


def _numbered(request: Request, number: int) -> str:
    asked = {**request.query_params, "release": str(number)}
    return f"{request.url.path}?{urlencode(asked)}"
