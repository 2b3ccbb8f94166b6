"""What would become of the rows of a list: decided by its use case in a transaction that is rolled back."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, BinaryIO, TypeGuard

from pydantic import BaseModel
from sqlalchemy import Connection

from shared.application.lists import ListOf
from shared.csv import reader as csv_reader
from shared.csv.messages import MARKS
from shared.csv.rejects import escape_formula
from shared.csv.rows import MARK_COLUMN, BadRow, GoodRow, Notice, Problem
from shared.desk.drafts import CHANGING, KNOWN, NEW, REFUSED, DraftRow
from shared.desk.host import Officer
from shared.errors import Refusal
from shared.http.batches import Outcome
from shared.http.csv_rows import SPAN, rehearse
from shared.sheets import reader as intake

_UNCHECKED = "DRAF"
"""In the column of marks: the row has no mark, and nobody has compared it with its source."""
Item = GoodRow[Any] | BadRow


@dataclass(frozen=True)
class Span:
    """The next rows of a file, and what is said about the file."""

    rows: Sequence[DraftRow]
    notices: Sequence[Notice]
    refused: BadRow | None
    """The refusal of the whole file."""


def check_file(
    officer: Officer, one: ListOf[Any], stream: BinaryIO, *, skip: int = 0
) -> Iterator[Span]:
    """Yield what would become of each row of a file after the first ones; memory does not grow with it."""
    items = _without_first(intake.read(stream, one.row, day_first=officer.host.day_first), skip)
    while found := list(islice(items, SPAN)):
        whole = next((r for r in found if isinstance(r, BadRow) and r.whole_file), None)
        rows = [row for row in found if not isinstance(row, Notice) and row is not whole]
        notices = [row for row in found if isinstance(row, Notice)]
        yield Span(decide(officer, one, rows), notices, whole)


def check_rows(
    officer: Officer, one: ListOf[Any], rows: Sequence[DraftRow], compared: Collection[int]
) -> list[DraftRow]:
    """What would become of rows of a draft.

    `compared` are the lines of rows that a person has compared with their source; a mark of any
    other row stays, whatever the row looks like without those that have left the draft.
    """
    good = {row.line for row in rows if row.state != REFUSED}
    decided = decide(officer, one, reread(officer, one, rows, good.union(compared)))
    pairs = zip(decided, rows, strict=True)
    return [_still_marked(now, was) if was.line not in compared else now for now, was in pairs]


def reread(
    officer: Officer, one: ListOf[Any], rows: Sequence[DraftRow], compared: Iterable[int]
) -> list[Item]:
    """The rows of a draft read by the rules of files, one item a row, with their lines."""
    known, text = set(compared), io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((MARK_COLUMN, *one.columns))
    for row in rows:
        # Without a mark a row of empty cells would be a blank line.
        mark = "" if row.line in known and any(row.cells.values()) else _UNCHECKED
        writer.writerow((mark, *(escape_formula(row.cells.get(n, "")) for n in one.columns)))
    stream = io.BytesIO(text.getvalue().encode())
    # The header is line 1, and no cell holds a line end.
    found = {
        item.line - 2: item
        for item in csv_reader.read(stream, one.row, day_first=officer.host.day_first)
        if _is_row(item)
    }
    return [_at(row, found[place]) for place, row in enumerate(rows)]


def decide(officer: Officer, one: ListOf[Any], items: Sequence[Item]) -> list[DraftRow]:
    """What the use case says about rows that have been read; nothing of it is kept."""

    def save(connection: Connection, rows: Sequence[GoodRow[Any]]) -> Sequence[Outcome]:
        return one.use_case(officer.context(connection), [row.model for row in rows])

    good = [item for item in items if isinstance(item, GoodRow)]
    said = iter(rehearse(officer.engine, save, good))
    return [
        of_outcome(one, item, next(said)) if isinstance(item, GoodRow) else of_bad(item)
        for item in items
    ]


def of_outcome(one: ListOf[Any], row: GoodRow[Any], outcome: Outcome) -> DraftRow:
    """A row as its use case has decided about it."""
    cells = {**row.raw, **_days(row)}
    if outcome.refusal is not None:
        return DraftRow(row.line, REFUSED, cells, (problem_of(one, outcome.refusal),))
    if outcome.status == "duplicate":
        return DraftRow(row.line, KNOWN, cells)
    changes = one.named(outcome.changes)
    return DraftRow(row.line, CHANGING if changes else NEW, cells, changes=changes)


def problem_of(one: ListOf[Any], refusal: Refusal) -> Problem:
    """A refusal in the words of the list."""
    field = refusal.field or ""
    return Problem(one.called.get(field, field), refusal.name, refusal.values)


def of_bad(row: BadRow) -> DraftRow:
    """A row that the rules of files refuse."""
    mark = row.code if row.code in MARKS else ""
    return DraftRow(row.line, REFUSED, row.raw, row.problems, mark)


def _without_first(items: Iterable[Item | Notice], rows: int) -> Iterator[Item | Notice]:
    """The items without so many rows at the beginning."""
    for item in items:
        if rows and _is_row(item):
            rows -= 1
        else:
            yield item


def _days(row: GoodRow[Any]) -> dict[str, str]:
    """The days of a row as ISO: their order may have been proven by rows that leave the draft."""
    model: BaseModel = row.model
    named = {info.alias or name: name for name, info in type(model).model_fields.items()}
    found = {column: getattr(model, name) for column, name in named.items() if row.raw.get(column)}
    return {column: day.isoformat() for column, day in found.items() if isinstance(day, date)}


def _is_row(item: Item | Notice) -> TypeGuard[Item]:
    return isinstance(item, GoodRow) or (isinstance(item, BadRow) and not item.whole_file)


def _at(row: DraftRow, item: Any) -> Item:
    """The item under the line that its row has in the office's file."""
    if isinstance(item, GoodRow):
        return GoodRow(row.line, item.model, item.raw)
    return BadRow(
        row.line, item.field, item.code, item.message, item.remedy,
        problems=item.problems, raw=item.raw,
    )  # fmt: skip


def _still_marked(row: DraftRow, before: DraftRow) -> DraftRow:
    """A mark goes when a person has compared the row, not by itself."""
    if before.mark and row.state != REFUSED:
        return before
    return row
