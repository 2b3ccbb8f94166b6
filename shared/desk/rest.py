"""The rest of a draft as a file: the refused rows with their reasons, to be mended and sent again."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from shared.application.lists import ListOf
from shared.csv.header import BOM
from shared.csv.rejects import escape_formula
from shared.csv.rows import REJECT_COLUMNS
from shared.database.engine import snapshot
from shared.desk import drafts
from shared.desk.draft_view import words_of_problem
from shared.desk.drafts import REFUSED, Draft, DraftRow
from shared.desk.edge import Visit
from shared.http.csv_upload import CHUNK


def rest_of(visit: Visit, one: ListOf[Any], draft: Draft) -> Iterator[bytes]:
    """Yield the refused rows of a draft as CSV, each once; `kode` names a mark that the row has."""
    yield BOM + _line([*REJECT_COLUMNS, *one.columns])
    after, rows = 0, _page(visit, draft, 0)
    while rows:
        yield b"".join(_line(_cells(visit, one, row)) for row in rows)
        after = rows[-1].line
        rows = _page(visit, draft, after)


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


def _line(cells: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(escape_formula(cell) for cell in cells)
    return text.getvalue().encode()
