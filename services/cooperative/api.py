"""The HTTP doors of the cooperative service; each turns outside words into one use case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

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
from shared.application.fields import AreaCode
from shared.errors import area_forbidden
from shared.http.auth import require
from shared.http.cursors import Cursor, id_before
from shared.http.endpoints import Reading
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

WRITE = "cooperative:write"
READ = "cooperative:read"
MAX_PAGE = 1_000


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every door, given the keys that the use cases need."""
    doors = Doors(CARD.origin, keys, WRITE)
    return (
        _memberships(doors),
        _places(doors),
        _lists(doors),
        doors.corrections(CORRECTIONS),
        _readings(),
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


def _readings() -> APIRouter:
    router = APIRouter(tags=["worklists"])

    @router.get("/v1/candidates", responses=problem_responses(401, 403, 422, 503))
    def list_candidates(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: AreaCode,
        after: Cursor | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> CandidateList:
        """Persons referred to an area's cooperatives who are not members yet, by pseudonym."""
        if not grant.may_act_in(area):
            raise area_forbidden("area")
        return service.list_candidates(connection, area, after=id_before(after), limit=limit)

    return router
