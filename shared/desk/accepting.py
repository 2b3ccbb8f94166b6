"""Use cases of a draft that is accepted: its good rows in chunks, then the month that it closes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from shared.application.lists import ListOf
from shared.application.reporting import service
from shared.application.reporting.schemas import ClosingItem
from shared.csv.rows import GoodRow, Problem
from shared.database.engine import transaction
from shared.desk import drafts, jobs
from shared.desk.checking import Item, of_bad, of_outcome, problem_of, reread
from shared.desk.closing import Closing
from shared.desk.drafts import GOOD, KNOWN, REFUSED, Draft, DraftRow
from shared.desk.host import Officer
from shared.desk.jobs import Job
from shared.desk.mending import count
from shared.errors import Refusal
from shared.http.csv_rows import CHUNK
from shared.http.month_closing import AskedClosing, reason_open
from shared.observability.metrics import IMPORT_ROWS


def accept(
    officer: Officer, one: ListOf[Any], key: UUID, version: int, closing: Closing | None = None
) -> None:
    """Accept the good rows of a draft: a few at once, many in the background; then close the month.

    Raises:
        Refusal: DRAFT_GONE, DRAFT_BUSY, DRAFT_CHANGED; what `close_months` refuses about the month.
    """
    cipher = officer.host.keys.cipher
    with transaction(officer.engine) as connection:
        current = drafts.claim(connection, cipher, key, officer.office, version)
        if closing is not None:
            service.require_closable(officer.context(connection), _item(one, closing))
        current = replace(current, closing=closing)
        number = drafts.good(connection, key)
        if number > CHUNK:
            jobs.begin(connection, Job(key, "accept", officer.login, officer.now, total=number))
            drafts.change(connection, cipher, current, officer.login, officer.now)
        else:
            accept_chunk(officer, one, connection, current)


def accept_chunk(
    officer: Officer, one: ListOf[Any], connection: Connection, current: Draft
) -> tuple[int, bool]:
    """Accept the next rows of a draft that is locked, in one transaction in which they leave it.

    What a rule refuses after all stays in the draft. With the last one the month is closed. Gives how
    many rows were decided, and whether these were the last.
    """
    cipher, key = officer.host.keys.cipher, current.id
    rows = drafts.rows(connection, cipher, key, GOOD, limit=CHUNK)
    decided = _accepted(
        officer, one, connection, reread(officer, one, rows, [row.line for row in rows])
    )
    refused = [row for row in decided if row.state == REFUSED]
    left = {row.line: row.state for row in decided if row.state != REFUSED}
    drafts.put_rows(connection, cipher, key, refused)
    drafts.drop_rows(connection, key, list(left))
    count(current.tally, one, leaving=rows)
    known = sum(state == KNOWN for state in left.values())
    current = _counted(current, len(left) - known, known)
    last = len(rows) < CHUNK or not drafts.good(connection, key)
    if last:
        current = _finished(officer, one, connection, current)
    drafts.change(connection, cipher, current, officer.login, officer.now)
    return len(rows), last


def _counted(current: Draft, new: int, known: int) -> Draft:
    IMPORT_ROWS.labels("accepted").inc(new)
    IMPORT_ROWS.labels("duplicates").inc(known)
    return replace(current, accepted=current.accepted + new, known=current.known + known)


def _finished(officer: Officer, one: ListOf[Any], connection: Connection, current: Draft) -> Draft:
    """The draft after its last good row: an empty one ends soon, and its month is closed."""
    refused = drafts.counts(connection, [current.id])[current.id][REFUSED]
    if not refused:
        current = replace(current, ends=officer.now + drafts.READING)
    if current.closing is None or current.closing.closed:
        return current
    problem = _close(officer, one, connection, current, refused)
    return replace(
        current, closing=replace(current.closing, problem=problem, closed=problem is None)
    )


def _close(
    officer: Officer, one: ListOf[Any], connection: Connection, current: Draft, refused: int
) -> Problem | None:
    """Close the month of a draft; gives why it stays open."""
    closing = current.closing
    assert closing is not None  # noqa: S101 - asked by the caller
    rows = current.accepted + current.known + refused
    asked = AskedClosing(closes=closing.month, area=closing.district, nil=closing.nil)
    reason = reason_open(asked, {"rejected": refused, "rows": rows}, ())
    if reason is None:
        (outcome,) = service.close_months(officer.context(connection), [_item(one, closing)])
        reason = outcome.refusal
    return None if reason is None else problem_of(one, reason)


def _item(one: ListOf[Any], closing: Closing) -> ClosingItem:
    if one.closes is None:
        raise Refusal("CHOICE_UNKNOWN", "closing")
    return ClosingItem(
        list=one.closes, district=closing.district, month=closing.month, nil=closing.nil
    )


def _accepted(
    officer: Officer, one: ListOf[Any], connection: Connection, items: Sequence[Item]
) -> list[DraftRow]:
    """What the use case has done with good rows; rows that rules of files refuse by now stay."""
    good = [item for item in items if isinstance(item, GoodRow)]
    models = [row.model for row in good]
    outcomes = iter(one.use_case(officer.context(connection), models) if models else ())
    return [
        of_outcome(one, item, next(outcomes)) if isinstance(item, GoodRow) else of_bad(item)
        for item in items
    ]
