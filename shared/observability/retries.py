"""Trying again what fails for a while: growing pauses, and a prompt end when the process stops.

Nothing here gives up by itself. A failure that waiting does not heal must not be in `on`: it ends
the attempts at once.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypedDict, TypeVar

from tenacity import AsyncRetrying, RetryCallState, Retrying
from tenacity.retry import retry_if_exception_type
from tenacity.wait import wait_exponential

T = TypeVar("T")
Errors = type[Exception] | tuple[type[Exception], ...]
Note = Callable[[Exception, float], None]
"""Takes each failure with the seconds until the next attempt."""
FIRST_SECONDS, LONGEST_SECONDS = 0.5, 15.0


class Stopped(Exception):
    """The process stops before the work is done."""


class _Policy(TypedDict):
    retry: retry_if_exception_type
    wait: wait_exponential
    before_sleep: Callable[[RetryCallState], None]


def retry(
    attempt: Callable[[], T],
    stopping: threading.Event,
    *,
    on: Errors,
    note: Note,
    first: float = FIRST_SECONDS,
    longest: float = LONGEST_SECONDS,
) -> T:
    """What `attempt` returns; tried again after each error in `on`, in doubled pauses.

    Raises:
        Stopped: `stopping` is set in a pause.
    """

    def pause(seconds: float) -> None:
        if stopping.wait(seconds):
            raise Stopped

    return Retrying(sleep=pause, **_policy(on, note, first, longest))(attempt)


async def retry_async(
    attempt: Callable[[], Awaitable[T]],
    stop: asyncio.Event,
    *,
    on: Errors,
    note: Note = lambda _error, _seconds: None,
    first: float = FIRST_SECONDS,
    longest: float = LONGEST_SECONDS,
) -> T:
    """As `retry`, in an event loop.

    Raises:
        Stopped: `stop` is set in a pause.
    """

    async def pause(seconds: float) -> None:
        if await stopped_within(stop, seconds):
            raise Stopped

    async def work() -> T:  # tenacity does not wait for what a lambda or another callable gives
        return await attempt()

    return await AsyncRetrying(sleep=pause, **_policy(on, note, first, longest))(work)


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait so long, or until `stop` is set; whether it is."""
    if seconds > 0 and not stop.is_set():
        await asyncio.wait({waiting := asyncio.ensure_future(stop.wait())}, timeout=seconds)
        waiting.cancel()
    return stop.is_set()


def _policy(on: Errors, note: Note, first: float, longest: float) -> _Policy:
    def before_sleep(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Exception):
            note(error, state.upcoming_sleep)

    return {
        "retry": retry_if_exception_type(on),
        "wait": wait_exponential(multiplier=first, max=longest),
        "before_sleep": before_sleep,
    }
