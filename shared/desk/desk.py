"""The desk of a service, from its declaration."""

from dataclasses import dataclass

from fastapi import APIRouter, FastAPI, Response

from shared.desk.edge import HOME, DeskRoute, Host, Visit, Visiting
from shared.desk.page_routes import page_routes
from shared.desk.pages import DeskPage
from shared.desk.routes import guest_routes
from shared.messages import phrase
from shared.regions import Regions
from shared.security.tokens import ANYWHERE


@dataclass(frozen=True)
class Desk:
    """What a service has on its desk."""

    pages: tuple[DeskPage, ...] = ()


def mount(api: FastAPI, host: Host, desk: Desk) -> None:
    """Serve the desk at `/desk`; `api` is that of `create_api`."""
    api.state.desk = host
    home = APIRouter(include_in_schema=False, route_class=DeskRoute)

    def show(visit: Visiting) -> Response:
        """What this person may open, and for which areas."""
        seen = [page for page in desk.pages if page.open_to(visit.grant)]
        links = [(page.path, phrase(page.title).of(visit.language)) for page in seen]
        return visit.page("home.html", links=links, areas=_areas(visit), service=host.service)

    home.add_api_route(HOME, show, methods=["GET"])
    for router in (guest_routes(), home, page_routes(desk.pages)):
        api.include_router(router)


def _areas(visit: Visit) -> list[str]:
    """The names of the account's areas; the empty name is everywhere."""
    regions = Regions.load()
    return ["" if one == ANYWHERE else regions.name(one) for one in visit.session.account.areas]
