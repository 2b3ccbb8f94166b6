"""A database that does not work is named, with who can heal it."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.database.engine import faults, open_engine, snapshot, transaction
from shared.database.faults import (
    AWAY,
    DAMAGED,
    FULL,
    LOGIN,
    NOT_A_DATABASE,
    Fault,
    Healing,
    described,
    fault_of,
)
from shared.observability.background_check import Missing
from shared.outbox.status import RelayStatus
from shared.service.health_checks import database_check
from shared.service.run import _Running
from tests.kit.sample_service import SampleSettings, build

URL = "sqlite:///{}"


def failing(engine: Engine, statement: str = "insert into t values ('x')") -> DBAPIError:
    """The error of a change."""
    with pytest.raises(DBAPIError) as failed, transaction(engine) as connection:
        connection.execute(text(statement))
    return failed.value


def a_database(path: Path) -> Engine:
    """A file with one table."""
    engine = open_engine(URL.format(path))
    with transaction(engine) as connection:
        connection.execute(text("create table t (a text unique)"))
    return engine


def a_text_file(folder: Path) -> Path:
    """Not a database."""
    path = folder / "notes.txt"
    path.write_text("no database at all\n" * 500)
    return path


def a_damaged_file(folder: Path) -> Path:
    """A database whose pages were overwritten, all but the first."""
    path = folder / "damaged.db"
    plain = sqlite3.connect(path)
    plain.execute("create table t (a text unique)")
    plain.executemany("insert into t values (?)", [(f"{number}" * 99,) for number in range(999)])
    plain.commit()
    plain.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (path.stat().st_size - 4096))
    return path


@pytest.mark.parametrize(
    ("make", "code", "healing"),
    [
        (a_text_file, "DATABASE_NOT_A_DATABASE", Healing.NEVER),
        (a_damaged_file, "DATABASE_DAMAGED", Healing.NEVER),
        (lambda folder: folder, "DATABASE_IS_FOLDER", Healing.SETTING),
        (lambda folder: folder / "none" / "x.db", "DATABASE_NO_FOLDER", Healing.SETTING),
    ],
)
def test_a_wrong_file_is_named(
    tmp_path: Path, make: Callable[[Path], Path], code: str, healing: Healing
) -> None:
    """A text file, a damaged one, a folder, a folder that is not there."""
    error = failing(open_engine(URL.format(make(tmp_path))))
    fault = fault_of(error)
    assert fault is not None
    assert (fault.code, fault.healing) == (code, healing)
    assert str(tmp_path) not in described(error)
    assert fault.ends(starting=True)
    assert fault.ends(starting=False) is (healing is Healing.NEVER)


@pytest.mark.parametrize(
    ("pragma", "code", "seconds"),
    [("max_page_count=1", "DATABASE_FULL", 0.0), ("query_only=ON", "DATABASE_READ_ONLY", 60.0)],
)
def test_what_an_operator_can_heal_is_named_and_not_ready_until_it_is_healed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pragma: str, code: str, seconds: float
) -> None:
    """A full disk and a file without the right to write let themselves be read: a look is not enough."""
    engine = a_database(tmp_path / "a.db")
    check = database_check(engine)
    check()
    switch = [pragma]

    @event.listens_for(engine, "checkout")
    def _limit(connection: sqlite3.Connection, *_: object) -> None:
        for one in switch:
            connection.execute(f"PRAGMA {one}")

    def fill() -> DBAPIError:
        return failing(engine, "insert into t values (hex(randomblob(300000)))")

    fault = fault_of(fill())
    assert fault is not None
    assert (fault.code, fault.healing) == (code, Healing.OPERATOR)
    assert not fault.ends(starting=True)
    with pytest.raises(Missing, match=code):
        check()
    with snapshot(engine) as connection:
        assert connection.execute(text("select count(*) from t")).scalar() == 0
    with pytest.raises(Missing, match=code):
        check()
    switch[:] = ["max_page_count=1000000", "query_only=OFF"]
    with transaction(engine) as connection:
        connection.execute(text("insert into t values ('again')"))
    monkeypatch.setattr("shared.database.engine.FAULT_SECONDS", seconds)  # or so long after
    check()


def test_a_small_change_that_still_fits_says_nothing_of_a_full_disk(tmp_path: Path) -> None:
    """A relay that renews its lease would hide that no list can be taken in."""
    engine = a_database(tmp_path / "a.db")
    check = database_check(engine)
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    event.listen(engine, "checkout", lambda one, *_: one.execute(f"PRAGMA max_page_count={pages}"))
    assert fault_of(failing(engine, "insert into t values (hex(randomblob(300000)))")) is FULL
    with transaction(engine) as connection:
        connection.execute(text("insert into t values ('small')"))
    with pytest.raises(Missing, match="DATABASE_FULL"):
        check()


def test_a_lock_passes_by_itself(tmp_path: Path) -> None:
    """Somebody else writes."""
    engine = a_database(tmp_path / "a.db")
    impatient = open_engine(URL.format(tmp_path / "a.db"))
    event.listen(impatient, "connect", lambda one, _: one.execute("PRAGMA busy_timeout=0"))
    with transaction(engine):
        locked = failing(impatient)
    assert fault_of(locked) is AWAY


def test_a_statement_at_fault_is_no_fault_of_the_database(tmp_path: Path) -> None:
    """A constraint, or a table that is not there, is our own."""
    engine = a_database(tmp_path / "a.db")
    with transaction(engine) as connection:
        connection.execute(text("insert into t values ('x')"))
    assert isinstance(failing(engine), IntegrityError)
    assert fault_of(failing(engine)) is None
    assert faults(engine).recent() is None
    assert fault_of(ValueError("x")) is None
    assert fault_of(PoolTimeout()) is AWAY


class _Answer(Exception):
    """What a driver of PostgreSQL raises."""

    def __init__(self, sqlstate: str | None, words: str = "") -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("sqlstate", "code"),
    [
        ("53100", "DATABASE_FULL"),
        ("25006", "DATABASE_READ_ONLY"),
        ("58030", "DATABASE_DISK"),
        ("42501", "DATABASE_RIGHTS"),
        ("28P01", "DATABASE_LOGIN"),
        ("3D000", "DATABASE_UNKNOWN"),
        ("53300", "DATABASE_AWAY"),
        ("57P03", "DATABASE_AWAY"),
        ("40P01", "DATABASE_AWAY"),
        ("55P03", "DATABASE_AWAY"),
        ("42P01", None),
        ("23505", None),
    ],
)
def test_postgresql_names_its_state(sqlstate: str, code: str | None) -> None:
    """By SQLSTATE, whatever class SQLAlchemy makes of it."""
    for kind in (OperationalError, ProgrammingError):
        fault = fault_of(kind("select", {}, _Answer(sqlstate)))
        assert (fault.code if fault else None) == code


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ('FATAL:  password authentication failed for user "lintas"', "DATABASE_LOGIN"),
        ("fe_sendauth: no password supplied", "DATABASE_LOGIN"),
        ('FATAL:  role "lintas" does not exist', "DATABASE_LOGIN"),
        ('FATAL:  database "none" does not exist', "DATABASE_UNKNOWN"),
        ("FATAL:  the database system is starting up", "DATABASE_AWAY"),
        ("FATAL:  sorry, too many clients already", "DATABASE_AWAY"),
        ("Connection refused", "DATABASE_AWAY"),
        ("failed to resolve host", "DATABASE_AWAY"),
    ],
)
def test_a_refused_connection_is_known_by_its_words(words: str, code: str) -> None:
    """The driver reports no state of it; what the words hold is not repeated."""
    error = OperationalError("connect", {}, _Answer(None, f"to 10.0.0.1 failed: {words}"))
    fault = fault_of(error)
    assert isinstance(fault, Fault)
    assert fault.code == code
    assert "lintas" not in described(error)
    assert "10.0.0.1" not in described(error)


def test_whoever_runs_the_service_hears_of_each_fault(tmp_path: Path) -> None:
    """What never heals ends the process also when it comes while it works."""
    engine = open_engine(URL.format(a_text_file(tmp_path)))
    seen: list[Fault] = []
    faults(engine).seen = seen.append
    failing(engine)
    assert [fault.code for fault in seen] == ["DATABASE_NOT_A_DATABASE"]


@pytest.mark.parametrize(
    ("fault", "code"), [(NOT_A_DATABASE, 2), (DAMAGED, 2), (FULL, 0), (LOGIN, 0), (AWAY, 0)]
)
def test_a_running_process_ends_only_of_what_never_heals(
    tmp_path: Path, fault: Fault, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A password may be changed, a disk may be emptied while it runs."""
    parts = build(SampleSettings(keys=tmp_path, database=URL.format(tmp_path / "a.db")))
    running = _Running(parts, ())
    faults(parts.engine).seen(fault)
    assert (running.exit_code, running.stopping.is_set()) == (code, code == 2)
    assert (f"LINTAS_SAMPLE_DATABASE: {fault.message}" in caplog.text) is (code == 2)


def test_the_relay_tells_when_the_reason_becomes_another(caplog: pytest.LogCaptureFixture) -> None:
    """First away, then full: two lines, and one when it is back."""
    caplog.set_level("INFO", "lintas.relay")
    status = RelayStatus()
    away, full = (OperationalError("x", {}, _Answer(state)) for state in ("57P03", "53100"))
    for error in (away, away, full, full):
        status.away("database", error)
    assert status.waits_for == ["database"]
    status.back("database")
    assert caplog.text.count("waiting for the database") == 2
    assert caplog.text.count("DATABASE_FULL") == 1
    assert caplog.text.count("the database is back") == 1
