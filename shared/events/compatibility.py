"""The gate of the contract: can yesterday's readers and log live with the classes of today?

Both directions count. An older consumer must read what is sent from now on (so no value may appear
that its schema refuses), and a newer consumer must read everything in the log (so no rule may
become stricter). What is left is small: words may change, and an optional field may be added.
Everything else is a new type with the next version.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.events.attributes import Schema
from shared.events.days import KEYWORD

WORDS = frozenset({"title", "description", "examples", "$comment", "$schema", KEYWORD})
"""Keywords that change nothing for a reader of the form; the bounds of days are a rule of their own."""


@dataclass(frozen=True)
class Difference:
    """One edit that breaks some reader, or (`additive`) one that only needs storing."""

    event_type: str
    field: str
    what: str
    additive: bool = False

    def __str__(self) -> str:
        """Type, field, what happened, and what to do about it."""
        where = f"{self.event_type}, field {self.field}" if self.field else self.event_type
        if self.additive:
            return f"{where}: {self.what}. This is compatible; run `make schemas` to store it."
        return (
            f"{where}: {self.what}. An older consumer or the log could not be read any more. Undo"
            f" the edit, or add {_next_version(self.event_type)!r} to the catalogue beside it, then"
            " run `make schemas`."
        )


def compare_catalogues(
    golden: Mapping[str, Schema], current: Mapping[str, Schema]
) -> list[Difference]:
    """Every difference between the stored and the present schemas, type by type."""
    found: list[Difference] = []
    for name in sorted(golden.keys() | current.keys()):
        if name not in current:
            found.append(Difference(name, "", "the type was removed"))
        elif name not in golden:
            found.append(Difference(name, "", "the type is new", additive=True))
        else:
            found += compare(name, golden[name], current[name])
    return found


def compare(event_type: str, golden: Schema, current: Schema) -> list[Difference]:
    """Differences between two schemas of one type; wording alone is no difference."""
    return list(_Comparison(event_type, golden, current).walk(golden, current, ""))


class _Comparison:
    """Walks two schemas side by side, following `$ref` in each."""

    def __init__(self, event_type: str, golden: Schema, current: Schema) -> None:
        self._type = event_type
        self._golden, self._current = golden, current

    def walk(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        """All differences at this place and below."""
        old, new = _resolved(old, self._golden), _resolved(new, self._current)
        yield from self._properties(old, new, path)
        for key in ("items", "additionalProperties"):
            if isinstance(old.get(key), dict) and isinstance(new.get(key), dict):
                yield from self.walk(old[key], new[key], f"{path}[]")
            elif old.get(key) != new.get(key):
                yield self._broken(path, f"{key} changed")
        yield from self._alternatives(old.get("anyOf", []), new.get("anyOf", []), path)
        yield from self._keywords(old, new, path)

    def _properties(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = old.get("properties", {}), new.get("properties", {})
        required_before, required_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in before | after:
            place = f"{path}.{name}".lstrip(".")
            if name not in after:
                yield self._broken(place, "the field was removed or renamed")
            elif name not in before:
                yield self._added(place, name in required_after)
            else:
                if (name in required_before) != (name in required_after):
                    now = "required" if name in required_after else "optional"
                    yield self._broken(place, f"the field became {now}")
                yield from self.walk(before[name], after[name], place)

    def _added(self, place: str, required: bool) -> Difference:
        if required:
            return self._broken(
                place, "a required field was added; events in the log do not have it"
            )
        return Difference(self._type, place, "an optional field was added", additive=True)

    def _alternatives(
        self, old: list[Schema], new: list[Schema], path: str
    ) -> Iterator[Difference]:
        if len(old) != len(new):
            yield self._broken(path, "the set of allowed types changed")
            return
        for before, after in zip(old, new, strict=True):
            yield from self.walk(before, after, path)

    def _keywords(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        walked = {"properties", "required", "items", "additionalProperties", "anyOf", "$defs"}
        for key in sorted((old.keys() | new.keys()) - WORDS - walked):
            before, after = old.get(key), new.get(key)
            if key == "enum" and isinstance(before, list) and isinstance(after, list):
                yield from self._values(before, after, path)
            elif before != after:
                yield self._broken(path, f"{key} changed from {_short(before)} to {_short(after)}")

    def _values(self, before: list[Any], after: list[Any], path: str) -> Iterator[Difference]:
        for gone in (value for value in before if value not in after):
            yield self._broken(path, f"the value {gone!r} was removed; the log may hold it")
        for fresh in (value for value in after if value not in before):
            yield self._broken(path, f"the value {fresh!r} was added; older consumers refuse it")

    def _broken(self, path: str, what: str) -> Difference:
        return Difference(self._type, path, what)


def _resolved(schema: Schema, root: Schema) -> Schema:
    """The schema behind a `$ref`, with the keywords beside it."""
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return _resolved(target, root) | beside


def _short(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:60]


def _next_version(event_type: str) -> str:
    stem, _, version = event_type.rpartition(".v")
    return f"{stem}.v{int(version) + 1}" if version.isdigit() else f"{event_type} (next version)"
