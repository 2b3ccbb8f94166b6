"""What becomes of the rows of a file: kept, or only tried; and the lines that say so.

A line of a refused row is {line, field, code, message, remedy} (with `lines` if the row takes several); of
a row that would change what is recorded, where rows are only tried, {line, changes}.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Engine

from shared.csv.rows import BadRow, GoodRow
from shared.database.engine import rehearsal, transaction
from shared.errors import Refusal
from shared.http.batches import Change, Outcome, Shown
from shared.messages import Words, phrase
from shared.observability.metrics import IMPORT_ROWS

CHUNK = 1_000
"""Rows that are kept in one transaction."""
SPAN = 5 * CHUNK
"""Rows that are only tried, in one transaction: they see each other. More would keep other writers waiting."""
Save = Callable[[Connection, list[GoodRow[Any]]], Sequence[Outcome]]


@dataclass(frozen=True)
class RowsDecided:
    """How the good rows of a file are decided, block by block."""

    engine: Engine
    save: Save
    called: Mapping[str, str]
    """What the list calls the fields that rules name."""
    dry_run: bool = False
    """Only try: nothing is kept, and a row that would change what is recorded has a line."""

    @property
    def at_once(self) -> int:
        """Rows of a block."""
        return SPAN if self.dry_run else CHUNK

    def lines(
        self, block: Sequence[GoodRow[Any] | BadRow], totals: dict[str, int]
    ) -> list[dict[str, Any]]:
        """Decide a block, add it to the totals, and give the lines about its rows."""
        good = [row for row in block if isinstance(row, GoodRow)]
        outcomes = self._decide(good) if good else ()
        lines = [bad_line(row) for row in block if isinstance(row, BadRow)]
        for row, outcome in zip(good, outcomes, strict=True):
            if outcome.refusal is not None:
                lines.append(self._refused_line(row, outcome.refusal))
            elif outcome.changes and self.dry_run:
                lines.append(self._changing_line(row, outcome.changes))
        statuses = Counter(outcome.status for outcome in outcomes)
        refused = sum("code" in line for line in lines)
        new = {"accepted": statuses["accepted"], "duplicates": statuses["duplicate"]}
        self._count(totals, len(block), new | {"rejected": refused})
        if self.dry_run:
            totals["changing"] += len(lines) - refused
        return sorted(lines, key=lambda line: int(line["line"]))

    def _decide(self, good: list[GoodRow[Any]]) -> Sequence[Outcome]:
        if self.dry_run:
            return rehearse(self.engine, self.save, good)
        with transaction(self.engine) as connection:
            return self.save(connection, good)

    def _count(self, totals: dict[str, int], rows: int, new: Mapping[str, int]) -> None:
        if rows != sum(new.values()):
            raise RuntimeError(f"{rows} rows, but outcomes {new}")
        totals["rows"] += rows
        for outcome, number in new.items():
            totals[outcome] += number
            if not self.dry_run:  # it is no import
                IMPORT_ROWS.labels(outcome).inc(number)

    def _refused_line(self, row: GoodRow[Any], refusal: Refusal) -> dict[str, Any]:
        field = refusal.field or ""
        line = {"line": row.line, "field": self.called.get(field, field), "code": refusal.code}
        return line | {"message": refusal.message, "remedy": refusal.remedy or ""} | _span(row)

    def _changing_line(self, row: GoodRow[Any], changes: Sequence[Change]) -> dict[str, Any]:
        said = [
            {
                "field": self.called.get(one.field, one.field),
                "before": _plain(one.before),
                "after": _plain(one.after),
            }
            for one in changes
        ]
        return {"line": row.line, "changes": said} | _span(row)


def rehearse(engine: Engine, save: Save, good: Sequence[GoodRow[Any]]) -> list[Outcome]:
    """What would become of these rows: they see each other, and nothing of it is kept."""
    outcomes: list[Outcome] = []
    with rehearsal(engine) as connection:
        for start in range(0, len(good), CHUNK):
            outcomes += save(connection, list(good[start : start + CHUNK]))
    return outcomes


def bad_line(row: BadRow) -> dict[str, Any]:
    """The line of a row that the rules of files refuse."""
    fields = ("line", "field", "code", "message", "remedy")
    return {name: getattr(row, name) for name in fields} | _span(row)


def _plain(value: Shown) -> str | int | date | None:
    """What a record says; words in both languages."""
    return phrase(value.name).both(**value.values) if isinstance(value, Words) else value


def _span(row: GoodRow[Any] | BadRow) -> dict[str, int]:
    return {"lines": row.lines} if row.lines > 1 else {}
