"""The desk's own pages: sign-in, one-time link, sign-out, home, style."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from shared.database.engine import transaction
from shared.desk import render, sessions, sign_in
from shared.desk.edge import (
    HOME,
    SIGN_IN,
    DeskRoute,
    Form,
    SignedForm,
    address_of,
    enter,
    guest_key,
    host_of,
    language_of,
    leave,
    require_guest_form,
)
from shared.desk.openid_routes import OPENID
from shared.errors import Refusal

FOR_EVER = "public, max-age=31536000, immutable"


def guest_routes() -> APIRouter:
    """What is there before anybody is signed in."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    router.add_api_route(SIGN_IN, _ask, methods=["GET"])
    router.add_api_route(SIGN_IN, _sign_in, methods=["POST"])
    router.add_api_route(f"{HOME}/sign-out", _sign_out, methods=["POST"])
    router.add_api_route(f"{HOME}/link/{{secret}}", _ask_link, methods=["GET"])
    router.add_api_route(f"{HOME}/link/{{secret}}", _take_link, methods=["POST"])
    for path, (body, kind) in render.FILES.items():
        router.add_api_route(path, _serve(body, kind), methods=["GET"])
    return router


def _ask(request: Request) -> Response:
    return _form(request, "sign_in.html")


def _sign_in(request: Request, form: Form) -> Response:
    require_guest_form(request, form)
    state, login = request.app.state, form.get("login", "").strip().lower()
    given = (login, form.get("passphrase", ""), address_of(request))
    try:
        value = sign_in.with_passphrase(state.engine, state.desk.keys.cipher, *given, state.clock())
    except Refusal as refusal:
        return _form(request, "sign_in.html", refusal, login=login)
    return enter(request, value)


def _ask_link(request: Request, secret: str) -> Response:  # noqa: ARG001 - the form posts to its own address
    return _form(request, "link.html")


def _take_link(request: Request, secret: str, form: Form) -> Response:
    require_guest_form(request, form)
    state = request.app.state
    given = (secret, form.get("passphrase", ""), address_of(request))
    try:
        value = sign_in.with_link(state.engine, state.desk.keys.cipher, *given, state.clock())
    except Refusal as refusal:
        return _form(request, "link.html", refusal)
    return enter(request, value)


def _sign_out(request: Request, signed: SignedForm) -> Response:
    visit, _ = signed
    with transaction(visit.engine) as connection:
        sessions.end(connection, visit.session.id)
    request.state.fresh = None
    return leave(request)


def _form(
    request: Request, template: str, refusal: Refusal | None = None, *, login: str = ""
) -> Response:
    """A form for a guest, after a refusal with its reason."""
    language = language_of(request)
    reason = refusal.in_language(language) if refusal else None
    values = {"form_key": guest_key(request), "refusal": reason, "login": login}
    host = host_of(request)
    values |= {"service": host.named(language), "openid": OPENID if host.provider else ""}
    body = render.page(template, language, request.url.path, **values)
    return Response(body, refusal.status if refusal else 200, media_type=render.HTML)


def _serve(body: bytes, kind: str) -> Callable[[], Response]:
    def file() -> Response:
        return Response(body, media_type=kind, headers={"Cache-Control": FOR_EVER})

    return file
