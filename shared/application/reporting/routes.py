"""The endpoints of reporting, alike for every service."""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from shared.application.context import Context
from shared.application.fields import AreaCode
from shared.application.lists import ListOf
from shared.application.reporting import closed, service
from shared.application.reporting.closed import ClosedReportList
from shared.application.reporting.records import require_every_list
from shared.application.reporting.schemas import (
    ClosingItem,
    DeclarationItem,
    ObligationItem,
    OpenReportList,
    ReopeningItem,
)
from shared.application.routes import Routes
from shared.application.worklists import MAX_PAGE
from shared.http.problems import problem_responses

CURSOR = r"^[0-9]{2}\.[0-9]{2}/[A-Z]{1,20}/[0-9]{4}-[0-9]{2}$"


def _place(after: str | None) -> service.Place | None:
    if after is None:
        return None
    district, name, month = after.split("/")
    return district, name, month


def reporting(routes: Routes, lists: Iterable[ListOf[Any]], *, scope: str) -> APIRouter:
    """Obligations, closings, reopenings, declared counts, and what is open; `scope` permits reading.

    `lists` are those of `report_lists`.

    Raises:
        ValueError: the routes do not know the records of a list that their source reports.
    """
    require_every_list(routes.origin.source, routes.records)
    router = APIRouter(tags=["reporting"])
    path = "/v1/reports"
    routes.items(router, f"{path}/obligations", ObligationItem, service.set_obligations)
    routes.items(router, f"{path}/closings", ClosingItem, service.close_months)
    routes.items(router, f"{path}/reopenings", ReopeningItem, service.reopen_months)
    routes.items(router, f"{path}/declarations", DeclarationItem, service.declare_counts)
    _open(router, f"{path}/open", routes.reader(scope))
    _closed(router, f"{path}/closed", routes.reader(scope))
    routes.lists(router, lists)
    return router


def _open(router: APIRouter, path: str, reader: Callable[..., Context]) -> None:
    @router.get(path, responses=problem_responses(400, 401, 403, 422, 503))
    def list_open_reports(
        context: Annotated[Context, Depends(reader, scope="function")],
        area: AreaCode | None = None,
        after: Annotated[str | None, Query(pattern=CURSOR)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> OpenReportList:
        """Months that have ended and are not closed, of an area or of every one the token covers."""
        return service.list_open_reports(context, area, after=_place(after), limit=limit)


def _closed(router: APIRouter, path: str, reader: Callable[..., Context]) -> None:
    @router.get(path, responses=problem_responses(400, 401, 403, 422, 503))
    def list_closed_reports(
        context: Annotated[Context, Depends(reader, scope="function")],
        area: AreaCode,
        after: Annotated[str | None, Query(pattern=CURSOR)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> ClosedReportList:
        """Months of an area that are closed; of those closed as nil, what was recorded later."""
        return closed.list_closed_reports(context, area, after=_place(after), limit=limit)
