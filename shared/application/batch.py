"""A chunk of items, each decided for itself: the good ones are told at once, the others refused.

def decide(item: Approval) -> tuple[Fact, ...]: ...   # no facts: it was so already

outcomes = settle(connection, ORIGIN, items, decide, now)
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Connection

from shared.application.refusals import require_days
from shared.clock import noon
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import happened_on, jakarta_day
from shared.events.envelope import Fact
from shared.http.batches import Outcome, accepted, duplicate, refused
from shared.outbox import table as outbox

T = TypeVar("T")


def settle(
    connection: Connection,
    origin: outbox.Origin,
    items: Sequence[T],
    decide: Callable[[T], tuple[Fact, ...]],
    now: datetime,
) -> list[Outcome]:
    """Decide every item for itself and stage all facts in one go; one outcome an item.

    An item, or the model in a tuple that holds one, with a day that cannot be is refused before it
    is decided. The id of an accepted item is that of its last event: it is what a correction names.
    """
    today = jakarta_day(now)
    decisions = [_decide(item, decide, today) for item in items]
    told = [fact for one in decisions if not isinstance(one, Refusal) for fact in one]
    ids = iter(outbox.stage(connection, origin, told, now=now) if told else ())
    return [_outcome(decision, ids) for decision in decisions]


def facts(subject: str, payloads: Iterable[Payload]) -> tuple[Fact, ...]:
    """The payloads as facts, each at noon of the day on which it happened."""
    return tuple(Fact(subject, noon(happened_on(payload)), payload) for payload in payloads)


def _decide(
    item: T, decide: Callable[[T], tuple[Fact, ...]], today: date
) -> tuple[Fact, ...] | Refusal:
    try:
        for part in item if isinstance(item, tuple) else (item,):
            if isinstance(part, BaseModel):
                require_days(part, today)
        return decide(item)
    except Refusal as refusal:
        return refusal


def _outcome(decision: tuple[Fact, ...] | Refusal, ids: Iterator[UUID]) -> Outcome:
    if isinstance(decision, Refusal):
        return refused(decision)
    if not decision:
        return duplicate()
    return accepted([next(ids) for _ in decision][-1])
