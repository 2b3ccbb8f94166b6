"""Use cases of drafts: keep an upload, mend cells, accept what is good, delete."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Connection

from shared.application.lists import ListOf
from shared.csv.rows import Problem
from shared.database.engine import snapshot, transaction
from shared.desk import drafts, jobs
from shared.desk.changes import Tally
from shared.desk.checking import Span, check_file, check_rows
from shared.desk.drafts import REFUSED, STATES, Draft, DraftRow
from shared.desk.host import Officer
from shared.desk.jobs import Job
from shared.errors import Refusal
from shared.http.csv_rows import SPAN
from shared.http.month_closing import EMPTY
from shared.ids import new_uuid7
from shared.sheets.convert import MAX_ROWS

NOTICES = 20


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


def keep_upload(officer: Officer, one: ListOf[Any], stream: BinaryIO, name: str) -> UUID:
    """Read a file into a new draft of the visitor's office; gives its id.

    Raises:
        FileUnread: it is no such list.
        Refusal: DRAFTS_LIMIT, DRAFT_ROWS.
    """
    head, cipher = _new(officer, one, name), officer.host.keys.cipher
    with transaction(officer.engine) as connection:
        drafts.sweep(connection, officer.now)
        drafts.begin(connection, cipher, head)
    try:
        notices, tally = _read(officer, one, head.id, stream)
    except BaseException:
        with transaction(officer.engine) as connection:
            drafts.remove(connection, head.id)
        raise
    ends = officer.now + timedelta(days=officer.host.draft_days)
    with transaction(officer.engine) as connection:
        read = replace(head, version=1, ends=ends, notices=notices, tally=tally)
        drafts.complete(connection, cipher, read)
    return head.id


def keep_for_later(officer: Officer, one: ListOf[Any], stream: BinaryIO, name: str) -> UUID:
    """Keep a large file in a new draft, to be checked in the background; gives the draft's id.

    Raises:
        Refusal: DRAFTS_LIMIT.
    """
    head, cipher = replace(_new(officer, one, name), version=1), officer.host.keys.cipher
    with transaction(officer.engine) as connection:
        drafts.sweep(connection, officer.now)
        drafts.begin(connection, cipher, head)
        jobs.keep_file(connection, cipher, head.id, stream)
        jobs.begin(connection, Job(head.id, "check", officer.login, officer.now))
    return head.id


def mend(
    officer: Officer, one: ListOf[Any], key: UUID, version: int, mends: Mapping[int, Mend]
) -> None:
    """Change rows of a draft, and decide again about it; a small draft as a whole.

    Raises:
        Refusal: DRAFT_GONE; DRAFT_CHANGED, somebody else was quicker, and nothing is changed.
    """
    cipher, office = officer.host.keys.cipher, officer.office
    with snapshot(officer.engine) as connection:
        before = _load(officer, connection, key, version)
    wanted = [_mended(row, mends.get(row.line)) for row in before if not _dropped(mends, row)]
    compared = {row.line for row in before if _compared(row, mends.get(row.line))}
    after = check_rows(officer, one, wanted, compared)
    with transaction(officer.engine) as connection:
        current = drafts.claim(connection, cipher, key, office, version)
        known = {row.line: row for row in before}
        changed = [row for row in after if row != known[row.line]]
        drafts.put_rows(connection, cipher, key, changed)
        dropped = [row for row in before if _dropped(mends, row)]
        drafts.drop_rows(connection, key, [row.line for row in dropped])
        count(current.tally, one, leaving=[*dropped, *(known[row.line] for row in changed)])
        count(current.tally, one, coming=changed)
        drafts.change(connection, cipher, current, officer.login, officer.now)


def delete(officer: Officer, key: UUID, version: int) -> None:
    """Delete a draft.

    Raises:
        Refusal: DRAFT_GONE, DRAFT_CHANGED.
    """
    with transaction(officer.engine) as connection:
        drafts.claim(connection, officer.host.keys.cipher, key, officer.office, version)
        drafts.remove(connection, key)


def stop(officer: Officer, key: UUID) -> bool:
    """End the job of a draft; whether the draft stays: one whose file is still being checked does not.

    Raises:
        Refusal: DRAFT_GONE.
    """
    with transaction(officer.engine) as connection:
        current = drafts.locked(connection, officer.host.keys.cipher, key)
        if current.office != officer.office:
            raise Refusal("DRAFT_GONE")
        job = jobs.of_draft(connection, key)
        jobs.end(connection, key)
        if job is not None and job.kind == "check":
            drafts.remove(connection, key)
            return False
    return True


def require_fit(one: ListOf[Any], span: Span, before: int) -> list[Problem]:
    """What is said about a file whose rows, with `before` others, fit into a draft.

    A file without rows is said to be one where a list closes months: nothing may have happened.

    Raises:
        FileUnread: the file is no such list.
        Refusal: DRAFT_ROWS.
    """
    empty = span.refused is not None and span.refused.code == EMPTY and one.closes is not None
    if span.refused is not None and not empty:
        raise FileUnread(span.refused.problems[0])
    if before + len(span.rows) > MAX_ROWS:
        raise Refusal("DRAFT_ROWS", limit=MAX_ROWS)
    said = [notice.problem for notice in span.notices if notice.problem]
    return [*said, *(span.refused.problems if span.refused is not None else ())]


def _new(officer: Officer, one: ListOf[Any], name: str) -> Draft:
    who, now = officer.login, officer.now
    ends = now + drafts.READING
    return Draft(new_uuid7(now), officer.office, one.name, name, now, who, now, who, ends)


def _read(
    officer: Officer, one: ListOf[Any], key: UUID, stream: BinaryIO
) -> tuple[tuple[Problem, ...], Tally]:
    """Add the rows of a file; gives what is said about it, and how often which change is made."""
    notices: list[Problem] = []
    number, tally = 0, Tally()
    for span in check_file(officer, one, stream):
        notices += require_fit(one, span, number)
        number += len(span.rows)
        count(tally, one, coming=span.rows)
        with transaction(officer.engine) as connection:
            drafts.add_rows(connection, officer.host.keys.cipher, key, span.rows)
    return tuple(notices[:NOTICES]), tally


def count(
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


def _load(officer: Officer, connection: Connection, key: UUID, version: int) -> list[DraftRow]:
    """The rows to decide about: all of a small draft, of a large one those that are refused."""
    cipher = officer.host.keys.cipher
    if drafts.find(connection, cipher, key, officer.office).version != version:
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
