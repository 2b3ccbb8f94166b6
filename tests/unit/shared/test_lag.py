"""A lag that does not move is not ready: each partition for itself, and no new start counts."""

from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import TopicPartition

from shared.inbox.health import EventsGone, NotListening, NotMoving, check
from shared.inbox.lag import LagWatch, Waiting, waiting

A, B = TopicPartition("t", 0), TopicPartition("t", 1)
START = datetime(2026, 7, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """So many seconds after the start."""
    return START + timedelta(seconds=seconds)


@pytest.fixture
def watch() -> LagWatch:
    return LagWatch(timedelta(seconds=30))


def test_a_partition_that_stands_is_named_while_its_neighbour_moves(watch: LagWatch) -> None:
    """The sum of all lags moves, and would hide it."""
    for second in range(0, 40, 2):
        watch.look({A: Waiting(5, 9), B: Waiting(second, 100)}, {A, B}, at(second))
    assert watch.stalled(at(30)) == []
    assert watch.stalled(at(38)) == ["t[0] has stood at offset 5 for 38 s with 4 records to come"]


def test_a_growing_lag_does_not_move_the_position(watch: LagWatch) -> None:
    """New records come, none is applied."""
    for second in range(0, 40, 2):
        watch.look({A: Waiting(5, 9 + second)}, {A}, at(second))
    assert len(watch.stalled(at(38))) == 1


def test_one_applied_record_is_a_move(watch: LagWatch) -> None:
    """Slow is not stalled."""
    watch.look({A: Waiting(5, 99)}, {A}, at(0))
    watch.look({A: Waiting(6, 99)}, {A}, at(29))
    assert watch.stalled(at(58)) == []
    assert len(watch.stalled(at(60))) == 1


def test_a_new_start_of_the_client_is_no_move(watch: LagWatch) -> None:
    """At first it has no partition and knows no end; then it stays where it was."""
    watch.look({A: Waiting(5, 9)}, {A}, at(0))
    watch.look({}, set(), at(20))
    watch.look({}, {A}, at(22))
    assert watch.pending() == [A]
    watch.look({A: Waiting(5, 9)}, {A}, at(24))
    assert len(watch.stalled(at(31))) == 1


def test_a_partition_that_went_to_another_replica_is_forgotten(watch: LagWatch) -> None:
    """It is the other's to apply."""
    watch.look({A: Waiting(5, 9), B: Waiting(0, 1)}, {A, B}, at(0))
    watch.look({B: Waiting(0, 1)}, {B}, at(40))
    assert watch.pending() == [B]
    assert [report[:4] for report in watch.stalled(at(41))] == ["t[1]"]


def test_all_applied_is_ready(watch: LagWatch) -> None:
    """However long nothing new comes."""
    watch.look({A: Waiting(5, 9)}, {A}, at(0))
    watch.look({A: Waiting(9, 9)}, {A}, at(29))
    assert watch.pending() == []
    assert watch.stalled(at(1_000)) == []


def test_a_partition_stopped_for_a_named_reason_is_told_once_and_waits_for_no_new_start(
    watch: LagWatch,
) -> None:
    """Only an operator heals it; a process that is started again and again does not."""
    watch.look({A: Waiting(5, 9), B: Waiting(0, 1)}, {A, B}, at(0))
    assert watch.pending({A}) == [B]
    assert [report[:4] for report in watch.stalled(at(60), {A})] == ["t[1]"]


def test_an_open_transaction_is_named_and_waits_for_no_new_start(watch: LagWatch) -> None:
    """What comes after its first record is held back from every reader."""
    watch.look({A: Waiting(5, 9, held=True)}, {A}, at(0))
    assert watch.pending() == []
    (report,) = watch.stalled(at(31))
    assert report.endswith("4 records to come, held by an open transaction")


class ToldByFetches:
    """The client's consumer, as far as lag asks it."""

    def __init__(self, high: int | None, stable: int | None) -> None:
        self._high, self._stable = high, stable

    def assignment(self) -> set[TopicPartition]:
        return {A}

    def highwater(self, _: TopicPartition) -> int | None:
        return self._high

    def last_stable_offset(self, _: TopicPartition) -> int | None:
        return self._stable


@pytest.mark.parametrize(
    ("high", "stable", "ends", "expected"),
    [
        (None, None, {}, {}),
        (None, None, {A: 7}, {A: Waiting(5, 7)}),
        (9, None, {}, {A: Waiting(5, 9)}),
        (9, -1, {}, {A: Waiting(5, 9)}),
        (9, 9, {A: 7}, {A: Waiting(5, 9)}),
        (9, 6, {A: 6}, {A: Waiting(5, 9)}),
        (9, 5, {A: 5}, {A: Waiting(5, 9, held=True)}),
        (5, 5, {A: 5}, {A: Waiting(5, 5)}),
    ],
)
def test_what_waits_in_a_partition(
    high: int | None,
    stable: int | None,
    ends: dict[TopicPartition, int],
    expected: dict[TopicPartition, Waiting],
) -> None:
    """An end that nobody has reported is not known; where the stable end is reached, all is held."""
    assert waiting(ToldByFetches(high, stable), {A: 5, B: 3}, ends) == expected


def test_readiness_names_everything_that_waits() -> None:
    """One cause must not hide another one."""
    check("listening", [], [])
    with pytest.raises(NotListening, match="waiting: x"):
        check("waiting: x", ["t[0]"], ["t[1] y"])
    with pytest.raises(EventsGone, match=r"^t\[0\], t\[2\]; t\[1\] y; t\[3\] z$"):
        check("listening", ["t[0]", "t[2]"], ["t[1] y", "t[3] z"])
    with pytest.raises(NotMoving, match=r"^t\[1\] y; t\[3\] z$"):
        check("listening", [], ["t[1] y", "t[3] z"])
