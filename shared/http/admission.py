"""Limit the requests that work at once and those that wait; refuse the others (503 BUSY).

A working request takes a thread and a database connection, so there are as many turns as the pool
has connections for requests (`shared/database/engine.py`). A turn begins when the request is complete,
because a slow client must not keep it, and ends when the answer begins.
"""

from anyio import CapacityLimiter, fail_after
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.database.engine import REQUESTS_AT_ONCE
from shared.errors import Refusal
from shared.http.problems import problem
from shared.observability import metrics

MOST_WAITING = 100
WAIT_SECONDS = 30.0
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Admission:
    """The middleware: gives each request its turn, or refuses it (503 BUSY)."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._turns = CapacityLimiter(REQUESTS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; of a request with a body, the body's reader takes the turn (`take_turn`)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        turn = _Turn(self._turns, send)
        scope.setdefault("state", {})["turn"] = turn
        try:
            if scope["method"] not in _WITH_BODY:
                await turn.take()
            await self._app(scope, receive, turn.send)
        except _Busy as busy:
            await problem(busy)(scope, receive, send)
        finally:
            turn.end()


async def take_turn(request: Request, *, patient: bool = False) -> None:
    """Wait for the turn of a request whose body is read; a `patient` one is never refused.

    Raises:
        Refusal: 503 BUSY, too many wait already, or the turn did not come in time.
    """
    turn: _Turn = request.state.turn
    await turn.take(patient)


class _Turn:
    """One request's right to work."""

    def __init__(self, turns: CapacityLimiter, send: Send) -> None:
        self._turns, self._send = turns, send
        self._mine = False

    async def take(self, patient: bool = False) -> None:
        if not patient and self._turns.statistics().tasks_waiting >= MOST_WAITING:
            raise _Busy
        try:
            with fail_after(None if patient else WAIT_SECONDS):
                await self._turns.acquire_on_behalf_of(self)
        except TimeoutError:
            raise _Busy from None
        self._mine = True

    def end(self) -> None:
        if self._mine:
            self._mine = False
            self._turns.release_on_behalf_of(self)

    async def send(self, message: Message) -> None:
        """Forward a message; the first one ends the turn."""
        self.end()
        await self._send(message)


class _Busy(Refusal):
    """503: too many requests are waiting."""

    def __init__(self) -> None:
        metrics.HTTP_BUSY.inc()
        super().__init__("BUSY")
