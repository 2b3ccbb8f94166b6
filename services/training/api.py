"""The HTTP endpoints of the training service; each turns outside words into one use case."""

from fastapi import APIRouter

from services.training import CARD, service
from services.training.correct import CORRECTIONS
from services.training.schemas import (
    COLUMNS,
    AttendanceItem,
    AttendanceRow,
    CompletionItem,
    EntitlementList,
    FamilyGroupItem,
    FamilyGroupRow,
    GroupFamilyItem,
    GroupFamilyRow,
    SessionItem,
)
from shared.application.context import Keys
from shared.application.reporting.routes import reporting
from shared.application.routes import Routes
from shared.events.reporting import ReportList

WRITE = "training:write"
READ = "training:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE)
    return (
        _groups(routes),
        _sessions(routes),
        _lists(routes),
        routes.corrections(CORRECTIONS),
        reporting(routes, scope=READ),
        _readings(routes),
    )


def _groups(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["family groups"])
    joined = service.join_family_groups
    routes.items(router, "/v1/family-groups", FamilyGroupItem, service.form_family_groups)
    routes.items(router, "/v1/family-groups/families", GroupFamilyItem, joined)
    return router


def _sessions(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["sessions and training"])
    routes.items(router, "/v1/sessions", SessionItem, service.hold_sessions)
    routes.items(router, "/v1/attendance", AttendanceItem, service.record_attendance)
    routes.items(router, "/v1/completions", CompletionItem, service.complete_trainings)
    return router


def _lists(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])
    path, attendance = "/v1/imports/attendance", service.import_attendance
    attended, grouped = ReportList.ATTENDANCE, ReportList.GROUPS
    routes.rows(router, path, AttendanceRow, attendance, called=COLUMNS, closes=attended)
    path, groups = "/v1/imports/family-groups", service.import_family_groups
    routes.rows(router, path, FamilyGroupRow, groups, called=COLUMNS, closes=grouped)
    path, families = "/v1/imports/group-families", service.import_group_families
    routes.rows(router, path, GroupFamilyRow, families, called=COLUMNS, closes=grouped)
    return router


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    routes.worklist(
        router, "/v1/entitlements", service.list_entitlements, EntitlementList, scope=READ
    )
    return router
