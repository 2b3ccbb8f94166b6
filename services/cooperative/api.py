"""The HTTP doors of the cooperative service; each turns outside words into one use case."""

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
from shared.application.doors import Doors

WRITE = "cooperative:write"
READ = "cooperative:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every door, given the keys that the use cases need."""
    doors = Doors(CARD.origin, keys, WRITE)
    return (
        _memberships(doors),
        _places(doors),
        _lists(doors),
        doors.corrections(CORRECTIONS),
        _readings(doors),
    )


def _memberships(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["memberships"])
    path = "/v1/memberships"
    doors.items(router, f"{path}/applications", Application, service.apply_for_membership)
    doors.items(router, f"{path}/approvals", Approval, service.record_approvals)
    doors.items(router, f"{path}/activations", Activation, service.record_activations)
    doors.items(router, f"{path}/lapses", Lapse, service.record_lapses)
    doors.items(router, f"{path}/resignations", Resignation, service.record_resignations)
    return router


def _places(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["cooperatives and groups"])
    doors.items(
        router,
        "/v1/cooperatives/statuses",
        CooperativeStatusItem,
        service.change_cooperative_statuses,
    )
    doors.items(router, "/v1/groups", GroupItem, service.form_groups)
    doors.items(router, "/v1/groups/statuses", GroupStatusItem, service.change_group_statuses)
    return router


def _lists(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])
    path = "/v1/imports"
    cooperatives, members = service.import_cooperatives, service.import_members
    doors.rows(router, f"{path}/cooperatives", CooperativeRow, cooperatives, called=COLUMNS)
    doors.rows(router, f"{path}/members", MemberRow, members, called=COLUMNS)
    return router


def _readings(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    doors.worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)
    return router
