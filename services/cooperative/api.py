"""The HTTP doors of the cooperative service; each turns outside words into one use case."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from services.cooperative import service
from services.cooperative.book import Desk
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
    MemberStep,
    Resignation,
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

WRITE = "cooperative:write"
READ = "cooperative:read"
MAX_PAGE = 1_000


def routers(desk: Desk) -> tuple[APIRouter, ...]:
    """Every door, given the keys and lists that the use cases need."""
    return (_memberships(desk), _places(), _lists(desk), _corrections(), _readings())


def _memberships(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["memberships"])

    @items_post(router, "/v1/memberships/applications", Application, scope=WRITE)
    def apply_for_membership(work: Work, items: list[Application]) -> Sequence[Outcome]:
        """Record applications for membership."""
        return service.apply_for_membership(work.connection, desk, items, **_asked(work))

    _step(router, "/v1/memberships/approvals", Approval, service.approve_memberships, desk)
    _step(router, "/v1/memberships/activations", Activation, service.activate_memberships, desk)
    _step(router, "/v1/memberships/lapses", Lapse, service.lapse_memberships, desk)
    _step(router, "/v1/memberships/resignations", Resignation, service.resign_memberships, desk)
    return router


def _step(
    router: APIRouter,
    path: str,
    item: type[MemberStep],
    use_case: Callable[..., Sequence[Outcome]],
    desk: Desk,
) -> None:
    def take_step(work: Work, items: list[Any]) -> Sequence[Outcome]:
        return use_case(work.connection, desk, items, **_asked(work))

    take_step.__name__, take_step.__doc__ = f"record_{path.rpartition('/')[2]}", item.__doc__
    items_post(router, path, item, scope=WRITE)(take_step)


def _places() -> APIRouter:
    router = APIRouter(tags=["cooperatives and groups"])

    @items_post(router, "/v1/cooperatives/statuses", CooperativeStatusItem, scope=WRITE)
    def change_cooperative_statuses(
        work: Work, items: list[CooperativeStatusItem]
    ) -> Sequence[Outcome]:
        """Record changes of cooperatives' status."""
        return service.change_cooperative_statuses(work.connection, items, **_asked(work))

    @items_post(router, "/v1/groups", GroupItem, scope=WRITE)
    def form_groups(work: Work, items: list[GroupItem]) -> Sequence[Outcome]:
        """Record newly formed household-business groups."""
        return service.form_groups(work.connection, items, **_asked(work))

    @items_post(router, "/v1/groups/statuses", GroupStatusItem, scope=WRITE)
    def change_group_statuses(work: Work, items: list[GroupStatusItem]) -> Sequence[Outcome]:
        """Record steps of groups on the ladder towards a cooperative."""
        return service.change_group_statuses(work.connection, items, **_asked(work))

    return router


def _lists(desk: Desk) -> APIRouter:
    router = APIRouter(tags=["CSV lists"])

    @csv_post(router, "/v1/imports/cooperatives", CooperativeRow, scope=WRITE, called=COLUMNS)
    def import_cooperatives(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        """Import cooperatives, with their status where it is not REGISTERED."""
        models = [row.model for row in rows]
        return service.register_cooperatives(work.connection, models, **_asked(work))

    @csv_post(router, "/v1/imports/members", MemberRow, scope=WRITE, called=COLUMNS)
    def import_members(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        """Import members: application, approval and activation as far as each row has them."""
        models = [row.model for row in rows]
        return service.import_members(work.connection, desk, models, **_asked(work))

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

    @router.get("/v1/candidates", responses=problem_responses(401, 403, 422, 503))
    def list_candidates(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: Annotated[str, Query(pattern=r"^\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?$")],
        after: Cursor | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> CandidateList:
        """Persons referred to an area's cooperatives who are not members yet, by pseudonym."""
        if not grant.covers(area):
            raise area_forbidden("area")
        return service.list_candidates(connection, area, after=id_before(after), limit=limit)

    return router


def _asked(work: Work) -> dict[str, Any]:
    return {"covers": work.grant.covers, "now": work.now}
