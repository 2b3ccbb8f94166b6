"""The desk of a service, from its declaration."""

from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter, FastAPI, Response

from shared.application.lists import ListOf
from shared.application.reporting.records import Records, require_every_list
from shared.database.engine import snapshot
from shared.desk.draft_routes import draft_routes
from shared.desk.draft_view import listed
from shared.desk.edge import HOME, DeskRoute, Visit, Visiting
from shared.desk.host import Host
from shared.desk.list_routes import list_links, list_routes
from shared.desk.months import month_pages, open_months
from shared.desk.openid_routes import openid_routes
from shared.desk.page_routes import page_routes
from shared.desk.page_tables import text_of
from shared.desk.pages import DeskPage, staff
from shared.desk.routes import guest_routes
from shared.messages import phrase
from shared.regions import Regions
from shared.security.tokens import ANYWHERE

_SHOWN = 10
"""Drafts and open months on the first page; the others are a page away."""


@dataclass(frozen=True)
class Desk:
    """What a service has on its desk."""

    pages: tuple[DeskPage, ...] = ()
    lists: tuple[ListOf[Any], ...] = ()
    """The lists that an office sends as files: form, preview, drafts."""
    months: bool = False
    """Whether offices close months here."""
    title: str = ""
    """The phrase that names the desk."""
    records: Records = field(default_factory=dict)
    """Where the records of each list that it reports lie; needed with `months`."""


def mount(api: FastAPI, host: Host, desk: Desk) -> None:
    """Serve the desk at `/desk`; `api` is that of `create_api`.

    Raises:
        ValueError: months are closed here, and of a list that is reported no records are known.
    """
    if desk.months:
        require_every_list(host.origin.source, desk.records)
    api.state.desk = host = replace(host, title=desk.title, records=desk.records)
    read, write = (f"{host.service}:{verb}" for verb in ("read", "write"))
    pages = desk.pages + (month_pages(read, write) if desk.months else ())
    home = APIRouter(include_in_schema=False, route_class=DeskRoute)

    def show(visit: Visiting) -> Response:
        """What this person may open, what waits, and for which areas."""
        seen = [page for page in pages if page.open_to(visit.grant)]
        links = [(page.path, phrase(page.title).of(visit.language)) for page in seen]
        values: dict[str, Any] = {
            "links": links,
            "areas": _areas(visit),
            "service": host.named(visit.language),
        }
        values["lists"] = list_links(visit, desk.lists)
        values["drafts"] = listed(visit, {one.name: one for one in desk.lists})[:_SHOWN]
        values["months"] = _open(visit) if _closes(visit, desk, read) else []
        return visit.page("home.html", **values)

    home.add_api_route(HOME, show, methods=["GET"])
    lists = (list_routes(desk.lists), draft_routes(desk.lists)) if desk.lists else ()
    for router in (guest_routes(), openid_routes(), home, *lists, page_routes(pages)):
        api.include_router(router)


def _closes(visit: Visit, desk: Desk, read: str) -> bool:
    return desk.months and visit.grant.allows(read) and staff(visit.grant)


def _open(visit: Visit) -> list[str]:
    """The first months that are not closed, in words."""
    with snapshot(visit.engine) as connection:
        rows = open_months(visit.context(connection), _SHOWN)
    return [", ".join(text_of(cell, visit.language) for cell in row) for row in rows]


def _areas(visit: Visit) -> list[str]:
    """The names of the account's areas; the empty name is everywhere."""
    regions = Regions.load()
    return ["" if one == ANYWHERE else regions.name(one) for one in visit.session.account.areas]
