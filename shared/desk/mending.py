"""Use cases of drafts: keep an upload, mend cells, accept what is good, delete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from time import monotonic
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Connection

from shared.application.lists import ListOf
from shared.csv.rows import GoodRow, Problem
from shared.database.engine import snapshot, transaction
from shared.desk import drafts
from shared.desk.changes import Tally
from shared.desk.checking import Item, check_file, check_rows, of_bad, of_outcome, reread
from shared.desk.drafts import GOOD, KNOWN, REFUSED, STATES, Draft, DraftRow
from shared.desk.edge import Visit
from shared.errors import Refusal
from shared.http.csv_rows import CHUNK, SPAN
from shared.ids import new_uuid7
from shared.observability.metrics import IMPORT_ROWS
from shared.sheets.convert import MAX_ROWS

PATIENCE = 45.0
"""Seconds that one request accepts rows; the page then offers to go on."""
_NOTICES = 20


class FileUnread(Exception):
    """The file cannot be read as a list; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.name)
        self.problem = problem


@dataclass(frozen=True)
class Mend:
    """What a person did to a row."""

    cells: Mapping[str, str]
    """The cells that the page showed, as they are now."""
    compared: bool = False
    """Compared with its source: its mark goes."""
    dropped: bool = False


def keep_upload(visit: Visit, one: ListOf[Any], stream: BinaryIO, name: str) -> UUID:
    """Read a file into a new draft of the visitor's office; gives its id.

    Raises:
        FileUnread: it is no such list.
        Refusal: DRAFTS_LIMIT, DRAFT_ROWS.
    """
    head, cipher = _new(visit, one, name), visit.host.keys.cipher
    with transaction(visit.engine) as connection:
        drafts.sweep(connection, visit.now)
        drafts.begin(connection, cipher, head)
    try:
        notices, tally = _read(visit, one, head.id, stream)
    except BaseException:
        with transaction(visit.engine) as connection:
            drafts.remove(connection, head.id)
        raise
    ends = visit.now + timedelta(days=visit.host.draft_days)
    with transaction(visit.engine) as connection:
        read = replace(head, version=1, ends=ends, notices=notices, tally=tally)
        drafts.complete(connection, cipher, read)
    return head.id


def mend(
    visit: Visit, one: ListOf[Any], key: UUID, version: int, mends: Mapping[int, Mend]
) -> None:
    """Change rows of a draft, and decide again about it; a small draft as a whole.

    Raises:
        Refusal: DRAFT_GONE; DRAFT_CHANGED, somebody else was quicker, and nothing is changed.
    """
    cipher, office = visit.host.keys.cipher, visit.office
    with snapshot(visit.engine) as connection:
        before = _load(visit, connection, key, version)
    wanted = [_mended(row, mends.get(row.line)) for row in before if not _dropped(mends, row)]
    compared = {row.line for row in before if _compared(row, mends.get(row.line))}
    after = check_rows(visit, one, wanted, compared)
    with transaction(visit.engine) as connection:
        current = drafts.claim(connection, cipher, key, office, version)
        known = {row.line: row for row in before}
        changed = [row for row in after if row != known[row.line]]
        drafts.put_rows(connection, cipher, key, changed)
        dropped = [row for row in before if _dropped(mends, row)]
        drafts.drop_rows(connection, key, [row.line for row in dropped])
        _count(current.tally, one, leaving=[*dropped, *(known[row.line] for row in changed)])
        _count(current.tally, one, coming=changed)
        drafts.change(connection, cipher, current, visit.session.account.login, visit.now)


def accept(visit: Visit, one: ListOf[Any], key: UUID, version: int) -> None:
    """Accept the good rows in chunks, each with its own transaction, in which it leaves the draft.

    What a rule refuses after all stays in the draft.

    Raises:
        Refusal: DRAFT_GONE, DRAFT_CHANGED; the chunks before are accepted.
    """
    until, after = monotonic() + PATIENCE, 0
    while monotonic() < until:
        with transaction(visit.engine) as connection:
            current = drafts.claim(connection, visit.host.keys.cipher, key, visit.office, version)
            after = _accept_chunk(visit, one, connection, current, after)
        version += 1
        if not after:
            return


def delete(visit: Visit, key: UUID, version: int) -> None:
    """Delete a draft.

    Raises:
        Refusal: DRAFT_GONE, DRAFT_CHANGED.
    """
    with transaction(visit.engine) as connection:
        drafts.claim(connection, visit.host.keys.cipher, key, visit.office, version)
        drafts.remove(connection, key)


