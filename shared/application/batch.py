"""Decide a batch item by item, stage the facts of all accepted items at once, save.

def decide(item: Approval) -> tuple[Fact, ...]: ...   # no facts: it was recorded before

return decide_batch(context, decide, items, save=memberships.save)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, overload
from uuid import UUID

from pydantic import BaseModel

from shared.application.context import Context
from shared.application.refusals import require_days
from shared.application.staging import stage
from shared.clock import noon
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import happened_on
from shared.events.envelope import Fact
from shared.http.batches import Change, Outcome, accepted, duplicate, refused

Facts = tuple[Fact, ...]
Item = TypeVar("Item", bound=BaseModel)
Subject = TypeVar("Subject")
Save = Callable[[], None]


@overload
def decide_batch(
    context: Context, decide: Callable[[Item], Facts], items: Sequence[Item], /, *, save: Save
) -> list[Outcome]: ...


@overload
def decide_batch(
    context: Context,
    decide: Callable[[Item, Subject], Facts],
    items: Sequence[Item],
    subjects: Sequence[Subject],
    /,
    *,
    save: Save,
) -> list[Outcome]: ...


def decide_batch(
    context: Context,
    decide: Callable[..., Facts],
    items: Sequence[Any],
    /,
    *subjects: Sequence[Any],
    save: Save,
) -> list[Outcome]:
    """Apply a rule to each item; stage the facts of the accepted ones; save; one outcome an item.

    `decide` takes an item and, where they are given, its subject. An item with a day that cannot be
    is refused before. The id of an accepted item is that of its last event: corrections name it.
    """
    decisions = [_decide(context, decide, one) for one in zip(items, *subjects, strict=True)]
    facts_of_all = [fact for one in decisions for fact in one.facts]
    ids = iter(stage(context, facts_of_all) if facts_of_all else ())
    save()
    return [_outcome(decision, ids) for decision in decisions]


def facts(subject: str, payloads: Iterable[Payload]) -> Facts:
    """The payloads as facts, each at noon of the day on which it happened."""
    return tuple(Fact(subject, noon(happened_on(payload)), payload) for payload in payloads)


@dataclass(frozen=True, slots=True)
class _Decided:
    facts: Facts = ()
    refusal: Refusal | None = None
    changes: tuple[Change, ...] = ()


def _decide(context: Context, decide: Callable[..., Facts], arguments: tuple[Any, ...]) -> _Decided:
    context.noted.clear()
    try:
        require_days(arguments[0], context.today)
        found = decide(*arguments)
    except Refusal as refusal:
        return _Decided(refusal=refusal)
    return _Decided(found, changes=tuple(context.noted))


def _outcome(one: _Decided, ids: Iterator[UUID]) -> Outcome:
    if one.refusal is not None:
        return refused(one.refusal)
    if not one.facts:
        return duplicate()
    return accepted([next(ids) for _ in one.facts][-1], one.changes)
