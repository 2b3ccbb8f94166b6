"""The outermost ASGI middleware of every request.

It refuses secrets and identity numbers in the URL, adds the security headers, turns an unhandled error
into a problem without details, and writes one access-log line without query, body or raw path.
"""

import logging
import re
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.errors import Refusal
from shared.http.problems import problem
from shared.observability import metrics
from shared.observability.failures import where
from shared.observability.log_limit import ALWAYS
from shared.observability.metrics import status_class

access = logging.getLogger("lintas.access")
log = logging.getLogger("lintas.web")

_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
}
"""Set unless the endpoint set its own."""
_SECRET_NAMES = re.compile(
    r"token|secret|password|passwd|api[-_]?key|authorization|^(auth|jwt|bearer|nik|kk|no_kk)$|national[-_]?id",
    re.IGNORECASE,
)
_SECRET_VALUES = re.compile(
    r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)|^bearer\s|lintas_[\w-]{20}|^eyJ[\w-]+\.", re.IGNORECASE
)
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def is_sensitive(query: str) -> bool:
    """Whether a query string holds a token or an identity number, by name or by look."""
    if not query:
        return False
    pairs = parse_qsl(query, keep_blank_values=True)
    named = any(_SECRET_NAMES.search(name) for name, _ in pairs)
    texts = [value for _, value in pairs] + [name for name, _ in pairs] + [unquote_plus(query)]
    return named or any(_SECRET_VALUES.search(text) for text in texts)


class RequestMiddleware:
    """The outermost middleware of every service."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; pass other kinds of traffic through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._service)
        try:
            await self._answer(scope, receive, exchange)
        finally:
            exchange.log()

    async def _answer(self, scope: Scope, receive: Receive, exchange: "_Exchange") -> None:
        try:
            answer = _refused_url(scope["path"], scope["query_string"].decode("latin-1"))
            await (problem(answer) if answer else self._app)(scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - the last resort; the client gets an answer
            log.error(  # noqa: TRY400 - a message may hold values
                "%s: unhandled %s\n%s", exchange.route, type(error).__name__, where(error)
            )
            if not exchange.status:
                await problem(Refusal("UNEXPECTED"))(scope, receive, exchange.send)


class _Exchange:
    """One request and its answer so far."""

    def __init__(self, scope: Scope, send: Send, service: str) -> None:
        self._service = service
        self._scope = scope
        self._send = send
        self._started = perf_counter()
        self.status = 0

    @property
    def route(self) -> str:
        """The route's template, never the path: a path can hold a person's number."""
        return str(getattr(self._scope.get("route"), "path", None) or "(none)")

    async def send(self, message: Message) -> None:
        """Forward a message; add the security headers to the first one."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = list(message.get("headers", ()))
            present = {name.lower() for name, _ in headers}
            headers += [item for item in _HEADERS.items() if item[0] not in present]
            message = {**message, "headers": headers}
        await self._send(message)

    def log(self) -> None:
        """Write the access line: method, template, status, milliseconds, client's name."""
        state: dict[str, Any] = self._scope.get("state", {})
        took = (perf_counter() - self._started) * 1000
        client = state.get("client", "-")
        known = _known_method(self._scope["method"])
        labels = (self._service, known, self.route, status_class(self.status))
        metrics.HTTP_REQUESTS.labels(*labels).inc()
        metrics.HTTP_DURATION.labels(*labels).observe(took / 1000)
        level = logging.DEBUG if self.route.startswith(("/health", "/metrics")) else logging.INFO
        method = self._scope["method"][:10]
        # Only the first few refusals without a token are logged, the rest counted; a client's are all logged.
        alike = ALWAYS if client != "-" else {"kind": f"{known} {self.route} {self.status}"}
        values = (method, self.route, self.status, took, client)
        access.log(level, "%s %s %s %.1fms %s", *values, extra=alike)


def _known_method(method: str) -> str:
    """Keep invented methods out of the labels."""
    return method if method in _METHODS else "OTHER"


def _refused_url(path: str, query: str) -> Refusal | None:
    """The refusal of an address that must not be served, else None."""
    if is_sensitive(query):
        return Refusal("SENSITIVE_IN_URL")
    if _CONTROL.search(path) or _CONTROL.search(unquote_plus(query)):
        return Refusal("URL_FORMAT")
    return None