def _new(visit: Visit, one: ListOf[Any], name: str) -> Draft:
    who, now = visit.session.account.login, visit.now
    ends = now + drafts.READING
    return Draft(new_uuid7(now), visit.office, one.name, name, now, who, now, who, ends)


def _read(
    visit: Visit, one: ListOf[Any], key: UUID, stream: BinaryIO
) -> tuple[tuple[Problem, ...], Tally]:
    """Add the rows of a file; gives what is said about it, and how often which change is made."""
    notices: list[Problem] = []
    number, tally = 0, Tally()
    for span in check_file(visit, one, stream):
        if span.refused is not None:
            raise FileUnread(span.refused.problems[0])
        number += len(span.rows)
        if number > MAX_ROWS:
            raise Refusal("DRAFT_ROWS", limit=MAX_ROWS)
        notices += [notice.problem for notice in span.notices if notice.problem]
        _count(tally, one, coming=span.rows)
        with transaction(visit.engine) as connection:
            drafts.add_rows(connection, visit.host.keys.cipher, key, span.rows)
    return tuple(notices[:_NOTICES]), tally


def _count(
    tally: Tally,
    one: ListOf[Any],
    *,
    leaving: Iterable[DraftRow] = (),
    coming: Iterable[DraftRow] = (),
) -> None:
    """Count the changes of rows that come into the draft, and no longer those that leave it."""
    for row in leaving:
        tally.add(row.changes, one.by_value, -1)
    for row in coming:
        tally.add(row.changes, one.by_value)


def _load(visit: Visit, connection: Connection, key: UUID, version: int) -> list[DraftRow]:
    """The rows to decide about: all of a small draft, of a large one those that are refused."""
    cipher = visit.host.keys.cipher
    if drafts.find(connection, cipher, key, visit.office).version != version:
        raise Refusal("DRAFT_CHANGED")
    number = sum(drafts.counts(connection, [key])[key].values())
    return drafts.rows(connection, cipher, key, STATES if number <= SPAN else (REFUSED,))


def _mended(row: DraftRow, mend: Mend | None) -> DraftRow:
    return row if mend is None else replace(row, cells={**row.cells, **mend.cells})


def _dropped(mends: Mapping[int, Mend], row: DraftRow) -> bool:
    return row.line in mends and mends[row.line].dropped


def _compared(row: DraftRow, mend: Mend | None) -> bool:
    """Whether a person has compared the row; a number typed again counts, for nobody rounded it."""
    if mend is None:
        return False
    marked = {problem.field for problem in row.problems if problem.field} if row.mark else set()
    retyped = any(mend.cells.get(n, row.cells.get(n)) != row.cells.get(n) for n in marked)
    return mend.compared or retyped


def _accept_chunk(
    visit: Visit, one: ListOf[Any], connection: Connection, current: Draft, after: int
) -> int:
    """Accept the next rows of a draft that is locked; gives the last line, 0 when none is left."""
    cipher, key = visit.host.keys.cipher, current.id
    rows = drafts.rows(connection, cipher, key, GOOD, after=after, limit=CHUNK)
    decided = _accepted(visit, one, connection, reread(one, rows, [row.line for row in rows]))
    refused = [row for row in decided if row.state == REFUSED]
    left = {row.line: row.state for row in decided if row.state != REFUSED}
    drafts.put_rows(connection, cipher, key, refused)
    drafts.drop_rows(connection, key, list(left))
    _count(current.tally, one, leaving=rows)
    known = sum(state == KNOWN for state in left.values())
    new = len(left) - known
    IMPORT_ROWS.labels("accepted").inc(new)
    IMPORT_ROWS.labels("duplicates").inc(known)
    counted = replace(current, accepted=current.accepted + new, known=current.known + known)
    if not any(drafts.counts(connection, [key])[key].values()):
        counted = replace(counted, ends=visit.now + drafts.READING)
    drafts.change(connection, cipher, counted, visit.session.account.login, visit.now)
    return rows[-1].line if len(rows) == CHUNK else 0


def _accepted(
    visit: Visit, one: ListOf[Any], connection: Connection, items: Sequence[Item]
) -> list[DraftRow]:
    """What the use case has done with good rows; rows that rules of files refuse by now stay."""
    good = [item for item in items if isinstance(item, GoodRow)]
    outcomes = iter(one.use_case(visit.context(connection), [row.model for row in good]))
    return [
        of_outcome(one, item, next(outcomes)) if isinstance(item, GoodRow) else of_bad(item)
        for item in items
    ]
