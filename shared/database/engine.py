"""Open a database and its transactions, on SQLite and PostgreSQL alike."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BigInteger,
    Connection,
    Dialect,
    Engine,
    ExceptionContext,
    Integer,
    MetaData,
    TypeDecorator,
    create_engine,
    event,
)

from shared.database.faults import FULL, Fault, fault_of

_SERVER = {
    "lock_timeout": "15s",
    "idle_in_transaction_session_timeout": "300s",
    "tcp_keepalives_idle": "15",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""PostgreSQL ends a wait for a lock, and a transaction whose process hangs."""
_CLIENT = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": " ".join(f"-c {name}={value}" for name, value in _SERVER.items()),
}
FAULT_SECONDS = 60.0
"""How long readiness reports a failed change: without another change nothing shows the recovery."""
REQUESTS_AT_ONCE = 16
"""Requests that work at once, each with one connection."""
WORKERS_AT_ONCE = 8
"""Further connections: relay, consumer, upkeep, cutter, drafts, measurer, keeper and the database check."""
_POOL = {"pool_size": 10, "max_overflow": REQUESTS_AT_ONCE + WORKERS_AT_ONCE - 10}
BRIEF_SECONDS = 10
"""How long a worker may hang inside a transaction that others wait for."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}
SHARED_METADATA = MetaData(naming_convention=NAMING)
"""Tables that every service has: outbox, lease, inbox, quarantine, idempotency."""

BigId = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit key that counts up by itself on both databases."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, stored as microseconds since 1970, so that both databases order and return it alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> int | None:
        """Refuse a time without a zone."""
        return None if value is None else micros_of(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else moment_of(int(value))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros_of(moment: datetime) -> int:
    """Microseconds since 1970; a time without a zone is refused."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    delta = moment - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def moment_of(micros: int) -> datetime:
    """The moment in UTC."""
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)


def database_now(connection: Connection) -> datetime:
    """The time of the database's clock, in UTC: one clock for every process."""
    if connection.dialect.name == "postgresql":
        seconds = connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())")
        return datetime.fromtimestamp(float(seconds.scalar_one()), UTC)
    text = connection.exec_driver_sql("SELECT strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now')")
    return datetime.fromisoformat(text.scalar_one())


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql+psycopg://...`; nothing is connected yet."""
    if url.startswith("sqlite"):
        options = {"timeout": 60, "check_same_thread": False}
        pool = {} if url == "sqlite://" else _POOL  # in memory it is one connection a thread
        engine = create_engine(url, connect_args=options, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(url, pool_pre_ping=True, connect_args=_CLIENT, **_POOL)
    _WATCHES[engine] = FaultWatch(engine)
    return engine


class FaultWatch:
    """Classifies every failure of an engine's database."""

    def __init__(self, engine: Engine) -> None:
        self._last: tuple[Fault, float] | None = None
        self.seen: Callable[[Fault], None] = lambda _fault: None
        """Called with each fault."""
        event.listen(engine, "handle_error", self._failed)
        event.listen(engine, "commit", self._worked)

    def _failed(self, context: ExceptionContext) -> None:
        error = context.sqlalchemy_exception
        url = context.engine.url if context.engine else None
        file = url.database if url and url.get_backend_name() == "sqlite" else None
        fault = fault_of(error, file) if error else None
        if fault is not None:
            error.fault = fault  # type: ignore[union-attr]  # handlers need not classify it again
            self._last = fault, time.monotonic()
            self.seen(fault)

    def _worked(self, connection: Connection) -> None:
        if connection.get_execution_options().get("lintas_readonly"):
            return
        if self._last and self._last[0] is FULL:
            return  # a small change still fits where a list does not, as each renewal of a lease
        self._last = None

    def recent(self) -> Fault | None:
        """The fault of the last change, for a minute or until another change succeeds.

        A database with a full disk can still be read, so reading finds no fault. It also accepts
        small changes, so a full disk is reported for the whole minute.
        """
        last = self._last
        return last[0] if last and time.monotonic() - last[1] < FAULT_SECONDS else None


_WATCHES: WeakKeyDictionary[Engine, FaultWatch] = WeakKeyDictionary()


def faults(engine: Engine) -> FaultWatch:
    """The watch of an engine that `open_engine` made."""
    return _WATCHES[engine]


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=60000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("lintas_readonly", False)
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One writing transaction: committed at the end, rolled back by any exception."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def rehearsal(engine: Engine) -> Iterator[Connection]:
    """A writing transaction that is rolled back, whatever happens: to see what would be decided."""
    with engine.connect() as connection, connection.begin() as trial:
        try:
            yield connection
        finally:
            trial.rollback()


@contextmanager
def brief_transaction(engine: Engine) -> Iterator[Connection]:
    """A worker's transaction: if its process hangs in the middle, its locks are released soon.

    When the process continues, it finds its connection closed and repeats the work.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            limit = f"SET LOCAL idle_in_transaction_session_timeout = '{BRIEF_SECONDS}s'"
            connection.exec_driver_sql(limit)
        yield connection


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One reading transaction in which every query sees the same state."""
    options: dict[str, Any] = {"lintas_readonly": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection
