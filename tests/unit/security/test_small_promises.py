"""Clock, ids, metrics and health: each keeps its one promise."""

import re
import socket
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.database.engine import open_engine
from shared.ids import new_traceparent, new_uuid7, uuid7
from shared.inbox.health import EventsGone
from shared.observability import metrics
from shared.observability.health import Health, Progress
from shared.service.health_checks import database_check, kafka_check

NOW = datetime(2026, 7, 1, 3, 4, 5, 678_901, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)))
def test_noon_has_the_same_date_in_every_zone_of_the_country(day: date) -> None:
    """Jakarta, Makassar, Jayapura and UTC."""
    for zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "UTC"):
        assert clock.noon(day).astimezone(ZoneInfo(zone)).date() == day


def test_now_has_a_zone() -> None:
    """UTC."""
    assert clock.now().utcoffset() == timedelta()


def test_the_example_of_the_standard_gives_its_id() -> None:
    """RFC 9562, appendix A.6."""
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    entropy = (0xCC3 << 62 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert str(uuid7(moment, entropy)) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(st.binary(min_size=10, max_size=10))
def test_ids_have_version_and_variant_and_sort_by_time(entropy: bytes) -> None:
    """Whatever the random bytes are."""
    early, late = uuid7(NOW, b"\xff" * 10), uuid7(NOW + timedelta(milliseconds=1), entropy)
    assert early < late
    assert (late.version, late.variant) == (7, "specified in RFC 4122")


def test_ids_are_not_made_twice_and_need_enough_entropy() -> None:
    """A thousand in one millisecond differ; nine random bytes are refused."""
    assert len({new_uuid7(NOW) for _ in range(1000)}) == 1000
    with pytest.raises(ValueError, match="10"):
        uuid7(NOW, b"123456789")


def test_a_traceparent_has_the_form_of_the_standard() -> None:
    """W3C trace context, version 00."""
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", new_traceparent())


def test_statuses_become_labels_by_class_only() -> None:
    """Few series."""
    assert [metrics.status_class(code) for code in (200, 204, 404, 503)] == [
        "2xx",
        "2xx",
        "4xx",
        "5xx",
    ]


def test_a_service_lives_while_its_work_moves() -> None:
    """Longer than the limit without a move is reported, by name."""
    health, progress = Health(), Progress(limit=60 * SECOND)
    health.add_progress("relay", progress)
    progress.moved(NOW)
    assert health.live(NOW + 60 * SECOND) == {}
    assert health.live(NOW + 61 * SECOND) == {"relay": "no progress for 61 s"}
    progress.moved(NOW + 62 * SECOND)
    assert health.live(NOW + 63 * SECOND) == {}


def test_work_that_never_began_is_noticed_too() -> None:
    """Time counts from the first question."""
    health = Health()
    health.add_progress("consumer", Progress(limit=60 * SECOND))
    assert health.live(NOW) == {}
    assert health.live(NOW + 61 * SECOND) == {"consumer": "no progress for 61 s"}


def test_a_clock_that_goes_back_is_no_progress_problem() -> None:
    """Never a negative time, and from then on it counts: it does not wait for the jump to pass."""
    progress = Progress()
    progress.moved(NOW)
    assert progress.stalled_for(NOW - 10 * SECOND) == timedelta()
    assert progress.stalled_for(NOW - 3 * SECOND) == 7 * SECOND


def test_readiness_names_what_is_missing_and_not_where_it_is(tmp_path: Path) -> None:
    """A database that cannot be opened, a port where nobody listens."""
    health = Health()
    health.add_check("database", database_check(open_engine(f"sqlite:///{tmp_path}/no/such.db")))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    health.add_check("kafka", kafka_check(f"127.0.0.1:{port}"))
    missing = health.ready(NOW)
    assert missing["kafka"] == "ConnectionRefusedError"
    assert missing["database"].startswith("Missing: DATABASE_NO_FOLDER: ")
    assert str(tmp_path) not in missing["database"]


def test_readiness_says_in_words_what_a_part_of_ours_waits_for() -> None:
    """Only where the part has promised that its words hold no address and no value."""
    health = Health()

    def check() -> None:
        raise EventsGone("lintas.training.v1[3]")

    health.add_check("events", check)
    assert health.ready(NOW) == {"events": "EventsGone: lintas.training.v1[3]"}


def test_readiness_needs_one_broker_of_several(tmp_path: Path) -> None:
    """And a database that answers; a stopping service is never ready again."""
    health = Health()
    health.add_check("database", database_check(open_engine(f"sqlite:///{tmp_path}/a.db")))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        health.add_check("kafka", kafka_check(f"127.0.0.1:1,127.0.0.1:{port}"))
        assert health.ready(NOW) == {}
        health.stop()
        assert health.ready(NOW) == {"service": "stopping"}
