"""The HTTP endpoints of monitoring: exact figures by token, watermarks, definitions, new releases."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from services.monitoring import service
from services.monitoring.audit import DISTRICT, INDICATOR, MONTH, REGION, YEAR, AuditedRoute
from services.monitoring.cuts import CutMaker
from services.monitoring.domain import Cut
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.schemas import (
    Cuts,
    CutShown,
    Definitions,
    DeniedNils,
    ExactFigures,
    FacilitatorFigures,
    OverdueReports,
    ReleaseOrder,
    Reporting,
    Watermarks,
)
from shared.database.engine import snapshot, transaction
from shared.errors import Refusal
from shared.events.days import jakarta_day
from shared.events.reporting import ReportList
from shared.http.auth import require
from shared.http.endpoints import Reading, Work, change_post
from shared.http.problems import problem_responses
from shared.security.tokens import ANYWHERE, Grant

EXACT = "monitoring:exact"
RELEASE = "monitoring:release"
AREA = r"^[0-9]{2}(\.[0-9]{2})?$"
PLACE = r"^[0-9]{2}\.[0-9]{2}/[A-Z]{1,20}$"
MAX_PAGE = 1_000


def routers(cuts: CutMaker) -> tuple[APIRouter, ...]:
    """Monitoring's own endpoints; the feeds and the page are added beside them by `app`."""
    return (_releases(), _exact(cuts), _public(), _reporting(), _denied_nils())


def _releases() -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["releases"])
    definitions = {number: one.sha256 for number, one in DEFINITIONS.items()}

    @change_post(router, "/releases", ReleaseOrder, scope=RELEASE, answers=CutShown, status=202)
    def order_release(work: Work, order: ReleaseOrder) -> CutShown:
        """Take a cut of all that is known, for the whole country; its release is made from it soon.

        Nothing is computed before the cut is an event. `/v1/cuts` says when the release is there.
        """
        if not work.grant.may_act_in(ANYWHERE):
            raise Refusal("AREA_FORBIDDEN", "Authorization")
        return service.order_release(work.connection, definitions, order, work.now)

    @router.get("/cuts", responses=problem_responses(503))
    def read_cuts(connection: Reading) -> Cuts:
        """From what releases are made and will be: planned or why not, and which are published."""
        return service.describe_cuts(connection)

    return router


def _exact(cuts: CutMaker) -> APIRouter:
    router = APIRouter(prefix="/v1/exact", tags=["exact figures"], route_class=AuditedRoute)

    @router.get("/{indicator}", responses=problem_responses(401, 403, 404, 409, 422, 503))
    def read_exact_figures(
        request: Request,
        grant: Annotated[Grant, Depends(require(EXACT, own=True))],
        indicator: Annotated[str, Path(pattern=INDICATOR)],
        region: Annotated[str, Query(pattern=REGION)],
        until: Annotated[str | None, Query(pattern=MONTH)] = None,
    ) -> ExactFigures:
        """Exact figures of a kabupaten or kecamatan that the token covers, by month."""
        now, cut = _admitted(request, cuts, grant, indicator, region)
        with transaction(cuts.engine) as connection:
            return service.exact_figures(connection, cut, region, grant.agency, until, now)

    @router.get("/{indicator}/facilitators", responses=problem_responses(401, 403, 422, 503))
    def read_facilitators(
        request: Request,
        grant: Annotated[Grant, Depends(require(EXACT, own=True))],
        indicator: Annotated[str, Path(pattern=r"^08$")],
        region: Annotated[str, Query(pattern=DISTRICT)],
        year: Annotated[str, Query(pattern=YEAR)],
    ) -> FacilitatorFigures:
        """Graduation targets by facilitator, for the Koordinator of a kabupaten or for one of them."""
        _, cut = _admitted(request, cuts, grant, indicator, region)
        with snapshot(cuts.engine) as connection:
            return service.facilitator_figures(connection, cut, region, year, grant.subject or None)

    return router


def _admitted(
    request: Request, cuts: CutMaker, grant: Grant, indicator: str, region: str
) -> tuple[datetime, Cut]:
    """The moment and the cut for who may read these figures there; everybody else is refused."""
    if not grant.may_act_in(region):
        raise Refusal("AREA_FORBIDDEN", "region")
    service.require_readable(indicator, grant)
    now = request.app.state.clock()
    return now, cuts.current(now)


def _public() -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["about the figures"])

    @router.get("/watermarks", responses=problem_responses(503))
    def read_watermarks(request: Request, connection: Reading) -> Watermarks:
        """To which day each source is complete."""
        return service.describe_watermarks(connection, request.app.state.clock())

    @router.get("/indicators")
    def read_definitions() -> Definitions:
        """How each indicator is counted, down to the query."""
        return service.describe_indicators()

    return router


def _reporting() -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["about the figures"])

    @router.get("/reporting", responses=problem_responses(422, 503))
    def read_reporting(
        connection: Reading,
        month: Annotated[str | None, Query(pattern=MONTH)] = None,
        area: Annotated[str | None, Query(pattern=AREA)] = None,
        lists: Annotated[list[ReportList] | None, Query(alias="list")] = None,
        only_open: Annotated[bool, Query(alias="open")] = False,
    ) -> Reporting:
        """Who has closed a month, by kabupaten and list; `open` leaves only those who have not."""
        return service.describe_reporting(
            connection, month=month, area=area, lists=lists or (), only_open=only_open
        )

    @router.get("/reporting/open", responses=problem_responses(422, 503))
    def list_overdue(
        request: Request,
        connection: Reading,
        area: Annotated[str | None, Query(pattern=AREA)] = None,
        after: Annotated[str | None, Query(pattern=PLACE)] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> OverdueReports:
        """Which offices have months open after their end: the nation in pages, or one area."""
        today = jakarta_day(request.app.state.clock())
        return service.list_overdue(connection, area=area, after=after, limit=limit, today=today)

    return router


def _denied_nils() -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["about the figures"])

    @router.get("/reporting/nil", responses=problem_responses(401, 403, 422, 503))
    def list_denied_nils(
        grant: Annotated[Grant, Depends(require(EXACT))],
        connection: Reading,
        area: Annotated[str, Query(pattern=r"^(\*|[0-9]{2}(\.[0-9]{2})?)$")],
    ) -> DeniedNils:
        """Months that offices closed as nil and recorded something for later: theirs to mend.

        For the area of a token: to everybody it would say that a 0 has become a small number.
        """
        if not grant.may_act_in(area):
            raise Refusal("AREA_FORBIDDEN", "area")
        return service.list_denied_nils(connection, area)

    return router
