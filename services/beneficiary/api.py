"""The HTTP endpoints of the beneficiary service; each turns outside words into one use case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.beneficiary import CARD, service
from services.beneficiary.answers import (
    CaseList,
    ContactList,
    FamilyList,
    FamilyView,
    Identity,
    PaceList,
    ReadinessList,
    UnseenList,
    UntrainedList,
)
from services.beneficiary.correct import CORRECTIONS
from services.beneficiary.lists import OWN, REPORTS, WRITE
from services.beneficiary.schemas import (
    ApprovalItem,
    AssignmentItem,
    ChangeItem,
    ContactItem,
    DeclineItem,
    ExitItem,
    InterestItem,
    ProgrammeTargetItem,
    ProposalItem,
    ReferralItem,
    ReferralReport,
    ReferralRun,
    TargetItem,
    TrainingOfferItem,
    VerificationItem,
    VisitItem,
)
from shared.application.context import Context, Keys
from shared.application.ministry_routes import ministry_routers
from shared.application.routes import Routes
from shared.application.worklists import BY_PSEUDONYM
from shared.http.problems import problem_responses

READ = "beneficiary:read"
FamilyNumber = Annotated[str, Path(pattern=r"^[A-Za-z0-9./-]{1,40}$")]
_PROBLEMS = problem_responses(400, 401, 403, 404, 422, 503)


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE, service.RECORDS)
    return (
        _families(routes),
        _runs(routes),
        _outcomes(routes),
        *ministry_routers(
            routes, OWN, REPORTS, CORRECTIONS, service.show_history, scope=READ, own=True
        ),
        _readings(routes),
        _families_by_number(routes),
    )


def _families(routes: Routes) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["families"])
    routes.items(router, "/families/changes", ChangeItem, service.change_families)
    routes.items(router, "/assignments", AssignmentItem, service.assign_facilitators)
    routes.items(
        router, "/graduations/proposals", ProposalItem, service.propose_graduations, own=True
    )
    routes.items(
        router, "/graduations/verifications", VerificationItem, service.verify_graduations, own=True
    )
    routes.items(router, "/graduations/approvals", ApprovalItem, service.approve_graduations)
    routes.items(router, "/visits", VisitItem, service.visit_families, own=True)
    routes.items(router, "/exits", ExitItem, service.exit_families)
    offers = service.offer_training
    routes.items(router, "/training-offers", TrainingOfferItem, offers, own=True)
    return router


def _runs(routes: Routes) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["targets and referrals"])
    routes.items(router, "/targets", TargetItem, service.set_targets)
    programme = service.set_programme_targets
    routes.items(router, "/programme-targets", ProgrammeTargetItem, programme)
    routes.items(router, "/referrals", ReferralItem, service.refer_families)
    run = service.issue_referrals
    routes.change(router, "/referrals/runs", ReferralRun, run, ReferralReport)
    return router


def _outcomes(routes: Routes) -> APIRouter:
    router = APIRouter(prefix="/v1/referrals", tags=["targets and referrals"])
    routes.items(router, "/contacts", ContactItem, service.contact_referred, own=True)
    routes.items(router, "/interests", InterestItem, service.interest_referred, own=True)
    routes.items(router, "/declines", DeclineItem, service.decline_referred, own=True)
    return router


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["worklists"])
    ready = service.list_readiness
    routes.worklist(
        router, "/readiness", ready, ReadinessList, scope=READ, order=BY_PSEUDONYM, own=True
    )
    contacts, cases = service.list_contacts, service.list_cases
    routes.worklist(router, "/contacts", contacts, ContactList, scope=READ, own=True)
    path = "/graduations/cases"
    routes.worklist(router, path, cases, CaseList, scope=READ, order=BY_PSEUDONYM, own=True)
    idle = service.list_untrained
    routes.worklist(
        router, "/untrained", idle, UntrainedList, scope=READ, order=BY_PSEUDONYM, own=True
    )
    unseen = service.list_unseen
    routes.worklist(
        router, "/visits/due", unseen, UnseenList, scope=READ, order=BY_PSEUDONYM, own=True
    )
    families = service.list_families
    routes.worklist(
        router, "/families", families, FamilyList, scope=READ, order=BY_PSEUDONYM, own=True
    )
    routes.worklist(router, "/facilitators", service.list_pace, PaceList, scope=READ, own=True)
    return router


def _families_by_number(routes: Routes) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["families"])
    reader, officer = routes.reader(READ, own=True), routes.reader(WRITE, own=True)

    @router.get("/family-identities/{number:path}", responses=_PROBLEMS)
    def show_identity(
        context: Annotated[Context, Depends(officer, scope="function")], number: FamilyNumber
    ) -> Identity:
        """Name, identity number, telephone and address of a family; the audit keeps the look."""
        return service.show_identities(context, [number]).families[0]

    @router.get("/families/{number:path}", responses=_PROBLEMS)
    def show_family(
        context: Annotated[Context, Depends(reader, scope="function")], number: FamilyNumber
    ) -> FamilyView:
        """A family by the ministry's own number, with the ids of all events about it."""
        return service.show_family(context, number)

    return router
