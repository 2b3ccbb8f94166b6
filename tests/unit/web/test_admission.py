"""Only so many requests work and wait; the others get 503 with Retry-After. Health never waits."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from anyio import CapacityLimiter
from fastapi import FastAPI
from sqlalchemy import Engine

from shared.database import engine as db
from shared.database.engine import REQUESTS_AT_ONCE, transaction
from shared.http import admission
from shared.observability.health import Health
from shared.observability.metrics import HTTP_BUSY
from tests.kit.sample_api import open_database, sample_api, sample_tokens
from tests.kit.serving import Serving, serving, until

WAITING = 10


@dataclass
class Office:
    """The sample behind the server, its database, and a gate that a slow endpoint waits for."""

    serving: Serving
    engine: Engine
    writer: str
    go: threading.Event
    inside: threading.Semaphore

    def post(self, number: int) -> httpx.Response:
        """Write a note."""
        headers = {"Authorization": f"Bearer {self.writer}", "Idempotency-Key": f"key-{number}"}
        body = {"items": [{"number": f"N/{number}", "count": 1}]}
        return httpx.post(f"{self.serving.url}/v1/notes", json=body, headers=headers, timeout=60)

    def waiting(self) -> int:
        """How many wait for their turn."""
        return self.turns().statistics().tasks_waiting

    def turns(self) -> CapacityLimiter:
        """The limiter of the running application."""
        app: Any = self.serving.server.config.loaded_app
        while not isinstance(app, admission.Admission):
            app = getattr(app, "middleware_stack", None) or getattr(app, "_app", None) or app.app
        return app._turns


@pytest.fixture
def office(
    tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Office]:
    """The sample, where ten may wait."""
    monkeypatch.setattr(admission, "MOST_WAITING", WAITING)
    engine = open_database(fresh_database)
    tokens, writer, _ = sample_tokens(tmp_path)
    api = sample_api(engine, tokens, Health())
    go, inside = threading.Event(), threading.Semaphore(0)
    add_slow(api, go, inside)
    with serving(api) as one:
        yield Office(one, engine, writer, go, inside)
        go.set()
    engine.dispose()


def add_slow(api: FastAPI, go: threading.Event, inside: threading.Semaphore) -> None:
    """Serve `/slow`, which ends when the gate opens."""

    def slow() -> str:
        inside.release()
        go.wait(60)
        return "done"

    api.add_api_route("/slow", slow)


def statuses(answers: list[Future[httpx.Response]]) -> dict[int, int]:
    """How many answers of each status."""
    found = [answer.result(60).status_code for answer in answers]
    return {status: found.count(status) for status in sorted(set(found))}


def test_who_comes_when_too_many_wait_is_asked_to_come_again(office: Office) -> None:
    """503 BUSY with Retry-After, counted; all others are answered when their turn comes."""
    before, many = HTTP_BUSY._value.get(), REQUESTS_AT_ONCE + WAITING
    with ThreadPoolExecutor(many) as pool:
        answers = [pool.submit(office.serving.get, "/slow") for _ in range(many)]
        until(lambda: office.waiting() == WAITING)
        late = office.post(1)
        assert (late.status_code, late.json()["code"]) == (503, "BUSY")
        assert late.headers["Retry-After"] == "5"
        assert "tidak ada yang diterima / the service is busy" in late.json()["detail"]
        assert office.serving.get("/slow").status_code == 503
        office.go.set()
        assert statuses(answers) == {200: many}
    assert HTTP_BUSY._value.get() == before + 2
    assert office.post(1).status_code == 200


def test_those_who_wait_at_a_locked_database_are_served_and_the_others_refused(
    office: Office,
) -> None:
    """100 posts: 16 stand at the database, 10 wait, 74 are refused."""
    with ThreadPoolExecutor(100) as pool:
        with transaction(office.engine) as connection:
            connection.exec_driver_sql("insert into note values ('N/0', 1)")  # holds the lock
            answers = [pool.submit(office.post, 0) for _ in range(100)]
            until(lambda: office.waiting() == WAITING)
            busy = 100 - REQUESTS_AT_ONCE - WAITING
            until(lambda: sum(answer.done() for answer in answers) == busy)
        assert statuses(answers) == {200: REQUESTS_AT_ONCE + WAITING, 503: busy}


def test_a_slow_client_keeps_no_turn(office: Office) -> None:
    """A body that has not come, from as many clients as may work and wait: others are served."""
    head = f"POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {office.writer}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    held = [office.serving.dial(head.encode()) for _ in range(REQUESTS_AT_ONCE + WAITING)]
    assert office.post(1).status_code == 200
    for each in held:
        each.close()


def test_a_turn_that_does_not_come_in_time_is_given_up(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The client learns it before it gives up itself."""
    monkeypatch.setattr(admission, "WAIT_SECONDS", 0.1)
    with ThreadPoolExecutor(REQUESTS_AT_ONCE) as pool:
        for _ in range(REQUESTS_AT_ONCE):
            pool.submit(office.serving.get, "/slow")
        for _ in range(REQUESTS_AT_ONCE):
            assert office.inside.acquire(timeout=20)
        assert office.post(1).json()["code"] == "BUSY"
        office.go.set()


def test_a_file_that_has_come_is_never_sent_away(office: Office) -> None:
    """Its upload took long; it waits however many wait before it."""
    headers = {"Authorization": f"Bearer {office.writer}", "Content-Type": "text/csv"}
    many, url = REQUESTS_AT_ONCE + WAITING, f"{office.serving.url}/v1/imports/notes"
    with ThreadPoolExecutor(many + 1) as pool:
        slow = [pool.submit(office.serving.get, "/slow") for _ in range(many)]
        until(lambda: office.waiting() == WAITING)
        body = b"nomor,jumlah\nA,1\n"
        file = pool.submit(httpx.post, url, content=body, headers=headers, timeout=60)
        until(lambda: office.waiting() == WAITING + 1)
        office.go.set()
        assert '"accepted": 1' in file.result(60).text
        assert statuses(slow) == {200: many}


def test_the_pool_has_a_connection_for_each_turn_and_for_the_workers(tmp_path: Path) -> None:
    """So no request that has its turn waits for a connection."""
    for url in (f"sqlite:///{tmp_path}/a.db", "postgresql+psycopg://nobody@127.0.0.1:1/none"):
        pool = db.open_engine(url).pool
        assert pool.size() + pool._max_overflow >= REQUESTS_AT_ONCE + 6  # type: ignore[attr-defined]
