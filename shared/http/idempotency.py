"""The Idempotency-Key: a repeated request has one effect and gets the same answer.

The transaction of the change claims the key by inserting its row. A second request with the same
key waits on that row (PostgreSQL: the primary key; SQLite: BEGIN IMMEDIATE) and reads the answer.
A refused request leaves no row: the key is free again.
"""

import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from shared.database.engine import SHARED_METADATA, UtcDateTime
from shared.errors import Refusal

MAX_KEY = 200
KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each new request; the same when a request is sent again",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_KEY,
        "pattern": "^[!-~]([ -~]*[!-~])?$",
    },
}
"""The header in OpenAPI. `claim_for` refuses a missing one, after token and body."""
idempotency = Table(
    "idempotency",
    SHARED_METADATA,
    Column("client", String(200), primary_key=True),
    Column("key", String(MAX_KEY), primary_key=True),
    Column("body_sha256", LargeBinary(32), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False, index=True),
)
"""Answers of earlier requests; `body` is compressed."""


@dataclass(frozen=True)
class Answer:
    """Status and exact bytes of an answer; `replayed` if it comes from the table."""

    status: int
    body: bytes
    replayed: bool = False


@dataclass(frozen=True)
class Claim:
    """A client, its key, and the fingerprint of its request."""

    client: str
    key: str
    fingerprint: bytes


def claim_for(client: str, key: str | None, method: str, path: str, body: bytes) -> Claim:
    """The claim of one request.

    Raises:
        Refusal: 400 IDEMPOTENCY_KEY when the key is missing, too long or not printable ASCII.
    """
    if key is None or not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise Refusal("IDEMPOTENCY_KEY", "Idempotency-Key", most=MAX_KEY)
    digest = hashlib.sha256(f"{method} {path}\n".encode() + body).digest()
    return Claim(client, key, digest)


def once(connection: Connection, claim: Claim, now: datetime, work: Callable[[], Answer]) -> Answer:
    """Do the work if the claim is new, else return the stored answer.

    Raises:
        Refusal: 422 IDEMPOTENCY_MISMATCH when the key was used for another request; whatever
            `work` raises (the caller's transaction then drops the claim too).
    """
    if not _is_new(connection, claim, now):
        return _stored(connection, claim)
    answer = work()
    statement = update(idempotency).where(_is(claim))
    connection.execute(statement.values(status=answer.status, body=zlib.compress(answer.body, 1)))
    return answer


def forget(connection: Connection, before: datetime) -> int:
    """Delete the answers older than `before`; return how many."""
    return connection.execute(delete(idempotency).where(idempotency.c.created_at < before)).rowcount


def _is_new(connection: Connection, claim: Claim, now: datetime) -> bool:
    """Claim the key; waits while another transaction holds it."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    row: dict[str, object] = {"client": claim.client, "key": claim.key, "status": 0, "body": b""}
    row |= {"body_sha256": claim.fingerprint, "created_at": now}
    insert = dialect.insert(idempotency).values(row).on_conflict_do_nothing()
    return connection.execute(insert.returning(idempotency.c.key)).first() is not None


def _stored(connection: Connection, claim: Claim) -> Answer:
    columns = (idempotency.c.body_sha256, idempotency.c.status, idempotency.c.body)
    row = connection.execute(select(*columns).where(_is(claim))).one()
    if row.body_sha256 != claim.fingerprint:
        raise Refusal("IDEMPOTENCY_MISMATCH", "Idempotency-Key")
    return Answer(row.status, zlib.decompress(row.body), replayed=True)


def _is(claim: Claim) -> ColumnElement[bool]:
    return and_(idempotency.c.client == claim.client, idempotency.c.key == claim.key)
