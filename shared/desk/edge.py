"""The desk's HTTP edge: forms, cookies, the client's address, and refusals as pages."""

import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Annotated, Any, cast
from urllib.parse import parse_qsl

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy import Connection, Engine

from shared.application.context import Context
from shared.desk import render, sessions
from shared.desk.host import Host, Officer
from shared.desk.sessions import Session
from shared.errors import Refusal
from shared.http.admission import take_turn
from shared.http.endpoints import check_type, chunks
from shared.messages import Language
from shared.security.tokens import Grant

HOME, SIGN_IN = "/desk", "/desk/sign-in"
MAX_FORM_BYTES = 256 * 1024
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_OUR_PATH = re.compile(r"/desk(/[A-Za-z0-9._-]+)*\Z")
_YEAR = 365 * 24 * 3600


class SignInFirst(Exception):
    """Nobody is signed in; the page leads to the sign-in and from there back."""


@dataclass(frozen=True)
class Visit:
    """One request of somebody who is signed in."""

    host: Host
    engine: Engine
    session: Session
    language: Language
    now: datetime
    path: str

    @property
    def grant(self) -> Grant:
        """What this person may do, and where."""
        return self.officer.grant

    @property
    def office(self) -> str:
        """Whose drafts this person works on."""
        return self.session.account.office

    def require(self, scope: str) -> None:
        """Refuse what the account's scopes do not permit (403 SCOPE_FORBIDDEN)."""
        if not self.grant.allows(scope):
            raise Refusal("SCOPE_FORBIDDEN", scope=scope)

    @property
    def officer(self) -> Officer:
        """The account at work."""
        return Officer(self.host, self.engine, self.session.account, self.now, self.session.ends)

    def context(self, connection: Connection) -> Context:
        """What a use case works with: the same as behind the HTTP interface."""
        return self.officer.context(connection)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page for this person."""
        known = {"account": self.session.account, "form_key": self.session.form_key}
        known["name"] = self.session.account.name_of(self.host.keys.cipher)
        body = render.page(template, self.language, self.path, **known | values)
        return Response(body, status, media_type=render.HTML)


def visit(request: Request) -> Visit:
    """A dependency: who visits; raises SignInFirst when nobody is signed in."""
    state, host = request.app.state, host_of(request)
    value, now = request.cookies.get(host.cookie("session"), ""), state.clock()
    found = sessions.find(state.engine, value, now) if value else None
    if found is None:
        raise SignInFirst
    request.state.client, request.state.fresh = found.account.login, found.fresh
    return Visit(host, state.engine, found, language_of(request), now, request.url.path)


Visiting = Annotated[Visit, Depends(visit)]


def late_visit(request: Request) -> Visit:
    """A dependency of forms that lose no word: who visits, also if the session has ended by itself.

    Its answer is `kept`, which shows nothing.
    """
    try:
        return visit(request)
    except SignInFirst:
        state, host = request.app.state, host_of(request)
        value, now = request.cookies.get(host.cookie("session"), ""), state.clock()
        found = sessions.find_ended(state.engine, value, now) if value else None
        if found is None:
            raise
        return Visit(host, state.engine, found, language_of(request), now, request.url.path)


LateVisiting = Annotated[Visit, Depends(late_visit)]


async def form_fields(request: Request) -> dict[str, str]:
    """A dependency: the fields of a form that our own page has sent; of a name twice the last.

    Raises:
        Refusal: 413, 408 and 415 as for every body; FORM_FOREIGN, another site has sent it.
    """
    require_own_site(request)
    check_type(request, "application/x-www-form-urlencoded")
    content = bytearray()
    async for chunk in chunks(request, MAX_FORM_BYTES):
        content += chunk
    await take_turn(request)
    text = content.decode("utf-8", "replace")
    return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=2_000))


Form = Annotated[dict[str, str], Depends(form_fields)]


def require_own_site(request: Request) -> None:
    """Refuse what a browser says that another site has sent (403 FORM_FOREIGN)."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Refusal("FORM_FOREIGN")


def signed_form(form: Form, visit: Visiting) -> tuple[Visit, dict[str, str]]:
    """A dependency: who visits, and a form that this session was shown."""
    visit.session.require_form(form.get("form_key", ""))
    return visit, form


