"""The HTTP doors of the beneficiary service; each turns outside words into one use case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from services.beneficiary import CARD, service
from services.beneficiary.correct import CORRECTIONS
from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    ExitItem,
    FacilitatorRow,
    FamilyRow,
    FamilyView,
    ProposalItem,
    ReadinessList,
    ReferralReport,
    ReferralRun,
    TargetItem,
    VerificationItem,
)
from shared.application.context import Keys
from shared.application.doors import Doors
from shared.application.fields import AreaCode
from shared.errors import Refusal
from shared.http.auth import require
from shared.http.endpoints import Reading
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

WRITE = "beneficiary:write"
READ = "beneficiary:read"
MAX_PAGE = 1_000


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every door, given the keys that the use cases need."""
    doors = Doors(CARD.origin, keys, WRITE)
    return (
        _families(doors),
        _runs(doors),
        _lists(doors),
        doors.corrections(CORRECTIONS),
        _readings(keys),
    )


def _families(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["families"])
    doors.items(router, "/families/changes", ChangeItem, service.change_families)
    doors.items(router, "/assignments", AssignmentItem, service.assign_facilitators)
    doors.items(router, "/graduations/proposals", ProposalItem, service.propose_graduations)
    doors.items(router, "/graduations/verifications", VerificationItem, service.verify_graduations)
    doors.items(router, "/graduations/approvals", ApprovalItem, service.approve_graduations)
    doors.items(router, "/exits", ExitItem, service.exit_families)
    return router


def _runs(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["targets and referrals"])
    doors.items(router, "/targets", TargetItem, service.set_targets)
    run = service.issue_referrals
    doors.change(router, "/referrals/runs", ReferralRun, run, ReferralReport)
    return router


def _lists(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/imports", tags=["CSV lists"])
    doors.rows(router, "/facilitators", FacilitatorRow, service.import_facilitators)
    doors.rows(router, "/families", FamilyRow, service.import_families)
    return router


def _readings(keys: Keys) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["worklists"])

    @router.get("/readiness", responses=problem_responses(400, 401, 403, 422, 503))
    def list_readiness(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        area: AreaCode,
        after: Annotated[str | None, Query(max_length=80)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> ReadinessList:
        """Families of an area with an active cooperative member, completed training, or both."""
        if not grant.may_act_in(area):
            raise Refusal("AREA_FORBIDDEN", "area")
        return service.list_readiness(connection, keys, area, after=after, limit=limit)

    @router.get(
        "/families/{number:path}", responses=problem_responses(400, 401, 403, 404, 422, 503)
    )
    def show_family(
        grant: Annotated[Grant, Depends(require(READ))],
        connection: Reading,
        number: Annotated[str, Path(pattern=r"^[A-Za-z0-9./-]{1,40}$")],
    ) -> FamilyView:
        """A family by the ministry's own number, with the ids of all events about it."""
        return service.show_family(connection, keys, grant, number)

    return router
