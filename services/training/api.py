"""The HTTP doors of the training service; each turns outside words into one use case."""

from fastapi import APIRouter

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

WRITE = "training:write"
READ = "training:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every door, given the keys that the use cases need."""
    doors = Doors(CARD.origin, keys, WRITE)
    return (_sessions(doors), _lists(doors), doors.corrections(CORRECTIONS), _readings(doors))


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


def _readings(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    doors.worklist(
        router, "/v1/entitlements", service.list_entitlements, EntitlementList, scope=READ
    )
    return router
