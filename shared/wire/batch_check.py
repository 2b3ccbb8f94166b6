"""Check the records of a batch: the same verdict on each as `check` and `check_times` give.

Where a subscription takes structs, a relay's own form is read in one pass. Whatever does not pass there
is checked by itself, so that the first reason for a refusal never depends on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from shared.events.base import Payload, object_lists
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import MAX_EVENT_BYTES, Event
from shared.events.plausible import Window, lies_within, receipt_limit, window_of
from shared.events.relay_form import RelayReader
from shared.events.topics import Topic
from shared.events.typed import is_typed, typed
from shared.regions import Regions
from shared.wire.conformity import region_fields
from shared.wire.signatures import Trust
from shared.wire.verification import PROOF_HEADER, Record, Refused, check, check_times


def check_batch(
    records: Sequence[Record],
    *,
    trust: Trust,
    topics: Mapping[str, Topic],
    now: datetime,
    catalogue: Mapping[str, type[Payload]] = CATALOGUE,
    structs: bool = False,
) -> list[Event | Refused]:
    """The event of each record, or why it is refused, in their order.

    With `structs` the data of most events are msgspec structs with the fields of the payload class.
    """
    if not structs:
        return [_check_one(one, trust, topics, now, catalogue) for one in records]
    events = _read_all(records, trust, topics, now, catalogue)
    return [
        event or _check_one(record, trust, topics, now, catalogue)
        for record, event in zip(records, events, strict=True)
    ]


def _check_one(
    record: Record,
    trust: Trust,
    topics: Mapping[str, Topic],
    now: datetime,
    catalogue: Mapping[str, type[Payload]],
) -> Event | Refused:
    try:
        event = check(record, trust, topics, catalogue)
        check_times(event, now)
    except Refused as refused:
        return refused
    return event


class _Rules(NamedTuple):
    """What is checked of a type besides its form."""

    window: Window
    regions: tuple[str, ...]
    """Fields that hold a region's code or none."""
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    """Lists of objects, and such fields of the objects."""


def _read_all(
    records: Sequence[Record],
    trust: Trust,
    topics: Mapping[str, Topic],
    now: datetime,
    catalogue: Mapping[str, type[Payload]],
) -> Iterator[Event | None]:
    """The events of a relay's own form in which nothing is wrong; None for any other record."""
    limit, today = receipt_limit(now)
    payloads = tuple(catalogue.items())
    readers = {name: _reader(topic, payloads, today) for name, topic in topics.items()}
    sources = trust.verify_all((one.value or b"", _proof_of(one)) for one in records)
    for record, source in zip(records, sources, strict=True):
        event, value = None, record.value or b""
        reader, rules = readers[record.topic]
        if source == reader.source and len(value) <= MAX_EVENT_BYTES:
            event = reader.read(value, record.key or b"")
            if event is not None and not _is_allowed(event, rules[type(event.data)], limit):
                event = None
        yield event


def _proof_of(record: Record) -> bytes:
    """The record's proof; nothing if there is none, or several."""
    proofs = [content for name, content in record.headers if name == PROOF_HEADER]
    return (len(proofs) == 1 and proofs[0]) or b""


def _is_allowed(event: Event, rules: _Rules, limit: datetime) -> bool:
    """Whether the regions exist and the days can be."""
    data: Any = event.data
    known = _codes()
    for name in rules.regions:
        if getattr(data, name) not in known:
            return False
    for name, fields in rules.lists:
        for item in getattr(data, name):
            if any(getattr(item, field) not in known for field in fields):
                return False
    return lies_within(event, rules.window, limit)


@cache
def _codes() -> frozenset[str | None]:
    """Every code that a field may hold; its pattern says of which level, and whether it may be none."""
    return frozenset((None, *Regions.load().known))


@lru_cache(maxsize=64)
def _reader(
    topic: Topic, payloads: tuple[tuple[str, type[Payload]], ...], today: date
) -> tuple[RelayReader, Mapping[type[Any], _Rules]]:
    """A topic's reader, and the rules of its structs; types without a window have no struct here."""
    windows = {
        (name, payload): window_of(payload, today)
        for name, payload in payloads
        if name in topic.types and is_typed(payload)
    }
    chosen = {pair: window for pair, window in windows.items() if window is not None}
    rules = {typed(payload): _rules(payload, window) for (_, payload), window in chosen.items()}
    return RelayReader(topic, dict(chosen)), rules


def _rules(payload: type[Payload], window: Window) -> _Rules:
    own, lists = region_fields(payload)
    items = object_lists(payload)
    return _Rules(window, own, tuple((name, region_fields(items[name])[0]) for name in lists))
