"""Drafts: uploaded lists of an office with their rows, encrypted; all SQL about them."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from shared.csv.rows import Problem
from shared.database.bulk import among, copy_rows, upsert
from shared.desk import jobs
from shared.desk.changes import Tally
from shared.desk.closing import Closing
from shared.desk.packing import packed_change, packed_problem, unpacked_change, unpacked_problem
from shared.desk.tables import draft, draft_row
from shared.errors import Refusal
from shared.http.batches import Change
from shared.security.encryption import ColumnCipher

MOST = 100
"""Drafts of an office at once."""
READING = timedelta(days=1)
"""After so long a draft that was never read to its end is deleted."""
NEW, CHANGING, KNOWN, REFUSED = "new", "changing", "known", "refused"
"""What would become of a row: accepted, accepted and changes what is recorded, already there, refused."""
STATES = (NEW, CHANGING, KNOWN, REFUSED)
GOOD = (NEW, CHANGING, KNOWN)


@dataclass(frozen=True)
class Draft:
    """An uploaded list that its office works on."""

    id: UUID
    office: str
    list: str
    file: str
    """What the office calls the file."""
    made: datetime
    made_by: str
    changed: datetime
    changed_by: str
    ends: datetime
    version: int = 0
    """Counts the changes; 0 while the file is being read."""
    accepted: int = 0
    """Rows that were accepted, and left the draft."""
    known: int = 0
    """Rows that had been there already, and left the draft."""
    notices: tuple[Problem, ...] = ()
    tally: Tally = field(default_factory=Tally)
    """How often its rows make the same change."""
    closing: Closing | None = None
    """The month that is to be closed with it."""


@dataclass(frozen=True)
class DraftRow:
    """A row of a draft, with what would become of it."""

    line: int
    state: str
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    mark: str = ""
    """A code of MARKS: a person has to compare the row with its source."""
    changes: tuple[Change, ...] = ()
    """What it changes, by the columns of the list."""


def begin(connection: Connection, cipher: ColumnCipher, one: Draft) -> None:
    """Keep the head of a draft that is being read.

    Raises:
        Refusal: DRAFTS_LIMIT, the office has too many.
    """
    query = select(func.count()).where(draft.c.office == one.office)
    if connection.execute(query).scalar_one() >= MOST:
        raise Refusal("DRAFTS_LIMIT", limit=MOST)
    connection.execute(insert(draft).values(**_head(cipher, one)))


def complete(connection: Connection, cipher: ColumnCipher, one: Draft) -> None:
    """The file has been read to its end: from now on the office sees the draft."""
    connection.execute(update(draft).where(draft.c.id == one.id).values(**_head(cipher, one)))


def find(connection: Connection, cipher: ColumnCipher, key: UUID, office: str) -> Draft:
    """The draft of an office.

    Raises:
        Refusal: 404 DRAFT_GONE.
    """
    query = select(draft).where(draft.c.id == key, draft.c.office == office, draft.c.version > 0)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refusal("DRAFT_GONE")
    return _draft(cipher, row)


def locked(connection: Connection, cipher: ColumnCipher, key: UUID) -> Draft:
    """The draft, whose office it may be, locked to the end of the transaction.

    Raises:
        Refusal: 404 DRAFT_GONE.
    """
    query = select(draft).where(draft.c.id == key, draft.c.version > 0).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None:
        raise Refusal("DRAFT_GONE")
    return _draft(cipher, row)


def claim(
    connection: Connection, cipher: ColumnCipher, key: UUID, office: str, version: int
) -> Draft:
    """The draft, locked to the end of the transaction, if nobody has changed it since.

    Raises:
        Refusal: 404 DRAFT_GONE; 409 DRAFT_BUSY, DRAFT_CHANGED.
    """
    one = locked(connection, cipher, key)
    if one.office != office:
        raise Refusal("DRAFT_GONE")
    jobs.require_none(connection, key)
    if one.version != version:
        raise Refusal("DRAFT_CHANGED")
    return one


def of_office(connection: Connection, cipher: ColumnCipher, office: str) -> list[Draft]:
    """Every draft of an office, the one that was changed last first."""
    query = select(draft).where(draft.c.office == office, draft.c.version > 0)
    found = connection.execute(query.order_by(draft.c.changed.desc(), draft.c.id))
    return [_draft(cipher, row) for row in found]


def counts(connection: Connection, keys: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """How many rows of each state these drafts have."""
    found: dict[UUID, dict[str, int]] = {key: dict.fromkeys(STATES, 0) for key in keys}
    query = (
        select(draft_row.c.draft, draft_row.c.state, func.count())
        .where(draft_row.c.draft.in_(list(keys)))
        .group_by(draft_row.c.draft, draft_row.c.state)
    )
    for key, state, number in connection.execute(query):
        found[key][state] = number
    return found


def good(connection: Connection, key: UUID) -> int:
    """How many rows of a draft may be accepted."""
    mine = draft_row.c.draft == key, draft_row.c.state.in_(GOOD)
    return connection.execute(select(func.count()).select_from(draft_row).where(*mine)).scalar_one()


def rows(
    connection: Connection,
    cipher: ColumnCipher,
    key: UUID,
    states: Collection[str] = STATES,
    *,
    after: int = 0,
    limit: int | None = None,
) -> list[DraftRow]:
    """Rows of these states by line."""
    which: ColumnElement[bool] = draft_row.c.state.in_(list(states)) & (draft_row.c.line > after)
    if limit is not None and len(states) > 1:
        which = among(connection, draft_row.c.line, _lines(connection, key, states, after, limit))
    query = select(draft_row).where(draft_row.c.draft == key, which)
    found = connection.execute(query.order_by(draft_row.c.line).limit(limit))
    return [_row(cipher, row) for row in found]


def add_rows(
    connection: Connection, cipher: ColumnCipher, key: UUID, some: Iterable[DraftRow]
) -> None:
    """Add rows that the draft does not have yet."""
    copy_rows(connection, draft_row, [_sealed(cipher, key, one) for one in some])


def put_rows(
    connection: Connection, cipher: ColumnCipher, key: UUID, some: Iterable[DraftRow]
) -> None:
    """Write rows, new or changed."""
    upsert(connection, draft_row, [_sealed(cipher, key, one) for one in some])


def drop_rows(connection: Connection, key: UUID, lines: Collection[int]) -> None:
    """Delete rows of a draft."""
    if lines:
        which = among(connection, draft_row.c.line, lines)
        connection.execute(delete(draft_row).where(draft_row.c.draft == key, which))


def drop_all_rows(connection: Connection, key: UUID) -> None:
    """Delete every row of a draft."""
    connection.execute(delete(draft_row).where(draft_row.c.draft == key))


def change(
    connection: Connection, cipher: ColumnCipher, one: Draft, who: str, now: datetime
) -> Draft:
    """Note who changed a draft that is locked; gives its next version."""
    changed = replace(one, version=one.version + 1, changed=now, changed_by=who)
    complete(connection, cipher, changed)
    return changed


def remove(connection: Connection, key: UUID) -> None:
    """Delete a draft with its rows and its job."""
    jobs.end(connection, key)
    connection.execute(delete(draft_row).where(draft_row.c.draft == key))
    connection.execute(delete(draft).where(draft.c.id == key))


def sweep(connection: Connection, now: datetime) -> None:
    """Delete the drafts whose time is over."""
    for key in connection.execute(select(draft.c.id).where(draft.c.ends <= now)).scalars().all():
        remove(connection, key)


def _lines(
    connection: Connection, key: UUID, states: Collection[str], after: int, limit: int
) -> list[int]:
    """The first lines of rows of these states.

    State by state, as the index has them: one query for all would sort the whole draft each time.
    """
    found: list[int] = []
    for state in states:
        mine = (draft_row.c.draft == key, draft_row.c.state == state, draft_row.c.line > after)
        query = select(draft_row.c.line).where(*mine).order_by(draft_row.c.line).limit(limit)
        found += connection.execute(query).scalars()
    return sorted(found)[:limit]


_PLAIN = ("id", "office", "list", "made", "made_by", "changed", "changed_by", "ends", "version")
_COUNTS = ("accepted", "known")


def _head(cipher: ColumnCipher, one: Draft) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in (*_PLAIN, *_COUNTS)}
    notices = cipher.encrypt(json.dumps([packed_problem(notice) for notice in one.notices]))
    tally = cipher.encrypt(one.tally.packed())
    return (
        plain
        | {"file": cipher.encrypt(one.file), "notices": notices, "tally": tally}
        | {"closing": one.closing.packed() if one.closing else None}
    )


def _draft(cipher: ColumnCipher, row: Row[Any]) -> Draft:
    plain = {name: getattr(row, name) for name in (*_PLAIN, *_COUNTS)}
    notices = tuple(unpacked_problem(one) for one in json.loads(cipher.decrypt(row.notices)))
    tally = Tally.unpacked(cipher.decrypt(row.tally)) if row.tally else Tally()
    closing = Closing.unpacked(row.closing) if row.closing else None
    file = cipher.decrypt(row.file)
    return Draft(**plain, file=file, notices=notices, tally=tally, closing=closing)


def _sealed(cipher: ColumnCipher, key: UUID, one: DraftRow) -> dict[str, Any]:
    content: dict[str, Any] = {"cells": dict(one.cells), "mark": one.mark}
    content["problems"] = [packed_problem(problem) for problem in one.problems]
    if one.changes:
        content["changes"] = [packed_change(change) for change in one.changes]
    sealed = cipher.encrypt(json.dumps(content, ensure_ascii=False))
    return {"draft": key, "line": one.line, "state": one.state, "content": sealed}


def _row(cipher: ColumnCipher, row: Row[Any]) -> DraftRow:
    content = json.loads(cipher.decrypt(row.content))
    problems = tuple(unpacked_problem(one) for one in content["problems"])
    changes = tuple(unpacked_change(change) for change in content.get("changes", ()))
    return DraftRow(row.line, row.state, content["cells"], problems, content["mark"], changes)
