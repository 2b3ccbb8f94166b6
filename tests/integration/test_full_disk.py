"""PostgreSQL on a disk that is full: named, not ready, and it goes on by itself when there is space."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shared.database.engine import SHARED_METADATA, open_engine, snapshot, transaction
from shared.database.faults import FULL, fault_of
from shared.events.topics import COOPERATIVE
from shared.observability.background_check import Missing
from shared.service.health_checks import database_check
from tests.kit.relaying import depth, put
from tests.parts.postgres import own_server

LEFT_BYTES = 1_000_000
"""Less than the change needs, more than its log does: a full log ends the server itself."""


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk in memory, in a folder that the server's own user may enter."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk: not tested")
    with tempfile.TemporaryDirectory(prefix="lintas-disk-") as folder:
        mount = ["mount", "-t", "tmpfs", "-o", "size=120m,mode=755", "tmpfs", folder]
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no small disk can be mounted here ({done.stderr.strip()}): not tested")
        yield Path(folder)
        subprocess.run(["umount", folder], check=True)


@pytest.fixture
def engine(disk: Path) -> Iterator[Engine]:
    """A service's database on that disk."""
    server = own_server(disk)
    engine = open_engine(server.create())
    SHARED_METADATA.create_all(engine)
    yield engine
    engine.dispose()
    server.close()


def fill(disk: Path) -> Path:
    """A file that leaves almost nothing."""
    room = os.statvfs(disk)
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - LEFT_BYTES))
    return ballast


def store(engine: Engine) -> None:
    """A change that is larger than what is left."""
    with transaction(engine) as connection:
        connection.execute(text("create table large (a bytea)"))
        connection.execute(text("insert into large values (:a)"), {"a": os.urandom(3_000_000)})


def test_a_full_disk_is_named_and_healed_by_space_alone(
    disk: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was accepted stays readable, what is small still fits; nothing of the refused change is kept."""
    check = database_check(engine)
    put(engine, COOPERATIVE, range(1, 11))
    check()
    ballast = fill(disk)
    with pytest.raises(DBAPIError) as refused:
        store(engine)
    assert getattr(refused.value.orig, "sqlstate", None) == "53100"
    assert fault_of(refused.value) is FULL
    with pytest.raises(Missing, match="DATABASE_FULL"):
        check()
    assert depth(engine) == 10
    put(engine, COOPERATIVE, range(11, 12))
    with pytest.raises(Missing, match="DATABASE_FULL"):
        check()
    ballast.unlink()
    store(engine)
    monkeypatch.setattr("shared.database.engine.FAULT_SECONDS", 0.0)  # so long after
    check()
    with snapshot(engine) as connection:
        assert connection.execute(text("select count(*) from large")).scalar() == 1
