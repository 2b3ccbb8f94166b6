"""The HTTP doors of the training service; each turns outside words into one use case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.training import CARD, service
from services.training.correct import CORRECTIONS
from services.training.schemas import (
    COLUMNS,
    AttendanceItem,
    AttendanceRow,
    CompletionItem,
    EntitlementList,
    SessionItem,
)
from shared.application.context import Keys
from shared.application.doors import Doors
from shared.application.fields import AreaCode
from shared.errors import area_forbidden
from shared.http.auth import require
from shared.http.cursors import Cursor, id_before
from shared.http.endpoints import Reading
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

WRITE = "training:write"
READ = "training:read"
MAX_PAGE = 1_000


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every door, given the keys that the use cases need."""
    doors = Doors(CARD.origin, keys, WRITE)
    return (_sessions(doors), _lists(doors), doors.corrections(CORRECTIONS), _readings())


def _sessions(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["sessions and training"])
    doors.items(router, "/v1/sessions", SessionItem, service.hold_sessions)
    doors.items(router, "/v1/attendance", AttendanceItem, service.record_attendance)
    doors.items(router, "/v1/completions", CompletionItem, service.complete_trainings)
    return router


def _lists(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])
    path, attendance = "/v1/imports/attendance", service.import_attendance
    doors.rows(router, path, AttendanceRow, attendance, called=COLUMNS)
    return router


def _readings() -> APIRouter:
    router = APIRouter(tags=["worklists"])

    @router.get("/v1/entitlements", responses=problem_responses(401, 403, 422, 503))
    def list_entitlements(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: AreaCode,
        after: Cursor | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> EntitlementList:
        """Members of an area whose right to training nobody took up yet, by pseudonym."""
        if not grant.may_act_in(area):
            raise area_forbidden("area")
        return service.list_entitlements(connection, area, after=id_before(after), limit=limit)

    return router
