"""The inbox applies every event once and moves its positions with the work."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import DBAPIError, OperationalError

from shared.database.engine import snapshot, transaction
from shared.events.envelope import Event
from shared.events.topics import COOPERATIVE
from shared.inbox.arrivals import inbox_arrival
from shared.inbox.offsets import Position, PositionGap, load
from shared.inbox.partitions import inbox_partition
from shared.inbox.quarantine import count_by_code, quarantine
from shared.inbox.seen import gaps, inbox_source, reached
from tests.kit.records import NOW, failing_at, moved, person, write_down
from tests.unit.shared.conftest import Reader

PARTITION = (COOPERATIVE.name, 0)


def position(reader: Reader) -> Position | None:
    with snapshot(reader.engine) as connection:
        return load(connection, [PARTITION]).get(PARTITION)


def waiting(reader: Reader) -> dict[str, int]:
    with snapshot(reader.engine) as connection:
        return count_by_code(connection)


def test_a_batch_is_applied_and_the_position_moves_behind_it(reader: Reader) -> None:
    """The plain case."""
    receipt = reader.take(reader.source.records(range(1, 6)))
    assert (receipt.applied, receipt.duplicates, receipt.behind) == (5, 0, 0)
    assert reader.applied == [1, 2, 3, 4, 5]
    assert position(reader) == Position("id-c", 5)


def test_an_empty_batch_changes_nothing(reader: Reader) -> None:
    """No record, no row."""
    assert reader.take([]).applied == 0
    assert position(reader) is None


def test_an_event_resent_at_a_later_offset_is_applied_once(reader: Reader) -> None:
    """A relay that crashed before it noted the answer sends again."""
    records = reader.source.records([1, 2])
    reader.take(records)
    again = reader.take([moved(record, record.offset + 2) for record in records])
    assert (again.applied, again.duplicates) == (0, 2)
    assert reader.applied == [1, 2]
    assert position(reader) == Position("id-c", 4)


def test_an_event_twice_in_one_batch_is_applied_once(reader: Reader) -> None:
    """Duplicates are found before they are written, too."""
    receipt = reader.take(reader.source.records([7, 7, 7]))
    assert (receipt.applied, receipt.duplicates) == (1, 2)


def test_the_same_event_in_another_partition_is_applied_once(reader: Reader) -> None:
    """More partitions move keys; a republished event may come by another road."""
    reader.take(reader.source.records([1]))
    again = reader.take(reader.source.records([1], partition=3))
    assert (again.applied, again.duplicates) == (0, 1)


def test_records_behind_the_position_are_dropped(reader: Reader) -> None:
    """A zombie that still holds an old batch changes nothing."""
    records = reader.source.records(range(1, 6))
    reader.take(records)
    late = reader.take(records[:3])
    assert (late.applied, late.duplicates, late.behind) == (0, 0, 3)
    assert position(reader) == Position("id-c", 5)


def test_a_batch_that_overlaps_the_position_is_applied_from_there(reader: Reader) -> None:
    """Old owner and new owner hold overlapping batches after a rebalance."""
    records = reader.source.records(range(1, 9))
    reader.take(records[:5])
    receipt = reader.take(records[3:])
    assert (receipt.applied, receipt.behind) == (3, 2)
    assert reader.applied == list(range(1, 9))


def test_a_jump_over_offsets_is_refused_and_leaves_nothing(reader: Reader) -> None:
    """The log was trimmed under the reader, or a batch was lost on the way."""
    records = reader.source.records(range(1, 9))
    reader.take(records[:2])
    with pytest.raises(PositionGap) as caught:
        reader.take(records[5:])
    assert (caught.value.partition, caught.value.expected) == (PARTITION, 2)
    assert reader.applied == [1, 2]
    assert position(reader) == Position("id-c", 2)


def test_a_jump_inside_a_batch_is_refused(reader: Reader) -> None:
    """A hole in the middle is a hole."""
    records = reader.source.records(range(1, 6))
    with pytest.raises(PositionGap):
        reader.take([records[0], records[3]])


def test_a_jump_to_where_the_reader_was_put_is_no_gap(reader: Reader) -> None:
    """A log that begins at 100 is read from 100 when that was decided."""
    records = reader.source.records([1, 2], first_offset=100)
    assert reader.take(records, starts={PARTITION: {100}}).applied == 2
    assert position(reader) == Position("id-c", 102)


def test_a_first_read_in_the_middle_of_a_log_is_a_gap(reader: Reader) -> None:
    """Without a position and without a decision the log is read from 0."""
    with pytest.raises(PositionGap):
        reader.take(reader.source.records([1], first_offset=10))


def test_a_topic_made_again_is_read_from_its_beginning(reader: Reader) -> None:
    """Same name, other identity: offset 0 is not behind the old position."""
    reader.take(reader.source.records(range(1, 6)))
    reader.topic_ids = {COOPERATIVE.name: "id-second"}
    receipt = reader.take(reader.source.records([4, 5, 6]))
    assert (receipt.applied, receipt.duplicates, receipt.behind) == (1, 2, 0)
    assert position(reader) == Position("id-second", 3)


def test_a_reader_that_still_means_the_old_topic_is_stopped_by_the_gap(reader: Reader) -> None:
    """A zombie with the old identity cannot silently move the new topic's position."""
    reader.topic_ids = {COOPERATIVE.name: "id-second"}
    reader.take(reader.source.records([1, 2]))
    reader.topic_ids = {COOPERATIVE.name: "id-c"}
    with pytest.raises(PositionGap):
        reader.take(reader.source.records([9], first_offset=40))
    assert position(reader) == Position("id-second", 2)


