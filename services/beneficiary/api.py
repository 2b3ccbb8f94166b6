"""The HTTP doors of the beneficiary service; each turns outside words into one use case."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel

from services.beneficiary import service
from services.beneficiary.book import Desk
from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    ExitItem,
    FacilitatorRow,
    FamilyItem,
    FamilyRow,
    FamilyView,
    ProposalItem,
    ReadinessList,
    ReferralReport,
    ReferralRun,
    TargetItem,
    VerificationItem,
)
from shared.application.corrections import Corrected, CorrectionRequest
from shared.csv.rows import GoodRow
from shared.errors import area_forbidden
from shared.http.auth import require
from shared.http.batches import Outcome
from shared.http.csv_upload import csv_post
from shared.http.endpoints import Reading, Work, change_post, items_post
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

WRITE = "beneficiary:write"
READ = "beneficiary:read"
MAX_PAGE = 1_000


def routers(desk: Desk) -> tuple[APIRouter, ...]:
    """Every door, given the keys and lists that the use cases need."""
    return (_families(desk), _runs(desk), _lists(desk), _corrections(), _readings(desk))


def _families(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["families"])
    _step(router, "/families/changes", ChangeItem, service.change_families, desk)
    _step(router, "/assignments", AssignmentItem, service.assign_facilitators, desk)
    _step(router, "/graduations/proposals", ProposalItem, service.propose_graduations, desk)
    _step(router, "/graduations/verifications", VerificationItem, service.verify_graduations, desk)
    _step(router, "/graduations/approvals", ApprovalItem, service.approve_graduations, desk)
    _step(router, "/exits", ExitItem, service.exit_families, desk)
    return router


def _step(
    router: APIRouter,
    path: str,
    item: type[FamilyItem],
    use_case: Callable[..., Sequence[Outcome]],
    desk: Desk,
) -> None:
    def take_step(work: Work, items: list[Any]) -> Sequence[Outcome]:
        return use_case(work.connection, desk, items, **_asked(work))

    take_step.__name__, take_step.__doc__ = use_case.__name__, use_case.__doc__
    items_post(router, path, item, scope=WRITE)(take_step)


def _runs(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["targets and referrals"])

    @items_post(router, "/targets", TargetItem, scope=WRITE)
    def set_targets(work: Work, items: list[TargetItem]) -> Sequence[Outcome]:
        """Set facilitators' graduation targets; a new value is a new version."""
        return service.set_targets(work.connection, items, **_asked(work))

    @change_post(router, "/referrals/runs", ReferralRun, scope=WRITE, answers=ReferralReport)
    def issue_referrals(work: Work, run: ReferralRun) -> BaseModel:
        """Refer everyone in an area who is eligible and was never referred."""
        return service.issue_referrals(work.connection, desk, run, **_asked(work))

    return router


def _lists(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/imports", tags=["CSV lists"])

    @csv_post(router, "/facilitators", FacilitatorRow, scope=WRITE)
    def import_facilitators(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        """Import facilitators, each with the target of one year."""
        models = [row.model for row in rows]
        return service.import_facilitators(work.connection, desk, models, **_asked(work))

    @csv_post(router, "/families", FamilyRow, scope=WRITE)
    def import_families(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        """Import families: their enrolment, and their facilitator where the row names one."""
        models = [row.model for row in rows]
        return service.import_families(work.connection, desk, models, **_asked(work))

    return router


def _corrections() -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["corrections"])

    @change_post(router, "/corrections", CorrectionRequest, scope=WRITE, answers=Corrected)
    def correct_fact(work: Work, request: CorrectionRequest) -> BaseModel:
        """Take back or replace an earlier event of this service."""
        return Corrected(id=service.correct_fact(work.connection, request, **_asked(work)))

    return router


def _readings(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["worklists"])

    @router.get("/readiness", responses=problem_responses(400, 401, 403, 422, 503))
    def list_readiness(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: Annotated[str, Query(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$")],
        after: Annotated[str | None, Query(max_length=80)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> ReadinessList:
        """Families of an area with an active cooperative member, completed training, or both."""
        if not grant.covers(area):
            raise area_forbidden("area")
        return service.list_readiness(connection, desk, area, after=after, limit=limit)

    @router.get(
        "/families/{number:path}", responses=problem_responses(400, 401, 403, 404, 422, 503)
    )
    def show_family(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        number: Annotated[str, Path(pattern=r"^[A-Za-z0-9./-]{1,40}$")],
    ) -> FamilyView:
        """A family by the ministry's own number, with the ids of all events told about it."""
        return service.show_family(connection, desk, number, covers=grant.covers)

    return router


def _asked(work: Work) -> dict[str, Any]:
    return {"covers": work.grant.covers, "now": work.now}
