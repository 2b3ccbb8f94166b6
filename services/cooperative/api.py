"""The HTTP endpoints of the cooperative service; each turns outside words into one use case."""

from fastapi import APIRouter

from services.cooperative import CARD, service
from services.cooperative.correct import CORRECTIONS
from services.cooperative.schemas import (
    COLUMNS,
    Activation,
    Application,
    Approval,
    CandidateList,
    CooperativeRow,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    Lapse,
    MemberRow,
    Resignation,
)
from shared.application.context import Keys
from shared.application.reporting.routes import reporting
from shared.application.routes import Routes

WRITE = "cooperative:write"
READ = "cooperative:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE)
    return (
        _memberships(routes),
        _places(routes),
        _lists(routes),
        routes.corrections(CORRECTIONS),
        reporting(routes, scope=READ),
        _readings(routes),
    )


def _memberships(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["memberships"])
    path = "/v1/memberships"
    routes.items(router, f"{path}/applications", Application, service.apply_for_membership)
    routes.items(router, f"{path}/approvals", Approval, service.record_approvals)
    routes.items(router, f"{path}/activations", Activation, service.record_activations)
    routes.items(router, f"{path}/lapses", Lapse, service.record_lapses)
    routes.items(router, f"{path}/resignations", Resignation, service.record_resignations)
    return router


def _places(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["cooperatives and groups"])
    routes.items(
        router,
        "/v1/cooperatives/statuses",
        CooperativeStatusItem,
        service.change_cooperative_statuses,
    )
    routes.items(router, "/v1/groups", GroupItem, service.form_groups)
    routes.items(router, "/v1/groups/statuses", GroupStatusItem, service.change_group_statuses)
    return router


def _lists(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])
    path = "/v1/imports"
    cooperatives, members = service.import_cooperatives, service.import_members
    routes.rows(router, f"{path}/cooperatives", CooperativeRow, cooperatives, called=COLUMNS)
    routes.rows(router, f"{path}/members", MemberRow, members, called=COLUMNS)
    return router


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    routes.worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)
    return router
