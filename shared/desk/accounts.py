"""Accounts: who may sign in at a desk, in which office, with which role, for which areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from shared.desk.tables import account, session
from shared.security.encryption import ColumnCipher
from shared.security.tokens import Grant

LINK_LIFE = timedelta(hours=72)


class Role(StrEnum):
    """What somebody is in the office; it names the pages, the scopes permit the acts."""

    OFFICER = "officer"
    FACILITATOR = "facilitator"
    COORDINATOR = "coordinator"
    SECRETARY = "secretary"
    READER = "reader"

    @property
    def verbs(self) -> tuple[str, ...]:
        """The actions that a role has unless scopes are given."""
        return ("read",) if self is Role.READER else ("read", "write")


@dataclass(frozen=True)
class Account:
    """One person's account at the desk of one service."""

    id: UUID
    login: str
    name: bytes
    """Encrypted: `name_of`."""
    office: str
    """Drafts belong to the office."""
    role: Role
    scopes: tuple[str, ...]
    areas: tuple[str, ...]
    subject: str = ""
    """The id that events give a facilitator; empty for everybody else."""
    passphrase: str | None = None
    """Argon2id hash."""
    disabled: bool = False

    def grant(self, agency: str, expires: datetime) -> Grant:
        """What a token of this person would permit."""
        scopes = frozenset(self.scopes)
        return Grant(self.login, agency, scopes, self.areas, expires, self.subject)

    def name_of(self, cipher: ColumnCipher) -> str:
        """The person's name; raises Undecipherable when the key is another one."""
        return cipher.decrypt(self.name)


def add(connection: Connection, one: Account) -> None:
    """Keep a new account; raises IntegrityError when the login is taken."""
    row = {name: getattr(one, name) for name in _PLAIN}
    lists = {"scopes": " ".join(one.scopes), "areas": " ".join(one.areas)}
    connection.execute(insert(account).values(**row, **lists))


def by_login(connection: Connection, login: str) -> Account | None:
    """The account of a login, whatever its state."""
    return _one(connection, account.c.login == login)


def by_id(connection: Connection, key: UUID) -> Account | None:
    """The account of an id, whatever its state."""
    return _one(connection, account.c.id == key)


def all_accounts(connection: Connection) -> Sequence[Account]:
    """Every account by login."""
    return [_account(row) for row in connection.execute(select(account).order_by(account.c.login))]


def make_link(connection: Connection, key: UUID, now: datetime) -> str:
    """The secret of a new one-time link, good for 72 hours; an earlier link ends."""
    secret = token_urlsafe(32)
    _change(connection, key, link=digest_of(secret), link_ends=now + LINK_LIFE)
    return secret


def take_link(connection: Connection, secret: str, now: datetime) -> Account | None:
    """The account of a link, which cannot be used again; None: used, ended or never made."""
    query = select(account).where(account.c.link == digest_of(secret)).with_for_update()
    row = connection.execute(query).one_or_none()
    if row is None or row.link_ends <= now or row.disabled:
        return None
    _change(connection, row.id, link=None, link_ends=None)
    return _account(row)


def set_passphrase(connection: Connection, key: UUID, hashed: str) -> None:
    """Keep another Argon2id hash, and end every session that the earlier passphrase began."""
    _change(connection, key, passphrase=hashed)
    end_sessions(connection, key)


def disable(connection: Connection, key: UUID) -> None:
    """Nobody may use the account from now on; its sessions and its link end at once."""
    _change(connection, key, disabled=True, link=None, link_ends=None)
    end_sessions(connection, key)


def end_sessions(connection: Connection, key: UUID) -> None:
    """Sign an account out everywhere."""
    connection.execute(delete(session).where(session.c.account == key))


def digest_of(secret: str) -> bytes:
    """What is kept of a random secret: its SHA-256."""
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


_PLAIN = ("id", "login", "name", "office", "role", "subject", "passphrase", "disabled")


def _change(connection: Connection, key: UUID, **values: Any) -> None:
    connection.execute(update(account).where(account.c.id == key).values(**values))


def _one(connection: Connection, where: ColumnElement[bool]) -> Account | None:
    row = connection.execute(select(account).where(where)).one_or_none()
    return None if row is None else _account(row)


def _account(row: Row[Any]) -> Account:
    values = {name: getattr(row, name) for name in _PLAIN}
    lists = {"scopes": tuple(row.scopes.split()), "areas": tuple(row.areas.split())}
    return Account(**values | lists | {"role": Role(row.role)})
