"""Put records into quarantine, within a size limit and without possible identity numbers.

If the contents are withheld, the row keeps place, size and digest; the owner finds the record on its
topic.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, update
from sqlalchemy.dialects import postgresql, sqlite

from shared.inbox.quarantine import WithheldFor, quarantine, stored_bytes
from shared.security.encryption import ColumnCipher
from shared.security.identity_search import suspects_identity
from shared.wire.place import Place
from shared.wire.verification import PROOF_HEADER, Record

QUARANTINE_BYTES = 256 * 1024 * 1024
"""The default limit for the contents of one service's quarantine."""


@dataclass(frozen=True)
class Kept:
    """A record for the quarantine, with the reason."""

    record: Record
    code: str
    detail: str
    place: Place | None = None


def keep(
    connection: Connection,
    items: Sequence[Kept],
    *,
    cipher: ColumnCipher,
    topic_ids: Mapping[str, str],
    now: datetime,
    room: int = QUARANTINE_BYTES,
) -> Mapping[tuple[str, str], int]:
    """Put records into quarantine; store the same bytes on the same topic once.

    Returns the number of records without contents, by topic and cause (`WithheldFor`). Two replicas
    that work at once may exceed `room` by a batch.
    """
    if not items:
        return {}
    free = _free(connection, cipher, room, sum(size_of(item.record) for item in items))
    rows: list[dict[str, Any]] = []
    for item in items:
        row = _row(item, cipher, _cause(item.record, free))
        free -= row["stored"]
        rows.append(row | {"first_seen_at": now, "topic_id": topic_ids.get(row["topic"], "")})
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(quarantine).on_conflict_do_nothing(index_elements=["digest"])
    connection.execute(statement, rows)
    return Counter((row["topic"], row["withheld"]) for row in rows if row["withheld"])


def _free(connection: Connection, cipher: ColumnCipher, room: int, needed: int) -> int:
    """The free room; if it is short, delete the contents of decided records first."""
    free = room - stored_bytes(connection)
    if free >= needed:
        return free
    decided = or_(quarantine.c.replayed_at.is_not(None), quarantine.c.rejected_at.is_not(None))
    emptied = _nothing(cipher) | {"withheld": WithheldFor.DECIDED.value}
    change = update(quarantine).where(quarantine.c.stored > 0, decided)
    connection.execute(change.values(emptied))
    return room - stored_bytes(connection)


def _cause(record: Record, free: int) -> WithheldFor | None:
    if holds_identity(record):
        return WithheldFor.IDENTITY
    return WithheldFor.SPACE if size_of(record) > free else None


def holds_identity(record: Record) -> bool:
    """Whether key, value or a header may hold an identity number."""
    headers = [content for name, content in record.headers if name != PROOF_HEADER]
    names = [name.encode() for name, _ in record.headers]
    return suspects_identity([record.key, record.value, *headers, *names])


def _row(item: Kept, cipher: ColumnCipher, cause: WithheldFor | None) -> dict[str, Any]:
    record = item.record
    source, sequence = item.place or (None, None)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "digest": digest(record, cipher, cause),
        "code": item.code,
        "detail": item.detail[:500],
        "source": source,
        "sequence": sequence,
        "size": size_of(record),
        "withheld": cause.value if cause else None,
        **(_nothing(cipher) if cause else _contents(record, cipher)),
    }


def _contents(record: Record, cipher: ColumnCipher) -> dict[str, Any]:
    key, value = _encrypted(record.key, cipher), _encrypted(record.value, cipher)
    headers = cipher.encrypt_bytes(pack_headers(record.headers))
    stored = len(key or b"") + len(value or b"") + len(headers)
    return {"key": key, "headers": headers, "value": value, "stored": stored}


def _nothing(cipher: ColumnCipher) -> dict[str, Any]:
    headers = cipher.encrypt_bytes(pack_headers(()))
    return {"key": None, "headers": headers, "value": None, "stored": 0}


def size_of(record: Record) -> int:
    """Bytes of key, value and headers."""
    headers = sum(len(name) + len(content or b"") for name, content in record.headers)
    return len(record.key or b"") + len(record.value or b"") + headers


def digest(record: Record, cipher: ColumnCipher, cause: WithheldFor | None) -> bytes:
    """SHA-256 over topic, key, headers and value, each with its length.

    Keyed where an identity number is suspected: a plain hash could be guessed back.
    """
    parts = (record.topic.encode(), record.key, pack_headers(record.headers), record.value)
    joined = b"".join(b"-" if part is None else b"%d:%s" % (len(part), part) for part in parts)
    return cipher.mac(joined) if cause is WithheldFor.IDENTITY else hashlib.sha256(joined).digest()


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Headers as JSON, contents in hexadecimal."""
    return json.dumps(
        [[name, None if content is None else content.hex()] for name, content in headers]
    ).encode()


def _encrypted(content: bytes | None, cipher: ColumnCipher) -> bytes | None:
    return None if content is None else cipher.encrypt_bytes(content)
