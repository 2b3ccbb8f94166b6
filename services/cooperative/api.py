"""The HTTP endpoints of the cooperative service; each turns outside words into one use case."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from services.cooperative import CARD, service
from services.cooperative.activity_schemas import (
    ActivityItem,
    BenefitItem,
    CapitalItem,
    MentoringItem,
    Reinstatement,
)
from services.cooperative.answers import (
    CooperativeList,
    GroupList,
    MemberIdentity,
    MembershipList,
    UnrecordedSavings,
)
from services.cooperative.correct import CORRECTIONS
from services.cooperative.group_schemas import (
    GroupCooperativeItem,
    GroupDepartureItem,
    GroupMemberItem,
    SuccessionItem,
)
from services.cooperative.lists import OWN, REPORTS, WRITE
from services.cooperative.schemas import (
    Activation,
    AnnualMeetingItem,
    Application,
    Approval,
    CandidateList,
    ConsentItem,
    CooperativeStatusItem,
    GroupItem,
    GroupStatusItem,
    Lapse,
    MemberTargetItem,
    Resignation,
)
from shared.application.context import Context, Keys
from shared.application.ministry_routes import ministry_routers
from shared.application.routes import Routes
from shared.http.cursors import CURSOR, id_before
from shared.http.problems import problem_responses

READ = "cooperative:read"


def routers(keys: Keys) -> tuple[APIRouter, ...]:
    """Every endpoint, given the keys that the use cases need."""
    routes = Routes(CARD.origin, keys, WRITE, service.RECORDS)
    return (
        _memberships(routes),
        _members(routes),
        _places(routes),
        _years(routes),
        *ministry_routers(routes, OWN, REPORTS, CORRECTIONS, service.show_history, scope=READ),
        _readings(routes),
        _identities(routes),
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


def _members(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["memberships"])
    path, back = "/v1/memberships", service.record_reinstatements
    routes.items(router, f"{path}/reinstatements", Reinstatement, back)
    routes.items(router, f"{path}/activity", ActivityItem, service.record_activity)
    routes.items(router, f"{path}/benefits", BenefitItem, service.grant_benefits)
    return router


def _places(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["cooperatives and groups"])
    routes.items(
        router,
        "/v1/cooperatives/statuses",
        CooperativeStatusItem,
        service.change_cooperative_statuses,
    )
    path = "/v1/cooperatives"
    routes.items(router, f"{path}/mentoring", MentoringItem, service.record_mentoring)
    routes.items(router, f"{path}/capital", CapitalItem, service.record_capital)
    routes.items(router, "/v1/groups", GroupItem, service.form_groups)
    path = "/v1/groups"
    routes.items(router, f"{path}/statuses", GroupStatusItem, service.change_group_statuses)
    routes.items(router, f"{path}/successors", SuccessionItem, service.record_successions)
    members, left = service.record_group_members, service.record_group_departures
    routes.items(router, f"{path}/members", GroupMemberItem, members)
    routes.items(router, f"{path}/departures", GroupDepartureItem, left)
    became = service.record_group_cooperatives
    routes.items(router, f"{path}/cooperatives", GroupCooperativeItem, became)
    return router


def _years(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["annual meetings and targets"])
    meetings, targets = service.record_annual_meetings, service.set_member_targets
    routes.items(router, "/v1/annual-meetings", AnnualMeetingItem, meetings)
    routes.items(router, "/v1/member-targets", MemberTargetItem, targets)
    return router


def _readings(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["worklists"])
    waiting, members = service.list_waiting_memberships, service.list_memberships
    routes.worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)
    routes.worklist(router, "/v1/memberships/waiting", waiting, MembershipList, scope=READ)
    routes.worklist(router, "/v1/memberships", members, MembershipList, scope=READ)
    unsaid, path = service.list_unrecorded_savings, "/v1/memberships/without-savings"
    routes.worklist(router, path, unsaid, UnrecordedSavings, scope=READ, months=True)
    cooperatives = service.list_cooperatives
    routes.worklist(router, "/v1/cooperatives", cooperatives, CooperativeList, scope=READ)
    routes.worklist(router, "/v1/groups", service.list_groups, GroupList, scope=READ)
    return router


def _identities(routes: Routes) -> APIRouter:
    router = APIRouter(tags=["memberships"])
    officer = routes.reader(WRITE)

    @router.get(
        "/v1/member-identities/{membership}",
        responses=problem_responses(400, 401, 403, 404, 422, 503),
    )
    def show_member(
        context: Annotated[Context, Depends(officer, scope="function")],
        membership: Annotated[str, Path(pattern=CURSOR)],
    ) -> MemberIdentity:
        """Name, identity number and telephone of a member; the audit keeps the look."""
        wanted = [one for one in [id_before(membership)] if one]
        return service.show_members(context, wanted).members[0]

    return router
