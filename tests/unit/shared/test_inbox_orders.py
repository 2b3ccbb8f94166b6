"""Any order, any duplication, any batching: the same events applied, the same watermark."""

import weakref

from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from pyroaring import BitMap

from shared.inbox.blocks import BLOCK, first_missing
from tests import parts
from tests.kit.depth import examples
from tests.kit.records import make_tables, moved
from tests.unit.shared.conftest import Reader

EVENTS = 12


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[int, list[int]]]:
    """Batches (partition, sequences): every event once or more, in any order."""
    extra = draw(st.lists(st.integers(1, EVENTS), max_size=15))
    order = draw(st.permutations([*range(1, EVENTS + 1), *extra]))
    batches: list[tuple[int, list[int]]] = []
    while order:
        size = draw(st.integers(1, 6))
        batches.append((draw(st.integers(0, 2)), order[:size]))
        order = order[size:]
    return batches


def quick_reader() -> Reader:
    """An empty inbox, made sixty times a test."""
    reader = Reader(parts.current().quick_engine())
    weakref.finalize(reader, parts.current().give_back, reader.engine)
    make_tables(reader.engine)
    return reader


@examples(60, suppress_health_check=list(HealthCheck))
@given(deliveries(), st.data())
def test_every_delivery_gives_the_same_result(
    batches: list[tuple[int, list[int]]], data: st.DataObject
) -> None:
    """Permuted, repeated, cut into batches, spread over partitions, with redelivered batches."""
    reader = quick_reader()
    offsets = {0: 0, 1: 0, 2: 0}
    for partition, sequences in batches:
        records = reader.source.records(
            sequences, first_offset=offsets[partition], partition=partition
        )
        offsets[partition] += len(records)
        for _ in range(data.draw(st.integers(1, 2))):
            reader.take(records)
    assert reader.applied == list(range(1, EVENTS + 1))
    assert reader.watermark == EVENTS


@examples(60, suppress_health_check=list(HealthCheck))
@given(st.sets(st.integers(1, 30), min_size=1))
def test_the_watermark_is_the_end_of_the_unbroken_run(received: set[int]) -> None:
    """Compared with the plain definition."""
    reader = quick_reader()
    reader.take(reader.source.records(sorted(received, reverse=True)))
    assert reader.watermark == next(n for n in range(32) if n + 1 not in received)


@given(st.sets(st.integers(0, 200)), st.integers(0, 200))
def test_the_first_missing_bit_is_found(bits: set[int], start: int) -> None:
    """Compared with a walk."""
    expected = next(n for n in range(start, 1000) if n not in bits)
    assert first_missing(BitMap(bits), start) == expected


def test_a_full_block_has_no_missing_bit() -> None:
    """The run goes on in the next block."""
    assert first_missing(BitMap(range(BLOCK)), 5) == BLOCK


def test_a_log_read_again_from_the_start_changes_nothing(reader: Reader) -> None:
    """Replay twice = once, over a topic that was made again."""
    records = reader.source.records(range(1, 50))
    reader.take(records)
    for number in range(3):
        reader.topic_ids = dict.fromkeys(reader.topic_ids, f"id-{number}")
        assert reader.take([moved(one, one.offset) for one in records]).applied == 0
    assert reader.applied == list(range(1, 50))