def test_a_gap_in_the_numbers_holds_the_watermark_and_is_named(reader: Reader) -> None:
    """Complete up to 2: 3 is missing, though 4 and 5 are here."""
    reader.take(reader.source.records([1, 2, 4, 5, 9]))
    assert reader.watermark == 2
    with snapshot(reader.engine) as connection:
        assert gaps(connection, COOPERATIVE.owner) == [(3, 3), (6, 8)]


def test_the_watermark_goes_on_when_the_gap_is_filled(reader: Reader) -> None:
    """Late events count as if they had come in time."""
    reader.take(reader.source.records([1, 2, 4, 5]))
    reader.take(reader.source.records([3], first_offset=4))
    assert reader.watermark == 5
    with snapshot(reader.engine) as connection:
        assert gaps(connection, COOPERATIVE.owner) == []


def test_the_watermark_crosses_the_edge_of_a_bitmap(reader: Reader) -> None:
    """Sequences 65,535 and 65,536 live in two rows."""
    reader.take(reader.source.records(range(1, 3)))
    with snapshot(reader.engine) as connection:
        assert gaps(connection, "urn:lintas:nobody") == []
    edge = [65_534, 65_535, 65_536, 65_537]
    reader.take(reader.source.records(edge, first_offset=2))
    assert reader.watermark == 2
    with snapshot(reader.engine) as connection:
        assert gaps(connection, COOPERATIVE.owner) == [(3, 65_533)]
        rows = connection.execute(select(func.count()).select_from(inbox_arrival)).scalar()
    assert rows == 2


def test_an_apply_that_fails_for_good_costs_only_the_event_at_fault(reader: Reader) -> None:
    """One poison event among forty: thirty-nine applied, one quarantined, the position moves on."""
    apply = failing_at(lambda event: event.sequence == 23, lambda: ValueError("no"))
    receipt = reader.take(reader.source.records(range(1, 41)), apply=apply)
    assert receipt.applied == 39
    assert receipt.quarantined == {"APPLY_FAILED": 1}
    assert 23 not in reader.applied
    assert len(reader.applied) == 39
    assert position(reader) == Position("id-c", 40)


def test_a_quarantined_event_of_proven_origin_does_not_hold_the_watermark(reader: Reader) -> None:
    """Up to the watermark each event is applied or in quarantine, where it is listed."""
    apply = failing_at(lambda event: event.sequence == 2, lambda: KeyError("x"))
    reader.take(reader.source.records([1, 2, 3]), apply=apply)
    assert reader.watermark == 3


def test_several_poison_events_are_all_isolated(reader: Reader) -> None:
    """Halving finds each of them."""
    apply = failing_at(lambda event: event.sequence % 7 == 0, ArithmeticError)
    receipt = reader.take(reader.source.records(range(1, 31)), apply=apply)
    assert receipt.quarantined == {"APPLY_FAILED": 4}
    assert reader.applied == [n for n in range(1, 31) if n % 7]


def test_a_constraint_broken_by_one_event_is_that_event_s_fault(reader: Reader) -> None:
    """A duplicate key inside `apply` is a database error that no retry mends."""

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        write_down(connection, events, now)
        if any(event.sequence == 2 for event in events):
            write_down(connection, events, now)

    receipt = reader.take(reader.source.records([1, 2, 3]), apply=apply)
    assert receipt.quarantined == {"APPLY_FAILED": 1}
    assert reader.applied == [1, 3]


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("select", {}, Exception("database is locked")),
        ConnectionResetError(),
        MemoryError(),
    ],
)
def test_a_failure_that_may_pass_leaves_nothing_and_quarantines_nothing(
    reader: Reader, error: Exception
) -> None:
    """The batch comes again later, whole."""
    apply = failing_at(lambda event: event.sequence == 2, lambda: error)
    records = reader.source.records([1, 2, 3])
    with pytest.raises(type(error)):
        reader.take(records, apply=apply)
    assert (reader.applied, reader.watermark, position(reader)) == ([], 0, None)
    assert waiting(reader) == {}
    assert reader.take(records).applied == 3


