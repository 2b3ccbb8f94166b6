"""The endpoints of reporting, alike for every service."""

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Query

from shared.application.lists import ListOf
from shared.application.reporting import service
from shared.application.reporting.schemas import (
    ClosingItem,
    DeclarationItem,
    ObligationItem,
    OpenReportList,
    ReopeningItem,
)
from shared.application.routes import Routes
from shared.application.worklists import Order

CURSOR = r"^[0-9]{2}\.[0-9]{2}/[A-Z]{1,20}/[0-9]{4}-[0-9]{2}$"


def _place(after: str | None) -> service.Place | None:
    if after is None:
        return None
    district, name, month = after.split("/")
    return district, name, month


BY_PLACE: Order[service.Place] = Order(Query(pattern=CURSOR), _place)


def reporting(routes: Routes, lists: Iterable[ListOf[Any]], *, scope: str) -> APIRouter:
    """Obligations, closings, reopenings, declared counts, and what is open; `scope` permits reading.

    `lists` are those of `report_lists`.
    """
    router = APIRouter(tags=["reporting"])
    path = "/v1/reports"
    routes.items(router, f"{path}/obligations", ObligationItem, service.set_obligations)
    routes.items(router, f"{path}/closings", ClosingItem, service.close_months)
    routes.items(router, f"{path}/reopenings", ReopeningItem, service.reopen_months)
    routes.items(router, f"{path}/declarations", DeclarationItem, service.declare_counts)
    routes.worklist(
        router,
        f"{path}/open",
        service.list_open_reports,
        OpenReportList,
        scope=scope,
        order=BY_PLACE,
    )
    routes.lists(router, lists)
    return router