SignedForm = Annotated[tuple[Visit, dict[str, str]], Depends(signed_form)]


def host_of(request: Request) -> Host:
    """The service whose desk it is."""
    return cast("Host", request.app.state.desk)


def address_of(request: Request) -> str:
    """The client's address; the proxy's word for it only when a setting says that there is one."""
    if host_of(request).proxy_in_front:
        # A proxy adds the address that it sees at the end; anybody can write what comes before.
        return request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return request.client.host if request.client else ""


def language_of(request: Request) -> Language:
    """The language that was chosen, now or earlier; else Indonesian."""
    chosen = request.query_params.get("bahasa") or request.cookies.get("lintas-bahasa")
    return "en" if chosen == "en" else "id"


def guest_key(request: Request) -> str:
    """The value that a form carries before anybody is signed in; a cookie has the same."""
    key = request.cookies.get(host_of(request).cookie("form")) or token_urlsafe(24)
    request.state.guest_key = key
    return key


def require_guest_form(request: Request, form: dict[str, str]) -> None:
    """Refuse a form that this browser was not shown (403 FORM_FOREIGN)."""
    given = form.get("form_key", "").encode("utf-8", "surrogatepass")
    kept = request.cookies.get(host_of(request).cookie("form"), "").encode()
    if not kept or not compare_digest(kept, given):
        raise Refusal("FORM_FOREIGN")


def enter(request: Request, session: str) -> Response:
    """To the page that was asked for before the sign-in, with the new session's cookie."""
    back = request.cookies.get(host_of(request).cookie("back"), HOME)
    answer = see(back if _OUR_PATH.match(back) else HOME)
    set_cookie(request, answer, "session", session)
    drop_cookie(request, answer, "back")
    return answer


def kept(request: Request, visit: Visit, path: str) -> Response:
    """To the page where something was kept; by way of the sign-in when the session has ended."""
    if not visit.session.ended:
        return see(path)
    answer = see(SIGN_IN)
    set_cookie(request, answer, "back", path)
    return answer


def leave(request: Request) -> Response:
    """To the sign-in, without a session."""
    answer = see(SIGN_IN)
    drop_cookie(request, answer, "session")
    return answer


def see(path: str) -> Response:
    """Another page, by GET."""
    return RedirectResponse(path, 303)


class DeskRoute(APIRoute):
    """A route whose refusals are pages, whose answers have the desk's policy and its cookies."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the route, with what every page has in common."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                response: Response = await handle(request)
            except SignInFirst:
                response = see(SIGN_IN)
                set_cookie(request, response, "back", _page_of(request))
            except Refusal as refusal:
                response = _refusal_page(request, refusal)
            return _finished(request, response)

        return answer


def _page_of(request: Request) -> str:
    """The page to return to: a form is sent to an address below that of its page."""
    path = request.url.path
    return path if request.method == "GET" else path.rpartition("/")[0]


def _refusal_page(request: Request, refusal: Refusal) -> Response:
    body = render.refusal(refusal, language_of(request), request.url.path)
    return Response(body, refusal.status, media_type=render.HTML)


def _finished(request: Request, response: Response) -> Response:
    response.headers["Content-Security-Policy"] = render.POLICY
    for name, attribute in (("session", "fresh"), ("form", "guest_key")):
        if value := getattr(request.state, attribute, None):
            set_cookie(request, response, name, value)
    if dropped := getattr(request.state, "dropped", None):
        drop_cookie(request, response, dropped)
    if request.query_params.get("bahasa"):
        language = language_of(request)
        response.set_cookie("lintas-bahasa", language, max_age=_YEAR, path=HOME, samesite="lax")
    return response


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that scripts cannot read and other sites do not send; it ends with the browser."""
    plain = request.url.scheme == "http" and request.url.hostname in _LOOPBACK
    response.set_cookie(
        host_of(request).cookie(name), value, path=HOME, secure=not plain, httponly=True, samesite="lax"
    )  # fmt: skip


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """The browser forgets it."""
    response.delete_cookie(host_of(request).cookie(name), path=HOME, httponly=True, samesite="lax")
