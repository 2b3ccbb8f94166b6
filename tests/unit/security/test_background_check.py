"""A check that may block is done elsewhere: who asks gets the last result and never waits."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from shared.observability.background_check import BackgroundCheck, NotChecked
from shared.observability.health import Health
from shared.service.health_checks import service_health
from tests.kit.serving import until

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def test_the_last_result_counts_until_the_next() -> None:
    """Good, bad, good again."""
    results: list[Exception | None] = [None, ConnectionError("10.0.0.1"), None]

    def look() -> None:
        if error := results.pop(0):
            raise error

    check = BackgroundCheck(look, lambda: NOW)
    check.once()
    check()
    check.once()
    with pytest.raises(ConnectionError):
        check()
    check.once()
    check()


def test_nothing_is_ready_before_it_was_looked_at() -> None:
    """A service that has just begun, or whose checks nobody does."""
    with pytest.raises(NotChecked, match="the first check has not ended"):
        BackgroundCheck(lambda: None)()


def test_a_check_that_hangs_is_known_by_its_age_and_waited_for_by_nobody() -> None:
    """The last result counts for five seconds more; then it is: has not ended for so long."""
    now, hangs, go = [NOW], threading.Event(), threading.Event()
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 2:
            hangs.set()
            go.wait(20)

    check = BackgroundCheck(look, lambda: now[0])
    check.once()
    thread = threading.Thread(target=check.once)
    thread.start()
    assert hangs.wait(10)
    now[0] += timedelta(seconds=5)
    check()
    now[0] += timedelta(seconds=2)
    with pytest.raises(NotChecked, match="the check has not ended for 7 s"):
        check()
    go.set()
    thread.join()
    check()


def test_a_check_that_hangs_hides_no_other() -> None:
    """Each has its own thread; readiness names the one that hangs."""
    health, stopping, go = Health(), threading.Event(), threading.Event()
    health.add_background_check("database", lambda: go.wait(20))
    health.add_background_check("kafka", lambda: None)
    health.watch(stopping)
    hanging = {"database": "NotChecked: the first check has not ended"}
    until(lambda: health.ready(NOW) == hanging)
    stopping.set()
    go.set()


def test_database_and_broker_of_every_service_are_checked_in_the_background() -> None:
    """Asking for readiness opens nothing."""

    def never() -> None:
        raise AssertionError

    class Engine:
        connect = begin = never

    assert service_health(Engine(), "127.0.0.1:1").ready(NOW) == {  # type: ignore[arg-type]
        "database": "NotChecked: the first check has not ended",
        "kafka": "NotChecked: the first check has not ended",
    }
