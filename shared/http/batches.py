"""Batches: read `{"items": [...]}`, keep the good items, answer one result per item.

A *shape* that breaks the contract (a field unknown, missing or of the wrong type) refuses the whole
batch: the sender's program is wrong. A *value* that breaks a rule refuses only its own item.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.errors import Refusal
from shared.http.json_body import read_json
from shared.http.problems import SHAPE_CODES, InvalidContent, field_error, field_refusal
from shared.messages import Words

MAX_ITEMS = 1_000
Item = TypeVar("Item", bound=BaseModel)


class Items(BaseModel, Generic[Item]):
    """The body of every batch endpoint."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item] = Field(min_length=1, max_length=MAX_ITEMS)


Shown = str | int | date | Words | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a record says before an item and after it; whatever names a person is masked."""

    field: str
    """As rules name it."""
    before: Shown
    after: Shown


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one item or row."""

    status: Literal["accepted", "duplicate", "refused"]
    id: str | None = None
    refusal: Refusal | None = None
    changes: tuple[Change, ...] = ()
    """Of an accepted item: what it changes in a record that was there."""

    def as_dict(self) -> dict[str, Any]:
        """The result as the client sees it, without its index."""
        result: dict[str, Any] = {"status": self.status}
        if self.id is not None:
            result["id"] = self.id
        if self.refusal is not None:
            result |= {"code": self.refusal.code, "field": self.refusal.field}
            result |= {"message": self.refusal.message, "remedy": self.refusal.remedy}
        return result


_DUPLICATE = Outcome("duplicate")


def accepted(id: object | None = None, changes: Sequence[Change] = ()) -> Outcome:
    """The item was new and is stored."""
    return Outcome("accepted", None if id is None else str(id), changes=tuple(changes))


def duplicate(id: object | None = None) -> Outcome:
    """The same item was stored before; nothing changed."""
    return _DUPLICATE if id is None else Outcome("duplicate", str(id))


def refused(refusal: Refusal) -> Outcome:
    """A rule refuses this item; the other items do not change."""
    return Outcome("refused", None, refusal)


@dataclass(frozen=True)
class Batch(Generic[Item]):
    """A batch after validation: the good items, and the refusals of the others by index."""

    items: list[Item]
    indexes: Sequence[int]
    """Position of each good item in the sender's list."""
    bad: dict[int, Refusal]

    def results(self, outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
        """One result an item in the sender's order; `outcomes` belong to `items`, one each."""
        if len(outcomes) != len(self.items):
            raise ValueError(f"{len(outcomes)} outcomes for {len(self.items)} items")
        by_index = {index: refused(refusal) for index, refusal in self.bad.items()}
        by_index.update(zip(self.indexes, outcomes, strict=True))
        return [{"index": index} | by_index[index].as_dict() for index in sorted(by_index)]


def read_items(adapter: TypeAdapter[Items[Item]], body: bytes) -> Batch[Item]:
    """Validate a whole batch at once; go item by item only when it holds bad values.

    Raises:
        Refusal: as `read_json`; InvalidContent (422) when the shape breaks the contract.
    """
    text, value = read_json(body)
    try:
        items = adapter.validate_json(text, strict=True).items
    except ValidationError as error:
        bad = _by_item(error)
    else:
        return Batch(items, range(len(items)), {})
    indexes = [index for index in range(len(value["items"])) if index not in bad]
    good = [value["items"][index] for index in indexes]
    items = adapter.validate_json(json.dumps({"items": good}), strict=True).items if good else []
    return Batch(items, indexes, bad)


def _by_item(error: ValidationError) -> dict[int, Refusal]:
    bad: dict[int, Refusal] = {}
    errors = error.errors(include_url=False)
    found = [(item["loc"], field_error(item)) for item in errors]
    whole = [
        fault
        for loc, fault in found
        if len(loc) < len(("items", "index")) or fault["code"] in SHAPE_CODES
    ]
    if whole:
        raise InvalidContent(whole)
    for loc, fault in found:
        field = ".".join(str(part) for part in loc[2:]) or None
        bad.setdefault(int(loc[1]), field_refusal(fault["code"], field))
    return bad
