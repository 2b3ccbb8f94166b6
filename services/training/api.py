"""The HTTP doors of the training service; each turns outside words into one use case."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.training import service
from services.training.book import Desk
from services.training.schemas import (
    COLUMNS,
    AttendanceItem,
    AttendanceRow,
    CompletionItem,
    EntitlementList,
    SessionItem,
)
from shared.application.corrections import Corrected, CorrectionRequest
from shared.csv.rows import GoodRow
from shared.errors import area_forbidden
from shared.http.auth import require
from shared.http.batches import Outcome
from shared.http.csv_upload import csv_post
from shared.http.cursors import Cursor, id_before
from shared.http.endpoints import Reading, Work, change_post, items_post
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

WRITE = "training:write"
READ = "training:read"
MAX_PAGE = 1_000


def routers(desk: Desk) -> tuple[APIRouter, ...]:
    """Every door, given the keys and lists that the use cases need."""
    return (_sessions(desk), _lists(desk), _corrections(), _readings())


def _sessions(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["sessions and training"])

    @items_post(router, "/v1/sessions", SessionItem, scope=WRITE)
    def hold_sessions(work: Work, items: list[SessionItem]) -> Sequence[Outcome]:
        """Record sessions that were held."""
        return service.hold_sessions(work.connection, items, **_asked(work))

    @items_post(router, "/v1/attendance", AttendanceItem, scope=WRITE)
    def record_attendance(work: Work, items: list[AttendanceItem]) -> Sequence[Outcome]:
        """Record who attended which session."""
        return service.record_attendance(work.connection, desk, items, **_asked(work))

    @items_post(router, "/v1/completions", CompletionItem, scope=WRITE)
    def complete_trainings(work: Work, items: list[CompletionItem]) -> Sequence[Outcome]:
        """Record completed trainings."""
        areas = work.grant.areas
        return service.complete_trainings(work.connection, desk, items, areas=areas, **_asked(work))

    return router


def _lists(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])

    @csv_post(router, "/v1/imports/attendance", AttendanceRow, scope=WRITE, called=COLUMNS)
    def import_attendance(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        """Import attendance: the number of a session with a family number or a NIK."""
        items = [row.model.item for row in rows]
        return service.record_attendance(work.connection, desk, items, **_asked(work))

    return router


def _corrections() -> APIRouter:
    router = APIRouter(tags=["corrections"])

    @change_post(router, "/v1/corrections", CorrectionRequest, scope=WRITE, answers=Corrected)
    def correct_fact(work: Work, request: CorrectionRequest) -> BaseModel:
        """Take back or replace an earlier event of this service."""
        return Corrected(id=service.correct_fact(work.connection, request, **_asked(work)))

    return router


def _readings() -> APIRouter:
    router = APIRouter(tags=["worklists"])

    @router.get("/v1/entitlements", responses=problem_responses(401, 403, 422, 503))
    def list_entitlements(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: Annotated[str, Query(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")],
        after: Cursor | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> EntitlementList:
        """Members of an area whose right to training nobody took up yet, by pseudonym."""
        if not grant.covers(area):
            raise area_forbidden("area")
        return service.list_entitlements(connection, area, after=id_before(after), limit=limit)

    return router


def _asked(work: Work) -> dict[str, Any]:
    return {"covers": work.grant.covers, "now": work.now}
