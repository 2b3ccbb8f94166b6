"""How much of what could be tried a session tries: a sample, the whole, or ten times as much.

`make test` takes a sample, so that it is run often. Continuous integration (`CI=true`) and the real
parts try the whole, `--deep` ten times as many generated examples as that.
"""

import os
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import settings

WHOLE = 100
"""Generated examples of a test that names no number: what Hypothesis itself takes."""
_LEAST, _SAMPLE, _DEEP = 5, 30, 1_000
T = TypeVar("T")


def choose(*, deep: bool, real: bool) -> None:
    """Choose for this session; before tests are imported, for they ask while they are."""
    whole = real or os.environ.get("CI") == "true"
    examples = _DEEP if deep else WHOLE if whole else _SAMPLE
    settings.register_profile("lintas", deadline=None, max_examples=examples)  # no test is timed
    settings.load_profile("lintas")


def is_whole() -> bool:
    """Whether nothing is left out for being slow."""
    return settings().max_examples >= WHOLE


def examples(whole: int, **more: Any) -> settings:
    """So many generated examples in the whole, the session's share of them otherwise."""
    return settings(max_examples=amount(whole), **more)


def amount(whole: int) -> int:
    """So many of something in the whole, the session's share of them otherwise, five at least."""
    return max(whole * settings().max_examples // WHOLE, min(whole, _LEAST))


def sample(of: Sequence[T], every: int) -> Sequence[T]:
    """Every so many of them, or all where the session tries the whole."""
    return of if is_whole() else of[::every]
