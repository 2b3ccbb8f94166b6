"""Crashes at chosen steps: before or after a statement, before a commit, a sync or a deletion."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

STEPS = ("before_cursor_execute", "after_cursor_execute", "commit")


class Crash(Exception):
    """The process is gone: its transaction is rolled back, as the database does for it."""


class Fuse:
    """Burns down by one at each step, and crashes when it is burnt."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, *_arguments: Any, **_named: Any) -> None:
        """One more step begins."""
        if self.left == 0:
            raise Crash
        self.left -= 1


@contextmanager
def crashing(engine: Engine, steps: int) -> Iterator[None]:
    """Crash at the step with this number, counted from 0, of all that is done inside."""
    fuse, patch = Fuse(steps), pytest.MonkeyPatch()
    for name in STEPS:
        event.listen(engine, name, fuse.step)
    for owner, name in ((os, "fsync"), (Path, "unlink"), (Path, "open")):
        patch.setattr(owner, name, _after(fuse, getattr(owner, name)))
    try:
        yield
    finally:
        patch.undo()
        for name in STEPS:
            event.remove(engine, name, fuse.step)


def _after(fuse: Fuse, done: Callable[..., Any]) -> Callable[..., Any]:
    def work(*arguments: Any, **named: Any) -> Any:
        fuse.step()
        return done(*arguments, **named)

    return work
