"""Rows that say in an office's columns what an item of the HTTP interface says.

    class ExitRow(ListedItem):
        SAYS, WORDS = ExitItem, {"family_number": "nomor_keluarga", "exited_on": "tanggal_keluar", ...}
        nomor_keluarga: Identifier
        tanggal_keluar: DayCell[HappenedOn]

    listed("exits", ExitRow, service.exit_families, WRITE, {"nomor_keluarga": "PKH-3509-000001", ...})

A list and the HTTP interface then follow one rule, for they have one use case.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from typing import Any, ClassVar

from pydantic import BaseModel

from shared.application.context import Context
from shared.application.fields import Item
from shared.application.lists import ListOf
from shared.events.reporting import ReportList
from shared.http.batches import Outcome


class ListedItem(Item):
    """The parent of such rows."""

    SAYS: ClassVar[type[BaseModel]]
    """The item."""
    WORDS: ClassVar[Mapping[str, str]]
    """What columns are called by the item's fields, a field in a field with a dot; others may be there."""

    @property
    def item(self) -> Any:
        """The row in the words of the HTTP interface; what the row checked is not checked again."""
        parts: dict[str, dict[str, Any]] = {}
        for parent, field, column in _places(type(self)):
            parts.setdefault(parent, {})[field] = getattr(self, column)
        said = parts.pop("", {})
        for name, inner in parts.items():
            said[name] = _inner(self.SAYS, name).model_construct(**inner)
        return self.SAYS.model_construct(**said)


@cache
def _places(row: type[ListedItem]) -> tuple[tuple[str, str, str], ...]:
    """Parent, field and column of everything that a row says."""
    found = []
    for name, column in row.WORDS.items():
        parent, _, field = name.rpartition(".")
        if column in row.model_fields and (parent or field) in row.SAYS.model_fields:
            found.append((parent, field, column))
    return tuple(found)


def _inner(item: type[BaseModel], field: str) -> type[BaseModel]:
    """The class of a field that is an item itself."""
    kind: Any = item.model_fields[field].annotation
    return kind  # type: ignore[no-any-return]


def listed(
    name: str,
    row: type[ListedItem],
    use_case: Callable[[Context, Sequence[Any]], Sequence[Outcome]],
    scope: str,
    example: Mapping[str, str],
    closes: ReportList | None = None,
    by_value: tuple[str, ...] = (),
) -> ListOf[Any]:
    """The list of which each row goes through the use case of one item."""

    @wraps(use_case)
    def import_rows(context: Context, rows: Sequence[ListedItem]) -> Sequence[Outcome]:
        return use_case(context, [row.item for row in rows])

    import_rows.__name__ = f"import_{name.replace('-', '_')}"
    return ListOf(name, row, import_rows, scope, example, row.WORDS, by_value, closes)
