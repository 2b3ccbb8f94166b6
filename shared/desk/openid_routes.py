"""The way to the provider of sign-ins and back."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from shared.desk import sign_in
from shared.desk.edge import (
    HOME,
    DeskRoute,
    address_of,
    enter,
    host_of,
    set_cookie,
)
from shared.desk.openid import Provider, address, name_of
from shared.desk.openid_begun import Begun
from shared.errors import Refusal

OPENID = f"{HOME}/openid"


def openid_routes() -> APIRouter:
    """GET `/desk/openid` leads to the provider, GET `/desk/openid/back` comes from there."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    router.add_api_route(OPENID, _begin, methods=["GET"])
    router.add_api_route(f"{OPENID}/back", _back, methods=["GET"])
    return router


def _begin(request: Request) -> Response:
    state = request.app.state
    begun = Begun.at(state.clock())
    answer = RedirectResponse(address(_provider(request), begun), 303)
    set_cookie(request, answer, "openid", begun.sealed(state.desk.keys.cipher))
    return answer


def _back(request: Request) -> Response:
    """The cookie is dropped with the answer: a sign-in that has begun ends once."""
    state, host, now = request.app.state, host_of(request), request.app.state.clock()
    cookie = request.cookies.get(host.cookie("openid"), "")
    request.state.dropped = "openid"
    begun = Begun.opened(host.keys.cipher, cookie, now)
    name = name_of(_provider(request), begun, request.query_params, now)
    value = sign_in.with_provider(state.engine, host.keys.cipher, name, address_of(request), now)
    return enter(request, value)


def _provider(request: Request) -> Provider:
    if (provider := host_of(request).provider) is None:
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)
    return provider
