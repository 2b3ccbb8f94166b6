"""Driving a pilot while processes die: what is accepted, sent and counted, read from the databases."""

import csv
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

import httpx
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from lintas.client import RequestRefused, post, upload
from lintas.demo import lanes_of
from lintas.local import Stack
from lintas.pilot.files import Upload
from lintas.registry import PUBLISHERS
from shared.database.engine import open_engine, snapshot
from shared.inbox.seen import watermarks
from tests.e2e.pilot_run import PilotRun

SLICE = 500
AWAY_SECONDS = 90.0
"""How long a service or its database may be away before a client gives up."""
Step = Callable[[], None]
T = TypeVar("T")
_NUMBERS = "coalesce(sum(last - first + 1), 0)"
"""How many numbers are in ranges."""


def query(stack: Stack, service: str, sql: str) -> list[tuple[int, ...]]:
    """Look into a service's database without disturbing it."""
    return _patiently(
        stack, service, lambda connection: list(map(tuple, connection.exec_driver_sql(sql)))
    )


def _patiently(stack: Stack, service: str, look: Callable[[Connection], T]) -> T:
    deadline = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            with snapshot(_engine(stack.database(service))) as connection:
                return look(connection)
        except OperationalError:  # a database that is killed comes back
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@cache
def _engine(url: str) -> Engine:
    """Asked thousands of times while the processes die: connected once."""
    return open_engine(url)


def accepted(stack: Stack, service: str) -> int:
    """Events that the service has staged."""
    staged, archived = "SELECT count(*) FROM outbox", f"SELECT {_NUMBERS} FROM outbox_batch"
    return int(query(stack, service, f"SELECT ({staged}) + ({archived})")[0][0])


def unsent(stack: Stack, service: str) -> int:
    """Events that the broker has not acknowledged."""
    staged, numbered = "SELECT count(*) FROM outbox", f"SELECT {_NUMBERS} FROM outbox_unsent"
    return int(query(stack, service, f"SELECT ({staged}) + ({numbered})")[0][0])


def unnumbered(stack: Stack, service: str) -> int:
    """Events that the relay has not taken up."""
    return query(stack, service, "SELECT count(*) FROM outbox")[0][0]


def counted(stack: Stack) -> int:
    """Events that monitoring has applied, without a gap before them."""
    return heard(stack, "monitoring")


def heard(stack: Stack, service: str) -> int:
    """Events of others that a service has taken in, without a gap before them."""
    return _patiently(stack, service, lambda connection: sum(watermarks(connection).values()))


def uncounted(stack: Stack) -> int:
    """Events that a service has staged and monitoring has not applied."""
    return sum(accepted(stack, service) for service in PUBLISHERS) - counted(stack)


def on_the_bus(stack: Stack) -> int:
    """Events that the broker has acknowledged and monitoring has not applied."""
    sent = sum(accepted(stack, service) - unsent(stack, service) for service in PUBLISHERS)
    return max(0, sent - counted(stack))


def wait_counted(stack: Stack, seconds: float = 90) -> None:
    """Wait until every accepted event is counted."""
    total = sum(accepted(stack, service) for service in PUBLISHERS)
    wait_for(
        lambda: counted(stack) == total,
        seconds,
        lambda: (
            f"{counted(stack)} of {total} counted; unsent: "
            + ", ".join(f"{service} {unsent(stack, service)}" for service in PUBLISHERS)
        ),
    )


def wait_for(
    true: Callable[[], bool], seconds: float, message: Callable[[], str] = lambda: ""
) -> None:
    """Wait until something is true; fail with this message."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, message()
        time.sleep(0.05)


def steps_of(pilot_run: PilotRun, service: str) -> Iterator[Step]:
    """Everything that goes into one service, in small pieces and in order; each is safe to repeat."""
    pilot = pilot_run.pilot
    everything = replace(
        pilot,
        uploads=(*pilot.uploads, *pilot.late_uploads),
        requests=(*pilot.requests, *pilot.late),
        late=(),
        late_uploads=(),
        mistakes=(),
    )
    (lane,) = (lane for lane in lanes_of(everything) if lane.service == service)
    for item in lane.uploads:
        for part in sliced(item, SLICE):
            yield partial(_send, pilot_run.stack, part)
    for request in lane.requests:
        yield partial(_post, pilot_run.stack, service, request.path, request.body)


def sliced(item: Upload, size: int) -> Iterator[Upload]:
    """A CSV file as several smaller ones in a folder beside it."""
    with item.path.open(encoding="utf-8", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    for start in range(0, len(rows), size):
        path = item.path.parent / "parts" / f"{item.path.stem}-{start}.csv"
        path.parent.mkdir(exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([head, *rows[start : start + size]])
        yield Upload(item.service, item.kind, path, len(rows[start : start + size]))


def persistently(step: Step) -> None:
    """Take a step as a patient client does: what was not answered is handed in again.

    It may have been accepted all the same; that is harmless, for the same body has the same key.
    """
    deadline = time.monotonic() + AWAY_SECONDS
    while True:
        try:
            return step()
        except (httpx.TransportError, RequestRefused) as error:
            if not _may_pass(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.3)


def _may_pass(error: Exception) -> bool:
    passing = ("DATABASE_AWAY", "cannot be reached", "the answer ended early")
    return isinstance(error, httpx.TransportError) or any(one in str(error) for one in passing)


def _send(stack: Stack, part: Upload) -> None:
    report = upload(stack.url(part.service), stack.tokens[part.service], part.kind, part.path)
    assert (report.rejected, report.accepted + report.duplicates) == (0, part.rows), report.refused


def _post(stack: Stack, service: str, path: str, body: object) -> None:
    with httpx.Client(timeout=60) as client:
        answer = post(client, stack.url(service) + path, stack.tokens[service], body)  # type: ignore[arg-type]
    refused = [one for one in answer.get("results", ()) if one["status"] == "refused"]
    assert refused == []


def republish(stack: Stack, service: str) -> None:
    """The operator's command after the broker has lost its log."""
    command = [*python(service), "republish"]
    subprocess.run(command, env=stack.environment(service), check=True, capture_output=True)


def python(service: str) -> Sequence[str]:
    """How a service's commands begin."""
    return (sys.executable, "-m", f"services.{service}")


@contextmanager
def ending(stack: Stack, others: Sequence[subprocess.Popen[bytes]] = ()) -> Iterator[None]:
    """Leave no process behind."""
    try:
        yield
    finally:
        for process in others:
            process.kill()
        stack.stop()


def log_of(stack: Stack, service: str) -> str:
    """What a service has said."""
    return (Path(stack.directory) / "logs" / f"{service}.log").read_text("utf-8")
