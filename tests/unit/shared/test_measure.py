"""What is measured in the tables, and what is not lost when measuring fails."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from shared.database.engine import transaction
from shared.events.topics import COOPERATIVE, TRAINING
from shared.inbox.fingerprints import fingerprint
from shared.inbox.judging import Seen
from shared.inbox.metrics import count
from shared.inbox.quarantine import reject
from shared.inbox.quarantine_selection import Selection
from shared.inbox.receive import Receipt
from shared.outbox.progress import acknowledged
from shared.outbox.table import outbox_counter, outbox_unsent
from shared.service import table_metrics as measure
from shared.service.table_metrics import Measure
from tests.kit.records import NOW
from tests.unit.shared.conftest import Reader

COOP, TRAIN = COOPERATIVE.owner, TRAINING.owner


def gauge(name: str, **labels: str) -> float | None:
    """A gauge's value."""
    return REGISTRY.get_sample_value(name, labels)


def receive(engine: Engine, *numbers: int, minutes: int = 0) -> None:
    """Remember these events of the cooperative service."""
    moment = NOW + timedelta(minutes=minutes)
    with transaction(engine) as connection:
        seen = Seen(connection, [(COOP, 0)])
        arrivals = [(number, fingerprint(b"%d" % number)) for number in numbers]
        seen.load({(COOP, 0): arrivals})
        seen.judge((COOP, 0), arrivals)
        seen.save(moment, {COOP: moment - timedelta(hours=1)})


def test_a_source_that_never_sent_anything_stands_at_zero(reader: Reader) -> None:
    """Its series exist, so that an alert can speak of it."""
    Measure(reader.engine, consumes=[TRAINING], now=lambda: NOW).once()
    for name in (
        "lintas_watermark_complete_events",
        "lintas_watermark_moved_timestamp_seconds",
        "lintas_inbox_highest_events",
        "lintas_source_recorded_timestamp_seconds",
        "lintas_sequence_gap_events",
    ):
        assert gauge(name, source=TRAIN) == 0


def test_a_gap_holds_the_watermark_and_its_moment_while_the_source_goes_on(reader: Reader) -> None:
    """Received, complete and silent are three different things."""
    receive(reader.engine, 1, 2)
    receive(reader.engine, 4, minutes=30)
    Measure(reader.engine, consumes=[COOPERATIVE], now=lambda: NOW).once()
    assert gauge("lintas_watermark_complete_events", source=COOP) == 2
    assert gauge("lintas_inbox_highest_events", source=COOP) == 4
    assert gauge("lintas_sequence_gap_events", source=COOP) == 1
    moved = gauge("lintas_watermark_moved_timestamp_seconds", source=COOP)
    recorded = gauge("lintas_source_recorded_timestamp_seconds", source=COOP)
    assert (moved, recorded) == (NOW.timestamp(), NOW.timestamp() - 1800)


def test_a_late_event_moves_the_watermark_and_not_the_source(reader: Reader) -> None:
    """The youngest event received stays the youngest."""
    receive(reader.engine, 2, minutes=60)
    receive(reader.engine, 1, minutes=5)
    Measure(reader.engine, consumes=[COOPERATIVE], now=lambda: NOW).once()
    assert gauge("lintas_watermark_complete_events", source=COOP) == 2
    assert gauge("lintas_source_recorded_timestamp_seconds", source=COOP) == NOW.timestamp()


def test_acknowledged_is_the_last_sequence_below_everything_unsent(reader: Reader) -> None:
    """Also when later events were acknowledged already."""
    with transaction(reader.engine) as connection:
        assert acknowledged(connection) == 0
        connection.execute(outbox_counter.insert().values(name="sequence", last=5))
        connection.execute(outbox_unsent.insert(), [{"first": n, "last": n} for n in (5, 3)])
        assert acknowledged(connection) == 2
        connection.execute(outbox_unsent.delete())
        assert acknowledged(connection) == 5


def test_a_broken_invariant_is_counted_and_said(
    reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    """And one that holds shows a zero."""
    Measure(reader.engine, invariants={"one": lambda _: 3, "two": lambda _: 0}).check()
    assert gauge("lintas_invariant_broken_cases", invariant="one") == 3
    assert gauge("lintas_invariant_broken_cases", invariant="two") == 0
    assert "invariant one is broken in 3 cases" in caplog.text


def test_measuring_goes_on_after_a_failure_that_is_said_once(
    reader: Reader, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Meanwhile the moment of the last measure stays old: that is what the alert looks at."""
    stopping, looks = threading.Event(), []
    monkeypatch.setattr(measure, "MEASURE_SECONDS", 0)

    def fail(then: Callable[[], None]) -> None:
        looks.append(gauge("lintas_measured_timestamp_seconds"))
        if len(looks) < 4:
            raise ConnectionError("away")
        then()
        stopping.set()

    one = Measure(reader.engine, now=lambda: NOW + timedelta(days=1))
    once = one.once
    monkeypatch.setattr(one, "once", lambda: fail(once))
    one.run(stopping)
    assert caplog.text.count("cannot be measured (ConnectionError)") == 1
    assert len(set(looks)) == 1
    assert gauge("lintas_measured_timestamp_seconds") == (NOW + timedelta(days=1)).timestamp()


def test_what_waits_is_counted_by_owner_and_reason_and_goes_back_to_zero(reader: Reader) -> None:
    """A series that vanished would leave its alert undecided."""
    reader.take(reader.source.signed([(b"not json", b"k"), (b"nor this", b"k")]))
    measure = Measure(reader.engine, consumes=[COOPERATIVE], now=lambda: NOW)
    name, labels = "lintas_quarantine_waiting_records", {"source": COOP, "reason": "DECODE"}
    measure.once()
    assert gauge(name, **labels) == 2
    with transaction(reader.engine) as connection:
        reject(connection, Selection(ids=[1]), by="Rina", reason="test data", now=NOW)
    measure.once()
    assert gauge(name, **labels) == 1
    with transaction(reader.engine) as connection:
        reject(connection, Selection(ids=[2]), by="Rina", reason="test data", now=NOW)
    measure.once()
    assert gauge(name, **labels) == 0


def test_a_services_own_gauges_are_set_with_the_others(reader: Reader) -> None:
    """From the same state of the tables, and after a failure the next time again."""
    moments = []
    one = Measure(reader.engine, gauges=lambda _, moment: moments.append(moment), now=lambda: NOW)
    one.once()
    one.once()
    assert moments == [NOW, NOW]


def test_the_delay_of_the_newest_event_of_each_topic_is_one_observation(reader: Reader) -> None:
    """Whatever the size of the batch; a publisher's clock that is ahead gives 0."""
    name, labels = "lintas_consumer_delay_seconds", {"topic": COOPERATIVE.name}
    before = [gauge(f"{name}_{one}", **labels) or 0.0 for one in ("count", "sum")]
    topics = {COOPERATIVE.name: COOPERATIVE}
    for seconds in (40, -3):
        recorded = {COOPERATIVE.name: NOW - timedelta(seconds=seconds)}
        count(Receipt(applied=500, latest_recorded=recorded), topics, NOW)
    after = [gauge(f"{name}_{one}", **labels) or 0.0 for one in ("count", "sum")]
    assert [b - a for a, b in zip(before, after, strict=True)] == [2, 40]
