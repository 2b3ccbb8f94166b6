"""The quarantine: records that could not be applied, stored encrypted until a person decides.

keep -> (copied to the dead-letter topic) -> list, show, export -> replay or reject
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    RowMapping,
    Select,
    String,
    Table,
    UniqueConstraint,
    func,
    select,
    update,
)

from shared.database.engine import SHARED_METADATA, BigId, UtcDateTime
from shared.inbox.quarantine_selection import ALL, Selection
from shared.security.encryption import ColumnCipher
from shared.security.masking import masked_value
from shared.wire.verification import StoredRecord

quarantine = Table(
    "quarantine",
    SHARED_METADATA,
    Column("id", BigId, primary_key=True),
    Column("topic", String(200), nullable=False),
    Column("partition", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("topic_id", String(40), nullable=False),
    Column("key", LargeBinary, nullable=True),
    Column("headers", LargeBinary, nullable=False),
    Column("value", LargeBinary, nullable=True),
    Column("digest", LargeBinary, nullable=False),
    Column("code", String(40), nullable=False, index=True),
    Column("detail", String(500), nullable=False),
    Column("source", String(200), nullable=True),
    Column("sequence", BigInteger, nullable=True),
    Column("first_seen_at", UtcDateTime, nullable=False),
    Column("copied_at", UtcDateTime, nullable=True),
    Column("replayed_at", UtcDateTime, nullable=True),
    Column("rejected_at", UtcDateTime, nullable=True),
    Column("rejected_by", String(100), nullable=True),
    Column("rejected_reason", String(500), nullable=True),
    Column("size", BigInteger, nullable=False),
    Column("stored", BigInteger, nullable=False),
    Column("withheld", String(20), nullable=True),
    UniqueConstraint("digest"),
)
"""`key`, `headers` and `value` are encrypted. `source` and `sequence` are set if the seen-set counts
the event as received although it was not applied. `digest` prevents a second row for the same bytes.
`size` is the size of the record, `stored` the bytes that this row holds; `withheld` says why it holds
none."""
Index("ix_quarantine_stored", quarantine.c.stored)


class WithheldFor(StrEnum):
    """Why a row holds only place, digest and size of its record, not the contents."""

    IDENTITY = "IDENTITY"
    """They may hold an identity number."""
    SPACE = "SPACE"
    """The quarantine had no room left."""
    DECIDED = "DECIDED"
    """The record was replayed or rejected, and the room was needed."""


class ContentWithheld(LookupError):
    """The contents of a record are not stored; the message names their place in the log."""

    def __init__(self, row: RowMapping) -> None:
        place = f"{row['topic']}[{row['partition']}] at offset {row['offset']}"
        super().__init__(f"contents not kept ({row['withheld']}): look on the log, {place}")


class NotInQuarantine(LookupError):
    """No such record waits: it does not exist, or it was replayed or rejected."""


def record_of(row: RowMapping, cipher: ColumnCipher) -> StoredRecord:
    """The record of a quarantine row, byte for byte.

    Raises:
        ContentWithheld: the row holds its place only.
    """
    if row["withheld"] is not None:
        raise ContentWithheld(row)
    return StoredRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=_decrypted(row["key"], cipher),
        value=_decrypted(row["value"], cipher),
        headers=_unpacked(cipher.decrypt_bytes(row["headers"])),
    )


def _unpacked(packed: bytes) -> tuple[tuple[str, bytes | None], ...]:
    """The inverse of `quarantine_intake.pack_headers`."""
    return tuple(
        (name, None if content is None else bytes.fromhex(content))
        for name, content in json.loads(packed)
    )


def _decrypted(content: bytes | None, cipher: ColumnCipher) -> bytes | None:
    return None if content is None else cipher.decrypt_bytes(content)


_PLAIN = tuple(
    column for column in quarantine.c if column.name not in ("key", "headers", "value", "digest")
)


def waiting(selection: Selection = ALL) -> Select[Any]:
    """Select the rows that wait for a decision, oldest first."""
    return select(quarantine).where(*selection.conditions(quarantine)).order_by(quarantine.c.id)


def list_waiting(
    connection: Connection, selection: Selection = ALL, *, limit: int = 100
) -> list[dict[str, Any]]:
    """The records that wait for a decision, oldest first, without contents."""
    query = waiting(selection).with_only_columns(*_PLAIN).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def count_by_code(connection: Connection, selection: Selection = ALL) -> dict[str, int]:
    """How many records wait, by reason."""
    counts: Counter[str] = Counter()
    for _, code, _, number in count_by_kind(connection, selection):
        counts[code] += number
    return dict(counts)


def count_by_kind(
    connection: Connection, selection: Selection = ALL
) -> list[tuple[str, str, str | None, int]]:
    """How many records wait, by topic, reason and why contents are withheld."""
    columns = (quarantine.c.topic, quarantine.c.code, quarantine.c.withheld)
    query = waiting(selection).with_only_columns(*columns, func.count()).order_by(None)
    return [tuple(row) for row in connection.execute(query.group_by(*columns))]


def stored_bytes(connection: Connection) -> int:
    """How many bytes of contents the quarantine holds."""
    return int(
        connection.execute(select(func.coalesce(func.sum(quarantine.c.stored), 0))).scalar_one()
    )


def oldest(connection: Connection) -> datetime | None:
    """When the oldest waiting record came."""
    query = (
        waiting()
        .with_only_columns(func.min(quarantine.c.first_seen_at, type_=UtcDateTime))
        .order_by(None)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def show(connection: Connection, id: int, cipher: ColumnCipher) -> dict[str, Any]:
    """One record with masked contents: names of fields and kinds of values, never a value.

    Raises:
        NotInQuarantine: no such id.
    """
    row = _row_of(connection, id)
    plain = {column.name: row[column.name] for column in _PLAIN}
    try:
        record = record_of(row, cipher)
    except ContentWithheld as withheld:
        return plain | {"key": None, "headers": None, "value": str(withheld)}
    return plain | {
        "key": None if record.key is None else f"{len(record.key)} bytes",
        "headers": {name: f"{len(content or b'')} bytes" for name, content in record.headers},
        "value": masked_value(record.value),
    }


def _row_of(connection: Connection, id: int) -> RowMapping:
    row = (
        connection.execute(select(quarantine).where(quarantine.c.id == id)).mappings().one_or_none()
    )
    if row is None:
        raise NotInQuarantine(f"no record {id} in quarantine; `quarantine list` shows what waits")
    return row


def export(
    connection: Connection, cipher: ColumnCipher, selection: Selection = ALL
) -> Iterator[dict[str, Any]]:
    """Yield the waiting records with their exact bytes in hexadecimal, unmasked, for their owner.

    If the contents are withheld, the row names the record's place.
    """
    for row in connection.execute(waiting(selection)).mappings():
        names = ("id", "topic", "partition", "offset", "code", "detail", "size", "withheld")
        plain = {name: row[name] for name in names}
        yield plain | {"first_seen_at": row["first_seen_at"].isoformat()} | _contents(row, cipher)


def _contents(row: RowMapping, cipher: ColumnCipher) -> dict[str, Any]:
    try:
        record = record_of(row, cipher)
    except ContentWithheld as withheld:
        return {"key": None, "headers": None, "value": None, "why": str(withheld)}
    return {
        "key": None if record.key is None else record.key.hex(),
        "headers": [[name, None if part is None else part.hex()] for name, part in record.headers],
        "value": None if record.value is None else record.value.hex(),
    }


def reject(
    connection: Connection, selection: Selection, *, by: str, reason: str, now: datetime
) -> dict[str, int]:
    """Reject records for good; they stay in the table with the person and the reason.

    Returns their number by code.

    Raises:
        ValueError: the person, the reason or the selection is missing.
        NotInQuarantine: one of the ids does not wait; then none is rejected.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("a rejection names the person and the reason")
    if not selection.narrows:
        raise ValueError("say which: numbers, --code, --source, --after or --before")
    _check_ids(connection, selection)
    counts = count_by_code(connection, selection)
    values = {"rejected_at": now, "rejected_by": by[:100], "rejected_reason": reason[:500]}
    connection.execute(update(quarantine).where(*selection.conditions(quarantine)).values(values))
    return counts


def _check_ids(connection: Connection, selection: Selection) -> None:
    rows = connection.execute(waiting(selection).with_only_columns(quarantine.c.id))
    missing = sorted(set(selection.ids or ()) - set(rows.scalars()))
    if missing:
        text = ", ".join(map(str, missing[:10]))
        raise NotInQuarantine(f"no record {text} waits in quarantine (as selected)")
