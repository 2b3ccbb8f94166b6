"""Trying again: doubled pauses up to a longest one, and an end in the middle of a pause."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from shared.observability.retries import Stopped, retry, retry_async, stopped_within


class Failing:
    """Work that fails so many times before it is done; it remembers what was noted."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error = times, error
        self.pauses: list[float] = []

    def attempt(self) -> str:
        """Fail, or be done."""
        if self.left:
            self.left -= 1
            raise self.error
        return "done"

    async def attempt_async(self) -> str:
        """The same in an event loop."""
        return self.attempt()

    def note(self, error: Exception, pause: float) -> None:
        """Remember the pause of this very error."""
        assert error is self.error
        self.pauses.append(pause)

    def run(self, stopping: threading.Event, first: float = 0.001) -> str:
        """Try in a thread."""
        return retry(
            self.attempt, stopping, on=OSError, note=self.note, first=first, longest=4 * first
        )

    async def run_async(self, stop: asyncio.Event, first: float = 0.001) -> str:
        """Try in an event loop; a lambda is no coroutine function, and works all the same."""
        work: Callable[[], Awaitable[str]] = lambda: self.attempt_async()  # noqa: E731, PLW0108
        return await retry_async(
            work, stop, on=OSError, note=self.note, first=first, longest=4 * first
        )


def in_thread(work: Failing) -> str:
    """Try until it is done."""
    return work.run(threading.Event())


def in_loop(work: Failing) -> str:
    """Try until it is done."""

    async def main() -> str:
        return await work.run_async(asyncio.Event())

    return asyncio.run(main())


BOTH = pytest.mark.parametrize("run", [in_thread, in_loop])


@BOTH
def test_pauses_double_up_to_the_longest(run: Callable[[Failing], str]) -> None:
    """Every failure is noted with the pause that follows it."""
    work = Failing(5, ConnectionError())
    assert run(work) == "done"
    assert work.pauses == [0.001, 0.002, 0.004, 0.004, 0.004]


@BOTH
def test_another_error_ends_the_attempts(run: Callable[[Failing], str]) -> None:
    """What waiting does not heal is raised at once, as it is."""
    work = Failing(1, ValueError("a wrong setting"))
    with pytest.raises(ValueError, match="a wrong setting"):
        run(work)
    assert work.pauses == []


def test_a_stop_ends_a_pause_of_a_thread() -> None:
    """Nothing is tried once more after the stop."""
    work, stopping = Failing(2, OSError()), threading.Event()
    stopping.set()
    with pytest.raises(Stopped):
        work.run(stopping, first=3_600)
    assert work.left == 1


def test_a_stop_ends_a_pause_of_a_loop() -> None:
    """The same where the pause has begun already."""
    work = Failing(2, OSError())

    async def main() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, stop.set)
        await work.run_async(stop, first=3_600)

    with pytest.raises(Stopped):
        asyncio.run(main())
    assert work.left == 1


def test_a_wait_says_whether_it_was_ended() -> None:
    """True when the stop came, false when the time was over."""

    async def main() -> tuple[bool, bool]:
        stop = asyncio.Event()
        over = await stopped_within(stop, 0.001)
        stop.set()
        return over, await stopped_within(stop, 3_600)

    assert asyncio.run(main()) == (False, True)
