"""The rest of a draft as a workbook: the refused rows with their reasons, to be mended and sent again."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.application.lists import ListOf
from shared.csv.rows import REJECT_COLUMNS
from shared.database.engine import snapshot
from shared.desk import drafts
from shared.desk.draft_view import words_of_problem
from shared.desk.drafts import REFUSED, Draft, DraftRow
from shared.desk.edge import Visit
from shared.http.csv_rows import CHUNK
from shared.sheets.workbook import table

_MOST_TITLE = 31
"""Characters of a sheet's name."""
_WIDTHS = (8, 20, 20, 48, 48)


def rest_of(visit: Visit, one: ListOf[Any], draft: Draft) -> bytes:
    """The refused rows of a draft, each once, every cell as text; `kode` names a mark of the row."""
    names = list(one.columns)
    widths = [*_WIDTHS, *(max(14, len(name) + 2) for name in names)]
    return table(one.name[:_MOST_TITLE], _rows(visit, one, draft), widths)


def _rows(visit: Visit, one: ListOf[Any], draft: Draft) -> Iterator[Sequence[str]]:
    yield [*REJECT_COLUMNS, *one.columns]
    rows = _page(visit, draft, 0)
    while rows:
        yield from (_cells(visit, one, row) for row in rows)
        rows = _page(visit, draft, rows[-1].line)


def _page(visit: Visit, draft: Draft, after: int) -> Sequence[DraftRow]:
    cipher = visit.host.keys.cipher
    with snapshot(visit.engine) as connection:
        return drafts.rows(connection, cipher, draft.id, (REFUSED,), after=after, limit=CHUNK)


def _cells(visit: Visit, one: ListOf[Any], row: DraftRow) -> list[str]:
    """The columns of reasons, then the row's own."""
    words = [words_of_problem(visit.language, problem) for problem in row.problems]
    fields = ", ".join(dict.fromkeys(problem.field for problem in row.problems if problem.field))
    code = row.mark or ", ".join(problem.name.removesuffix(".row") for problem in row.problems)
    reasons, remedies = ("; ".join(dict.fromkeys(part)) for part in zip(*words, strict=True))
    own = [row.cells.get(name, "") for name in one.columns]
    return [str(row.line), fields, code, reasons, remedies, *own]
