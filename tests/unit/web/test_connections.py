"""Connections that let the server wait are cut; a client that speaks at once is always served."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from shared.http import connections, endpoints
from shared.http.connections import MOST_CONNECTIONS, room
from shared.http.endpoints import body_patience
from shared.http.operations import operations_api
from shared.observability.health import Health
from shared.observability.metrics import HTTP_CUT
from tests.kit.sample_api import open_database, sample_api, sample_tokens
from tests.kit.serving import Serving, ended, serving

HALF = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
GET = HALF + b"\r\n"
SLOW_BODY = b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"


def cuts(reason: str) -> float:
    """How often a connection was cut for this reason."""
    return HTTP_CUT.labels(reason)._value.get()  # type: ignore[no-any-return]


@pytest.fixture
def api() -> FastAPI:
    """Health and metrics."""
    return operations_api("sample", Health())


@pytest.fixture
def hasty(api: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serving]:
    """A server that waits a fifth of a second."""
    monkeypatch.setattr(connections, "SWEEP_SECONDS", 0.02)
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.2)
    with serving(api) as one:
        yield one


@given(st.integers(min_value=48, max_value=10**9))
def test_connections_and_two_bursts_leave_descriptors_for_other_work(files: int) -> None:
    """Whatever the process may open: a third at least is left."""
    most, burst = room(files)
    assert 4 <= most <= MOST_CONNECTIONS
    assert most + 2 * burst <= files * 2 / 3


def test_without_a_limit_of_descriptors_connections_are_bounded_all_the_same() -> None:
    """The system says -1 for: none."""
    assert room(-1) == (1000, 128)


@pytest.mark.parametrize("sends", [b"", b"G", HALF, GET, SLOW_BODY])
def test_who_sends_no_further_head_in_time_is_cut(hasty: Serving, sends: bytes) -> None:
    """Silent, half a head, resting after an answer, a body that nobody reads."""
    before = cuts("head")
    with hasty.dial(sends) as one:
        assert ended(one)
    assert cuts("head") == before + 1


def test_bytes_that_trickle_in_do_not_buy_time(hasty: Serving) -> None:
    """The time counts from the first byte of a head to its last."""
    before = cuts("head")
    with hasty.dial(HALF) as one, suppress(ConnectionError):
        while cuts("head") == before:
            one.sendall(b"x-a: b\r\n")
            time.sleep(0.02)


def test_honest_clients_are_served_while_many_connections_are_held_half_open(api: FastAPI) -> None:
    """The newcomer takes the place of the one that has waited longest; nothing is refused."""
    before = cuts("room")
    with serving(api, most=10) as one:
        held = [one.dial(HALF) for _ in range(150)]
        assert [one.get("/health/live").status_code for _ in range(20)] == [200] * 20
        assert len(one.server.server_state.connections) <= 10
        assert all(ended(each) for each in held[:140])
    assert cuts("room") >= before + 140
    for each in held:
        each.close()


def test_a_request_under_way_is_never_cut_for_a_newcomer(api: FastAPI) -> None:
    """Only who waits for the client is cut: four answers come although hundreds knock."""
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow() -> str:
        begun.release()
        go.wait(20)
        return "done"

    api.add_api_route("/slow", slow)
    with serving(api, most=5) as one, ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(one.get, "/slow") for _ in range(4)]
        for _ in answers:
            assert begun.acquire(timeout=10)
        held = [one.dial(HALF) for _ in range(100)]
        assert one.get("/health/live").status_code == 200
        go.set()
        assert [answer.result().status_code for answer in answers] == [200] * 4
    for each in held:
        each.close()


def test_a_body_may_be_slow_and_must_come() -> None:
    """Ten seconds of silence at most, and a least pace over all; a burst buys no long silence."""
    assert body_patience(0, 0) == 10
    assert body_patience(1, 9) == pytest.approx(1, abs=0.001)
    assert body_patience(1000, 11) == 0
    assert body_patience(2 * 1024 * 1024, 520) == 2
    assert body_patience(1024 * 1024 * 1024, 60) == 10
    assert body_patience(4096 * 3600, 3609) == 1
    assert body_patience(4096 * 3600, 3611) == 0


def test_a_body_that_trickles_is_refused(
    tmp_path: Path, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte comes soon after the last; the whole does not come in time."""
    monkeypatch.setattr(endpoints, "BODY_TIMEOUT_SECONDS", 0.5)
    engine = open_database(fresh_database)
    tokens, writer, _ = sample_tokens(tmp_path)
    head = f"POST /v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {writer}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
    with serving(sample_api(engine, tokens, Health())) as one, one.dial(head.encode()) as sender:
        sender.settimeout(0.05)
        answer = b""
        while not answer:
            sender.sendall(b" ")
            with suppress(TimeoutError):
                answer = sender.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    engine.dispose()
