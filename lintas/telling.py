"""What a long command is doing: a spinner or bars on a terminal, a line every few seconds elsewhere."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Self

from rich.console import Console
from rich.progress import Task

EVERY_SECONDS = 5.0


class Ticker:
    """Prints a line at once and every few seconds until the block ends; on a terminal nothing."""

    def __init__(
        self, console: Console, line: Callable[[], str], every: float = EVERY_SECONDS
    ) -> None:
        self._console, self._line, self._every = console, line, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> Self:
        if not self._console.is_terminal:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _tell(self) -> None:
        while not self._stop.is_set():
            say(self._console, self._line())
            self._stop.wait(self._every)


def doing(console: Console, words: str) -> AbstractContextManager[object]:
    """Say what is being done for as long as the block lasts."""
    return console.status(words) if console.is_terminal else _lines(console, words)


@contextmanager
def _lines(console: Console, words: str) -> Iterator[None]:
    start = time.monotonic()
    with Ticker(console, lambda: f"{words} ... {time.monotonic() - start:.0f} s"):
        yield


def amounts(tasks: Iterable[Task]) -> str:
    """How far each task is, in one line: `CSV rows 1,200/5,000; on the bus 300/900`."""
    lines = (f"{one.description} {one.completed:,.0f}/{_total(one)}" for one in list(tasks))
    return "; ".join(lines) or "sending"


def _total(task: Task) -> str:
    return "?" if task.total is None else f"{task.total:,.0f}"


def say(console: Console, line: str) -> None:
    """One line, as it is: never folded, nothing in it is markup, to be copied and pasted."""
    console.print(line, soft_wrap=True, markup=False, highlight=False)
