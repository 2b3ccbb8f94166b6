"""Sessions: who is signed in. The cookie's value changes as time goes on; only its digest is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, delete, insert, or_, select, update

from shared.database.engine import snapshot, transaction
from shared.desk.accounts import Account, by_id, digest_of
from shared.desk.tables import session
from shared.errors import Refusal
from shared.ids import new_uuid7

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
TURN = timedelta(minutes=15)
"""After so long the cookie gets another value."""
GRACE = timedelta(minutes=1)
"""So long its earlier value is good: for requests that were under way."""
NOTED = timedelta(minutes=1)
"""`seen` is written no more often than that."""


@dataclass(frozen=True)
class Session:
    """A session that has not ended, and its account, which is not disabled."""

    id: UUID
    account: Account
    form_key: str
    """The value that every form of the session carries."""
    began: datetime
    fresh: str | None = None
    """The cookie's new value, when it changes with this request."""
    ended: bool = False
    """It ended by itself while a form was open: what was filled in may be kept, nothing be shown."""

    @property
    def ends(self) -> datetime:
        """When it ends in any case."""
        return self.began + LONGEST

    def require_form(self, given: str) -> None:
        """Refuse a form that this session was not shown (403 FORM_FOREIGN)."""
        if not compare_digest(self.form_key.encode(), given.encode("utf-8", "surrogatepass")):
            raise Refusal("FORM_FOREIGN")


def begin(connection: Connection, account: Account, now: datetime) -> str:
    """Begin a session; returns the cookie's value. Sessions that ended long ago are deleted."""
    connection.execute(delete(session).where(session.c.seen < now - LONGEST))
    value = token_urlsafe(32)
    row = {"id": new_uuid7(now), "digest": digest_of(value), "account": account.id}
    moments = dict.fromkeys(("began", "turned", "seen"), now)
    connection.execute(insert(session).values(**row, form_key=token_urlsafe(24), **moments))
    return value


def find(engine: Engine, value: str, now: datetime) -> Session | None:
    """The session of a cookie; it lives on, and its cookie changes when it is time."""
    digest = digest_of(value)
    with snapshot(engine) as connection:
        row = _row(connection, digest)
        account = by_id(connection, row.account) if row is not None else None
    if row is None or account is None or account.disabled or not _lives(row, digest, now):
        return None
    fresh = _live_on(engine, row, digest, now)
    return Session(row.id, account, row.form_key, row.began, fresh)


def find_ended(engine: Engine, value: str, now: datetime) -> Session | None:
    """The session of a cookie that ended by itself within the last ten hours."""
    digest = digest_of(value)
    with snapshot(engine) as connection:
        row = _row(connection, digest)
        account = by_id(connection, row.account) if row is not None else None
    if row is None or account is None or account.disabled or now >= row.seen + LONGEST:
        return None
    return Session(row.id, account, row.form_key, row.began, ended=True)


def end(connection: Connection, key: UUID) -> None:
    """Sign out."""
    connection.execute(delete(session).where(session.c.id == key))


def _row(connection: Connection, digest: bytes) -> Row[Any] | None:
    either = or_(session.c.digest == digest, session.c.digest_before == digest)
    return connection.execute(select(session).where(either)).one_or_none()


def _lives(row: Row[Any], digest: bytes, now: datetime) -> bool:
    current = row.digest == digest or now < row.turned + GRACE
    return bool(current and now < row.seen + IDLE and now < row.began + LONGEST)


def _live_on(engine: Engine, row: Row[Any], digest: bytes, now: datetime) -> str | None:
    if row.digest != digest or now < row.seen + NOTED:
        return None
    turns, value = now >= row.turned + TURN, token_urlsafe(32)
    changes: dict[str, Any] = {"seen": now}
    if turns:
        changes |= {"digest": digest_of(value), "digest_before": digest, "turned": now}
    # The digest is part of the condition: of two requests at once only one changes the cookie.
    query = update(session).where(session.c.id == row.id, session.c.digest == digest)
    with transaction(engine) as connection:
        done = connection.execute(query.values(**changes)).rowcount
    return value if turns and done else None
