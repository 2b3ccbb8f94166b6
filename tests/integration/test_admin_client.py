"""Asking a broker that does not answer, again and again, costs nothing that stays."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.kafka import admin as kafka_admin
from shared.kafka.admin import BrokerAway
from shared.kafka.topics import topic_ids


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that takes connections and never answers, as a broker that is starting."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield int(listener.getsockname()[1])


def held() -> tuple[int, int]:
    """Threads, and open files and sockets, of this process."""
    return threading.active_count(), len(list(Path("/proc/self/fd").iterdir()))


def test_a_broker_that_does_not_answer_costs_no_thread_and_no_socket(
    deaf_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consumer asks every five seconds for as long as the outage lasts."""
    monkeypatch.setattr(kafka_admin, "ADMIN_TIMEOUT_MS", 300)
    before: tuple[int, int] | None = None
    for _ in range(4):
        with pytest.raises(BrokerAway, match="no answer from the broker"):
            topic_ids(f"127.0.0.1:{deaf_port}", ["any"])
        before = before or held()
    assert held() == before
