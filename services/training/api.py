"""The HTTP endpoints of the training service; each turns outside words into one use case."""

from fastapi import APIRouter

from services.training import CARD, service
from services.training.answers import GroupList, SessionList
from services.training.correct import CORRECTIONS
from services.training.lists import OWN, REPORTS, WRITE
from services.training.schemas import (
    AttendanceItem,
    CompletionItem,
    EntitlementList,
    FamilyGroupItem,
    GroupFamilyItem,
    RightItem,
    SessionItem,
)
from shared.application.context import Keys
from shared.application.ministry_routes import ministry_routers
from shared.application.routes import Routes

READ = "training:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE, service.RECORDS)
    return (
        _groups(routes),
        _sessions(routes),
        *ministry_routers(routes, OWN, REPORTS, CORRECTIONS, service.show_history, scope=READ),
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


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    path, ending = "/v1/entitlements", service.list_ending_entitlements
    routes.worklist(router, path, service.list_entitlements, EntitlementList, scope=READ)
    routes.worklist(router, f"{path}/ending", ending, EntitlementList, scope=READ)
    routes.items(router, f"{path}/completions", RightItem, service.complete_rights)
    path, idle = "/v1/family-groups", service.list_groups_without_session
    routes.worklist(router, path, service.list_groups, GroupList, scope=READ)
    routes.worklist(router, f"{path}/without-session", idle, GroupList, scope=READ, months=True)
    sessions = service.list_sessions
    routes.worklist(router, "/v1/sessions", sessions, SessionList, scope=READ, months=True)
    return router
