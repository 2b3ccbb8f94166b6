"""A service as a process: how it starts, waits, refuses, and stops."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from shared.database.engine import open_engine, transaction
from shared.database.migrations import migrate
from tests import parts
from tests.kit.sample_service import write_first_revision

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ("/health/live", "/health/ready", "/metrics")


class Process:
    """A running sample and what it said."""

    def __init__(
        self, folder: Path, database: str, *roles: str, port: int = 0, files: int | None = None
    ) -> None:
        """Start it on this port, or a free one, with at most so many descriptors."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", port))
            self.port = one.getsockname()[1]
        self.log = folder / "log.txt"
        command = [
            sys.executable,
            "-m",
            "tests.kit.sample_service",
            str(folder),
            database,
            str(self.port),
        ]
        if files is not None:
            command = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh", *command]
        with self.log.open("w") as log:
            self.child = subprocess.Popen([*command, *roles], cwd=ROOT, stderr=log, stdout=log)

    def get(self, path: str, seconds: float = 20, port: int | None = None) -> httpx.Response:
        """The answer, as soon as the server listens."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                where = port or self.port + (100 if path in OPERATIONS else 0)
                return httpx.get(f"http://127.0.0.1:{where}{path}", timeout=10)
            except httpx.ConnectError:
                assert time.monotonic() < deadline, self.said()
                time.sleep(0.1)

    def said(self) -> str:
        """Its log."""
        return self.log.read_text()

    def until(self, words: str, seconds: float = 20) -> None:
        """Wait until it has said this."""
        deadline = time.monotonic() + seconds
        while words not in self.said():
            assert time.monotonic() < deadline, self.said()
            assert self.child.poll() is None, self.said()
            time.sleep(0.1)

    def until_metrics(self, pattern: str, port: int, seconds: float = 20) -> None:
        """Wait until its metrics show this."""
        deadline = time.monotonic() + seconds
        while not re.search(pattern, said := self.get("/metrics", port=port).text):
            assert time.monotonic() < deadline, said
            time.sleep(0.1)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Signal it and give its exit code, which must come within ten seconds."""
        os.kill(self.child.pid, number)
        return self.child.wait(10)


