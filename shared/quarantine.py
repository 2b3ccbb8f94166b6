"""Records that could not be applied: kept byte for byte, encrypted, until a person has decided.

keep -> (copied to the dead-letter topic) -> list, show, export -> replay or reject
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
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
from sqlalchemy.dialects import postgresql, sqlite

from shared.checks import Record, StoredRecord
from shared.db import SHARED_METADATA, BigId, UtcDateTime
from shared.encryption import ColumnCipher
from shared.fingerprints import Place
from shared.masking import masked_value

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
    UniqueConstraint("digest"),
)
"""`key`, `headers` and `value` are encrypted. `source` and `sequence` are set when the seen-set
counts the event as received although it was not applied. `digest` keeps the same bytes from
entering twice."""


@dataclass(frozen=True)
class Kept:
    """A record on its way into quarantine, and why."""

    record: Record
    code: str
    detail: str
    place: Place | None = None


class NotInQuarantine(LookupError):
    """There is no such record, or it has been replayed or rejected already."""


def keep(
    connection: Connection,
    items: Sequence[Kept],
    *,
    cipher: ColumnCipher,
    topic_ids: Mapping[str, str],
    now: datetime,
) -> None:
    """Put records into quarantine; the same bytes on the same topic are kept once."""
    if not items:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(quarantine).on_conflict_do_nothing(index_elements=["digest"])
    rows = [
        _row(item, cipher)
        | {"topic_id": topic_ids.get(item.record.topic, ""), "first_seen_at": now}
        for item in items
    ]
    connection.execute(statement, rows)


def _row(item: Kept, cipher: ColumnCipher) -> dict[str, Any]:
    record = item.record
    source, sequence = item.place or (None, None)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "key": _encrypted(record.key, cipher),
        "headers": cipher.encrypt_bytes(pack_headers(record.headers)),
        "value": _encrypted(record.value, cipher),
        "digest": digest(record),
        "code": item.code,
        "detail": item.detail[:500],
        "source": source,
        "sequence": sequence,
    }


def digest(record: Record) -> bytes:
    """SHA-256 over topic, key, headers and value, each with its length."""
    state = hashlib.sha256()
    for part in (record.topic.encode(), record.key, pack_headers(record.headers), record.value):
        state.update(b"-" if part is None else b"%d:%s" % (len(part), part))
    return state.digest()


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Headers as JSON, contents in hexadecimal."""
    return json.dumps(
        [[name, None if content is None else content.hex()] for name, content in headers]
    ).encode()


def unpack_headers(packed: bytes) -> tuple[tuple[str, bytes | None], ...]:
    """The inverse of `pack_headers`."""
    return tuple(
        (name, None if content is None else bytes.fromhex(content))
        for name, content in json.loads(packed)
    )


def record_of(row: RowMapping, cipher: ColumnCipher) -> StoredRecord:
    """The record of a quarantine row, byte for byte."""
    return StoredRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=_decrypted(row["key"], cipher),
        value=_decrypted(row["value"], cipher),
        headers=unpack_headers(cipher.decrypt_bytes(row["headers"])),
    )


def _encrypted(content: bytes | None, cipher: ColumnCipher) -> bytes | None:
    return None if content is None else cipher.encrypt_bytes(content)


def _decrypted(content: bytes | None, cipher: ColumnCipher) -> bytes | None:
    return None if content is None else cipher.decrypt_bytes(content)


_PLAIN = tuple(
    column for column in quarantine.c if column.name not in ("key", "headers", "value", "digest")
)


def waiting(code: str | None = None, ids: Collection[int] | None = None) -> Select[Any]:
    """Rows on which nobody has decided, oldest first."""
    query = select(quarantine).where(
        quarantine.c.replayed_at.is_(None), quarantine.c.rejected_at.is_(None)
    )
    if code is not None:
        query = query.where(quarantine.c.code == code)
    if ids is not None:
        query = query.where(quarantine.c.id.in_(sorted(ids)))
    return query.order_by(quarantine.c.id)


def list_waiting(
    connection: Connection, *, code: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """What waits for a decision, oldest first, without contents."""
    query = waiting(code).with_only_columns(*_PLAIN).limit(limit)
    return [dict(row) for row in connection.execute(query).mappings()]


def count_by_code(connection: Connection) -> dict[str, int]:
    """How many records wait, by reason."""
    counts: Counter[str] = Counter()
    for (_, code), number in count_by_topic(connection).items():
        counts[code] += number
    return dict(counts)


def count_by_topic(connection: Connection) -> dict[tuple[str, str], int]:
    """How many records wait, by topic and reason."""
    columns = (quarantine.c.topic, quarantine.c.code)
    query = waiting().with_only_columns(*columns, func.count()).order_by(None).group_by(*columns)
    return {(topic, code): number for topic, code, number in connection.execute(query)}


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
    """One record with its contents masked: names of fields and kinds of values, never a value.

    Raises:
        NotInQuarantine: no such id.
    """
    row = _row_of(connection, id)
    record = record_of(row, cipher)
    return {column.name: row[column.name] for column in _PLAIN} | {
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
    connection: Connection, cipher: ColumnCipher, *, code: str | None = None
) -> Iterator[dict[str, Any]]:
    """What waits, with its exact bytes in hexadecimal, for the owner's inspection. Not masked."""
    for row in connection.execute(waiting(code)).mappings():
        record = record_of(row, cipher)
        yield {
            "id": row["id"],
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "code": row["code"],
            "detail": row["detail"],
            "first_seen_at": row["first_seen_at"].isoformat(),
            "key": None if record.key is None else record.key.hex(),
            "headers": [
                [name, None if part is None else part.hex()] for name, part in record.headers
            ],
            "value": None if record.value is None else record.value.hex(),
        }


def reject(connection: Connection, id: int, *, by: str, reason: str, now: datetime) -> None:
    """Decide that a record is never applied; it stays in the table with the person and the reason.

    Raises:
        NotInQuarantine: no such record waits.
    """
    if not by.strip() or not reason.strip():
        raise ValueError("a rejection names the person and the reason")
    change = update(quarantine).where(
        quarantine.c.id == id,
        quarantine.c.replayed_at.is_(None),
        quarantine.c.rejected_at.is_(None),
    )
    values = {"rejected_at": now, "rejected_by": by[:100], "rejected_reason": reason[:500]}
    if connection.execute(change.values(values)).rowcount != 1:
        raise NotInQuarantine(f"no record {id} waits in quarantine")
