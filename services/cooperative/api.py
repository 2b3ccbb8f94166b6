"""The HTTP endpoints of the cooperative service; each turns outside words into one use case."""

from fastapi import APIRouter

from services.cooperative import CARD, service
from services.cooperative.correct import CORRECTIONS
from services.cooperative.schemas import (
    COLUMNS,
    MEETING_COLUMNS,
    TARGET_COLUMNS,
    Activation,
    AnnualMeetingItem,
    AnnualMeetingRow,
    Application,
    Approval,
    CandidateList,
    ConsentItem,
    CooperativeRow,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    Lapse,
    MemberRow,
    MemberTargetItem,
    MemberTargetRow,
    Resignation,
)
from shared.application.context import Keys
from shared.application.reporting.routes import reporting
from shared.application.routes import Routes
from shared.events.reporting import ReportList

WRITE = "cooperative:write"
READ = "cooperative:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE)
    return (
        _memberships(routes),
        _places(routes),
        _years(routes),
        _lists(routes),
        routes.corrections(CORRECTIONS),
        reporting(routes, scope=READ),
        _readings(routes),
    )


def _memberships(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["memberships"])
    path = "/v1/memberships"
    routes.items(router, "/v1/consents", ConsentItem, service.record_consents)
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


def _years(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["annual meetings and targets"])
    meetings, targets = service.record_annual_meetings, service.set_member_targets
    routes.items(router, "/v1/annual-meetings", AnnualMeetingItem, meetings)
    routes.items(router, "/v1/member-targets", MemberTargetItem, targets)
    return router


def _lists(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])
    path = "/v1/imports"
    cooperatives, members = service.import_cooperatives, service.import_members
    listed, joined = ReportList.COOPERATIVES, ReportList.MEMBERS
    routes.rows(
        router, f"{path}/cooperatives", CooperativeRow, cooperatives, called=COLUMNS, closes=listed
    )
    routes.rows(router, f"{path}/members", MemberRow, members, called=COLUMNS, closes=joined)
    meetings, targets = service.import_annual_meetings, service.import_member_targets
    routes.rows(
        router, f"{path}/annual-meetings", AnnualMeetingRow, meetings, called=MEETING_COLUMNS
    )
    routes.rows(router, f"{path}/member-targets", MemberTargetRow, targets, called=TARGET_COLUMNS)
    return router


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    routes.worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)
    return router
