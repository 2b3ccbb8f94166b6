"""The contract's rules beyond the schema, which readers and publishers check alike.

No JSON Schema can express that a source may use a topic, that an agreement permits an event, or that a
village exists. `tests/contract/test_readers_and_schemas.py` lists all such rules.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from shared.events.base import Payload, RegionCode, object_lists
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, replacement_of
from shared.events.topics import Topic
from shared.regions import Regions


class Breach(NamedTuple):
    """How an event that its schema allows breaks the contract, without any value."""

    code: str
    """TYPE_NOT_ALLOWED, AGREEMENT, NOT_OWN or REGION_UNKNOWN."""
    detail: str


def breach_of(event: Event, topic: Topic) -> Breach | None:
    """The first rule that an event on this topic breaks."""
    if event.type not in topic.types:
        return Breach("TYPE_NOT_ALLOWED", event.type)
    if event.agreement not in topic.agreements:
        return Breach("AGREEMENT", f"{topic.name} is not shared under the agreement that is named")
    data = event.data
    payload: type[Payload] = type(data)
    shared = payload.EVENT.shared if payload.EVENT else None
    if shared is not None and shared.is_foreign(data, event.source):
        return Breach("NOT_OWN", f"{shared.by or 'source'}: belongs to another source")
    own, lists = region_fields(payload)
    known = Regions.load().known
    for name in own:
        code = getattr(data, name)
        if code not in known and code is not None:
            return _region_unknown(name)
    for name in lists:
        for place, item in enumerate(getattr(data, name)):
            kind: type[Payload] = type(item)
            for inner in region_fields(kind)[0]:
                code = getattr(item, inner)
                if code not in known and code is not None:
                    return _region_unknown(f"{name}.{place}.{inner}")
    return _breach_of_correction(event, data, topic) if type(data) is FactCorrected else None


def _region_unknown(field: str) -> Breach:
    return Breach("REGION_UNKNOWN", f"{field}: no such region in the list here")


def _breach_of_correction(event: Event, correction: FactCorrected, topic: Topic) -> Breach | None:
    """Check a correction's replacement by the rules of the event that it corrects."""
    if correction.corrected_type not in topic.types:
        return Breach("TYPE_NOT_ALLOWED", f"corrected_type {correction.corrected_type}")
    replacement = replacement_of(correction, extra="ignore")
    if replacement is None:
        return None
    found = breach_of(event._replace(type=correction.corrected_type, data=replacement), topic)
    return found and Breach(found.code, f"replacement: {found.detail}")


@lru_cache(maxsize=256)
def region_fields(payload: type[Payload]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields of a class that hold a region's code, and its lists of objects with such fields."""
    own = tuple(
        name
        for name, field in payload.model_fields.items()
        if any(isinstance(one, RegionCode) for one in (*field.metadata, *_marks(field.annotation)))
    )
    lists = tuple(name for name, item in object_lists(payload).items() if region_fields(item)[0])
    return own, lists


def _marks(annotation: Any) -> Iterator[Any]:
    """Yield the metadata of a type at any depth, for example that of `VillageCode | None`."""
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _marks(inner)
