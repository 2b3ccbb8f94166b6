"""Complete blocks are folded to full bitmaps; what is known of their events stays."""

from collections.abc import Iterable

import pytest
from sqlalchemy import select

from shared.database.engine import snapshot, transaction
from shared.events.topics import COOPERATIVE
from shared.inbox.blocks import BLOCK
from shared.inbox.judging import Seen, Verdict
from shared.inbox.seen import fold, gaps, inbox_seen, received
from tests.kit.records import NOW
from tests.unit.shared.conftest import Reader

COOP = COOPERATIVE.owner


def take(reader: Reader, numbers: Iterable[int], partition: int = 0) -> set[Verdict]:
    """Remember events with these numbers; the verdicts."""
    at, arrivals = (COOP, partition), [(n, (n, n, n)) for n in numbers]
    with transaction(reader.engine) as connection:
        seen = Seen(connection, [at])
        seen.load({at: arrivals})
        verdicts = set(seen.judge(at, arrivals))
        seen.save(NOW, {})
    return verdicts


def folded(reader: Reader) -> list[int]:
    """The folded blocks."""
    with snapshot(reader.engine) as connection:
        return sorted(connection.execute(select(inbox_seen.c.block)).scalars())


@pytest.fixture
def ahead(reader: Reader) -> Reader:
    """Sequence 3 is missing; block 1 is complete, from two partitions, block 2 is not."""
    take(reader, [1, 2, *range(4, BLOCK)])
    take(reader, range(BLOCK, 2 * BLOCK, 2), partition=0)
    take(reader, range(BLOCK + 1, 2 * BLOCK + 9, 2), partition=1)
    return reader


def test_a_complete_block_above_a_hole_is_folded(ahead: Reader) -> None:
    """And nothing that is asked of it changes: gaps, counts, verdicts."""
    with snapshot(ahead.engine) as connection:
        before = gaps(connection, COOP), received(connection)
    with transaction(ahead.engine) as connection:
        fold(connection, NOW)
    assert folded(ahead) == [1]
    with snapshot(ahead.engine) as connection:
        assert (gaps(connection, COOP), received(connection)) == before
    assert before[0] == [(3, 3), *((n, n) for n in range(2 * BLOCK, 2 * BLOCK + 7, 2))]
    assert take(ahead, [BLOCK + 1, BLOCK + 2], partition=3) == {Verdict.AGAIN}


def test_blocks_that_the_watermark_passes_are_folded(ahead: Reader) -> None:
    """By whoever notes the watermark."""
    assert take(ahead, [3], partition=4) == {Verdict.NEW}
    assert folded(ahead) == [0, 1]
    assert ahead.watermark == 2 * BLOCK - 1