def test_a_wrapped_database_failure_may_pass_too(reader: Reader) -> None:
    """A service may raise its own error from the database's."""

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        try:
            connection.exec_driver_sql("select * from nowhere")
        except DBAPIError as error:
            raise RuntimeError("could not") from error

    with pytest.raises(RuntimeError):
        reader.take(reader.source.records([1]), apply=apply)
    assert waiting(reader) == {}


def test_a_missing_table_stops_the_consumer_and_not_the_events(reader: Reader) -> None:
    """A forgotten migration must not send everything to quarantine."""

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        connection.exec_driver_sql("insert into nowhere values (1)")

    with pytest.raises(DBAPIError):
        reader.take(reader.source.records([1]), apply=apply)
    assert waiting(reader) == {}


def test_a_crash_before_the_commit_leaves_nothing(reader: Reader) -> None:
    """Positions, seen-set, quarantine and the service's own rows live and die together."""
    bad = moved(reader.source.signed([(b"not json", b"k")])[0], 1)

    class Crash(BaseException):
        """The process is killed."""

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        write_down(connection, events, now)
        raise Crash

    with pytest.raises(Crash):
        reader.take([*reader.source.records([1]), bad], apply=apply)
    assert (reader.applied, reader.watermark, position(reader)) == ([], 0, None)
    assert waiting(reader) == {}


def test_good_records_around_a_bad_one_are_applied(reader: Reader) -> None:
    """One bad record does not poison its batch."""
    good = reader.source.records([1, 2, 3])
    bad = moved(reader.source.signed([(b"not json", b"k")])[0], 1)
    receipt = reader.take([good[0], bad, moved(good[1], 2), moved(good[2], 3)])
    assert (receipt.applied, receipt.quarantined) == (3, {"DECODE": 1})
    assert reader.watermark == 3


def test_two_partitions_in_one_batch_each_keep_their_own_position(reader: Reader) -> None:
    """A batch mixes partitions."""
    batch = reader.source.records([1, 3]) + reader.source.records([2, 4, 5], partition=1)
    assert reader.take(batch).applied == 5
    with snapshot(reader.engine) as connection:
        found = load(connection, [PARTITION, (COOPERATIVE.name, 1)])
    assert {key[1]: at.next_offset for key, at in found.items()} == {0: 2, 1: 3}


def test_a_receipt_says_how_young_the_newest_event_is(reader: Reader) -> None:
    """For the lag in seconds."""
    receipt = reader.take(reader.source.records([1, 2]))
    assert list(receipt.latest_recorded) == [COOPERATIVE.name]
    assert receipt.applied_by_source == {COOPERATIVE.owner: 2}


CLOCKS = ("2026-07-01T03:04:00.000000Z", "2099-01-01T08:00:00.000000Z")


def test_no_clock_ahead_of_ours_moves_the_marks_of_freshness(reader: Reader) -> None:
    """Minutes ahead count as now; an event of 2099 is kept apart and moves nothing."""
    for number, clock in enumerate(CLOCKS, start=1):
        value = json.loads(reader.source.value(number)) | {"recordedtime": clock}
        raw = json.dumps(value, separators=(",", ":")).encode()
        receipt = reader.take(reader.source.signed([(raw, person(number).encode())], number - 1))
        assert all(moment <= NOW for moment in receipt.latest_recorded.values())
    assert waiting(reader) == {"TIME_FUTURE": 1}
    with snapshot(reader.engine) as connection:
        assert reached(connection)[COOPERATIVE.owner].latest_recorded == NOW


def test_a_mark_that_once_ran_ahead_comes_back(reader: Reader) -> None:
    """What an earlier version took from a wrong clock ends with the next event."""
    reader.take(reader.source.records([1]))
    ahead = update(inbox_source).values(latest_recorded=NOW + timedelta(days=26_000))
    with transaction(reader.engine) as connection:
        connection.execute(ahead)
        connection.execute(inbox_partition.delete())  # that version had none
    reader.take(reader.source.records([2], first_offset=1))
    with snapshot(reader.engine) as connection:
        assert reached(connection)[COOPERATIVE.owner].latest_recorded == NOW


def test_the_raw_bytes_are_encrypted_at_rest(reader: Reader, tmp_path: Path) -> None:
    """Whatever a forger put into a record cannot be read from the database's file."""
    value = b'{"nik": "3509300101900001", "note": "a secret worth finding"}'
    reader.take(reader.source.signed([(value, b"3509300101900001")]))
    with snapshot(reader.engine) as connection:
        assert connection.execute(select(func.count()).select_from(quarantine)).scalar() == 1
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"3509300101900001" not in everything
    assert b"secret worth finding" not in everything