@pytest.fixture
def database(tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated database."""
    monkeypatch.setattr(
        "shared.database.migrations.folder", None
    )  # restored after write_first_revision sets it
    write_first_revision(tmp_path)
    engine = open_engine(fresh_database)
    migrate(engine, "sample")
    engine.dispose()
    return fresh_database


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Process]]:
    """Processes of a test; those still running are killed at its end."""
    processes: list[Process] = []
    yield processes
    for one in processes:
        if one.child.poll() is None:
            one.child.kill()
            one.child.wait()


def test_a_service_starts_all_roles_and_stops_with_code_0(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """SIGTERM: workers end well, exit code 0, in less than ten seconds."""
    started.append(one := Process(tmp_path, database))
    one.until("relay started")
    one.until("consumer started")
    assert one.get("/health/live").json() == {"status": "ok", "missing": {}}
    assert one.stop() == 0
    assert "consumer ended well" in one.said()


def test_ready_names_what_is_missing_while_live_stays_green(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """A broker that is away is no reason to be killed."""
    started.append(one := Process(tmp_path, database, "api"))
    assert without_kafka(one, one.port + 100) == 503
    assert one.get("/health/live").status_code == 200


def without_kafka(one: Process, port: int) -> int:
    """The status of a process that lacks its broker alone; its first look may come before its own database's."""
    deadline = time.monotonic() + 20
    while (ready := one.get("/health/ready", port=port)).json()["missing"].keys() != {"kafka"}:
        assert time.monotonic() < deadline, ready.text
        time.sleep(0.1)
    return ready.status_code


def test_a_request_under_way_is_answered_before_the_end(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """Draining: the slow answer comes, then the process ends."""
    started.append(one := Process(tmp_path, database, "api"))
    one.get("/health/live")
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(one.get("/slow").status_code))
    thread.start()
    time.sleep(0.7)
    assert one.stop() == 0
    thread.join()
    assert answers == [200]


def test_a_worker_that_fails_is_started_again(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """With a pause and a line in the log."""
    started.append(one := Process(tmp_path, database, "relay"))
    one.until("again in 0.5 s")
    deadline = time.monotonic() + 10
    while one.said().count("relay started") < 2:
        assert time.monotonic() < deadline, one.said()
        time.sleep(0.1)
    assert one.stop(signal.SIGINT) == 0


def test_only_the_chosen_roles_run(tmp_path: Path, database: str, started: list[Process]) -> None:
    """A consumer alone serves no API."""
    started.append(one := Process(tmp_path, database, "consumer"))
    one.until("consumer started")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{one.port}/notes")
    assert one.stop() == 0
    assert "relay" not in one.said()


@pytest.mark.parametrize("role", ["api", "relay", "consumer"])
def test_every_process_serves_health_and_metrics_on_a_port_of_its_own(
    tmp_path: Path, database: str, started: list[Process], role: str
) -> None:
    """100 above the API's, and nothing else there: an operator sees every process, the public none."""
    started.append(one := Process(tmp_path, database, role))
    assert one.get("/health/live", port=one.port + 100).json()["status"] == "ok"
    assert without_kafka(one, one.port + 100) == 503
    one.until_metrics("lintas_measured_timestamp_seconds [1-9]", one.port + 100)
    assert one.get("/notes", port=one.port + 100).status_code == 404
    if role == "api":
        assert [one.get(path, port=one.port).status_code for path in OPERATIONS] == [404] * 3
    assert one.stop() == 0


@pytest.mark.parametrize(
    ("role", "above", "path"), [("api", 0, "/docs"), ("consumer", 100, "/health/live")]
)
def test_strangers_who_hold_connections_half_open_stop_nobody(
    tmp_path: Path, database: str, started: list[Process], role: str, above: int, path: str
) -> None:
    """150 of them and 80 descriptors: all are answered, and the log does not grow."""
    started.append(one := Process(tmp_path, database, role, files=80))
    port = one.port + above
    one.get(path, port=port)
    held = [socket.create_connection(("127.0.0.1", port), 30) for _ in range(150)]
    for each in held:
        with suppress(ConnectionError):  # who waits longest is cut for the next
            each.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
    assert [one.get(path, port=port).status_code for _ in range(20)] == [200] * 20
    assert 'cut_connections_total{reason="room"}' in one.get("/metrics").text
    assert "accept" not in one.said()
    assert len(one.said().splitlines()) < 30
    for each in held:
        each.close()
    assert one.stop() == 0


@pytest.mark.parametrize("role", ["api", "consumer"])
def test_health_and_metrics_are_answered_while_the_database_is_locked(
    tmp_path: Path, database: str, started: list[Process], role: str
) -> None:
    """Whoever holds it, and whichever roles the process has."""
    started.append(one := Process(tmp_path, database, role))
    port = one.port + 100
    one.until_metrics("lintas_measured_timestamp_seconds [1-9]", port)
    engine = open_engine(database)
    with transaction(engine) as connection:
        connection.exec_driver_sql("delete from note")
        for path in ("/health/live", "/health/ready", "/metrics"):
            assert one.get(path, port=port).status_code in (200, 503)
        assert one.get("/health/live", port=port).json()["status"] == "ok"
    engine.dispose()
    assert one.stop() == 0


def test_work_goes_on_while_the_port_of_the_metrics_is_taken(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """It says which setting helps, and serves as soon as the port is free."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        started.append(one := Process(tmp_path, database, "consumer", port=port - 100))
        one.until("consumer started")
        one.until(f"port {port} cannot be taken (Address already in use)")
        assert "LINTAS_SAMPLE_METRICS_PORT" in one.said()
    assert one.get("/health/live", port=port).status_code == 200
    assert one.stop() == 0


def test_a_database_that_is_away_is_waited_for(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """Live, not ready, no worker started, one clear line; and it still stops at once."""
    started.append(one := Process(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:1/none"))
    one.until("waiting for the database (OperationalError)")
    assert one.get("/health/live").status_code == 200
    assert "database" in one.get("/health/ready").json()["missing"]
    assert "started" not in one.said().replace("Started", "")
    assert one.stop() == 0


def test_a_database_without_the_schema_is_refused_with_the_remedy(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """Exit code 2, and the command that helps."""
    started.append(one := Process(tmp_path, parts.current().fresh_database()))
    assert one.child.wait(20) == 2
    assert "the database has no schema: python -m services.sample migrate" in one.said()


def test_a_port_that_is_taken_ends_the_service(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """Never a silent second server."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "tests.kit.sample_service", str(tmp_path), database, port]
        ended = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False
        )
    assert ended.returncode == 3
    assert "address already in use" in ended.stderr


def test_a_file_that_is_no_database_ends_the_process_with_a_sentence(
    tmp_path: Path, database: str, started: list[Process]
) -> None:
    """Waiting would not heal it: code 2, the setting's name and what to do."""
    del database
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no database at all\n" * 500)
    started.append(one := Process(tmp_path, f"sqlite:///{wrong}"))
    assert one.child.wait(20) == 2
    assert "LINTAS_SAMPLE_DATABASE: " in one.said()
    assert "the file is not a database" in one.said()
