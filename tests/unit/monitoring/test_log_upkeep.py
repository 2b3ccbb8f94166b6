"""The log's upkeep changes where rows lie, and never which rows a query sees."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY
from sqlalchemy import Connection, func, select, update

from services.monitoring.log import merging, segments
from services.monitoring.log.columns import SCHEMAS
from services.monitoring.log.keeper import measure
from services.monitoring.log.merging import Damaged, mergeable, tier_of
from services.monitoring.log.segments import Overtaken, Segment
from services.monitoring.log.tables import recent_event, segment
from services.monitoring.log.upkeep import GRACE, UNNAMED, Upkeep
from shared.database.engine import transaction
from shared.events.envelope import Event
from tests.kit.depth import examples
from tests.kit.log import Kept, expected, rows_of
from tests.kit.random_world import world
from tests.kit.story import NOW

MINUTE = timedelta(minutes=1)


def upkeep(kept: Kept, at: datetime = NOW, folded: int = 1) -> Upkeep:
    """The jobs at a moment."""
    return Upkeep(kept, kept.folder, now=lambda _connection: at, folded=folded)


def count_of(kept: Kept) -> tuple[int, int]:
    """How many recent rows there are, and how many files that count."""
    with transaction(kept.engine) as connection:
        recent = connection.execute(select(func.count()).select_from(recent_event)).scalar_one()
        return recent, len(segments.live(connection))


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """An empty log, whose files are merged when there are eight of them."""
    monkeypatch.setattr(merging, "MERGED", 8)
    return Kept(tmp_path / "log")


@pytest.mark.long
@examples(20)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 60))
def test_folding_and_merging_at_any_time_change_no_row(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int
) -> None:
    """Between batches that may also bring what came before."""
    random, monkey = Random(seed), pytest.MonkeyPatch()
    events, kept = world(seed, count), Kept(tmp_path_factory.mktemp("log"))
    with monkey.context() as patch:
        patch.setattr(merging, "MERGED", 2)
        done = 0
        while done < len(events):
            size, again = random.randint(1, 12), random.sample(events[:done], min(done, 2))
            kept.take(events[done : done + size] + again, random.randint(1, 4))
            done += size
            for job in random.choices((upkeep(kept).fold, upkeep(kept).merge), k=3):
                asyncio.run(job())
    assert kept.rows() == expected(events)


def test_recent_rows_become_files(kept: Kept) -> None:
    """Of every type that has enough of them, and nothing is left to do then."""
    events = world(4, 60)
    kept.take(events, 10**6)
    assert count_of(kept) == (len(events), 0)
    assert asyncio.run(upkeep(kept).fold())
    recent, files = count_of(kept)
    assert (recent, files > 5) == (0, True)
    assert not asyncio.run(upkeep(kept).fold())
    assert kept.rows() == expected(events)


def test_types_with_few_events_stay_rows(kept: Kept) -> None:
    """A file for each would be many small ones."""
    events = world(4, 60)
    kept.take(events, 10**6)
    asyncio.run(upkeep(kept, folded=9).fold())
    by_type = {one.type: sum(some.type == one.type for some in events) for one in events}
    assert count_of(kept)[0] == sum(count for count in by_type.values() if count < 9)
    assert kept.rows() == expected(events)


def a_log_of_small_files(kept: Kept, batches: int) -> list[Event]:
    """Many files of each table."""
    events = world(6, 20 * batches)
    for start in range(0, len(events), 20):
        kept.take(events[start : start + 20], 1)
    return events


def test_small_files_become_one_and_the_old_ones_stay_for_their_readers(kept: Kept) -> None:
    """A snapshot from before the merge is still whole."""
    events = a_log_of_small_files(kept, 40)
    before, files = kept.look(), kept.files()
    while asyncio.run(upkeep(kept).merge()):
        pass
    assert count_of(kept)[1] < len(files) / 2
    assert kept.rows() == expected(events) == rows_of(before, kept.folder)
    assert files < kept.files()


def test_a_merge_works_in_small_groups_of_rows(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """However large the files are, and also where a place is in several of them."""
    monkeypatch.setattr(merging, "GROUP_ROWS", 7)
    events = world(6, 200)
    for start in range(0, len(events), 20):
        kept.take(events[max(0, start - 5) : start + 20], 1)
    while asyncio.run(upkeep(kept).merge()):
        pass
    groups = [pq.ParquetFile(path).num_row_groups for path in kept.folder.glob("*.parquet")]
    assert max(groups) > 1
    assert kept.rows() == expected(events)


def test_a_column_that_older_files_lack_is_null_in_the_merged_one(
    kept: Kept, tmp_path: Path
) -> None:
    """An event type may have got a field since; a database may have written the older files."""
    events = a_log_of_small_files(kept, 12)
    with transaction(kept.engine) as connection:
        old = mergeable(segments.live(connection))[0]
    path, lost = kept.folder / old.path, SCHEMAS[old.event_table].names[-1]
    with duckdb.connect() as duck:
        rows = f"SELECT * EXCLUDE ({lost}) FROM '{path}'"
        duck.execute(f"COPY ({rows}) TO '{tmp_path / 'older'}' (FORMAT parquet)")
    (tmp_path / "older").rename(path)
    with transaction(kept.engine) as connection:
        digest = merging.digest_of(path)
        connection.execute(update(segment).where(segment.c.path == old.path).values(sha256=digest))
    while asyncio.run(upkeep(kept).merge()):
        pass
    found = kept.rows()[old.event_table]
    whole = expected(events)[old.event_table]
    assert sorted(row[:-1] for row in found) == sorted(row[:-1] for row in whole)
    assert [row[-1] for row in found].count(None) >= old.rows


def test_replaced_files_go_when_no_reader_can_need_them(kept: Kept) -> None:
    """And what counts stays."""
    events = a_log_of_small_files(kept, 12)
    while asyncio.run(upkeep(kept).merge()):
        pass
    assert asyncio.run(upkeep(kept, NOW + GRACE).sweep()) == []
    gone = asyncio.run(upkeep(kept, NOW + GRACE + MINUTE).sweep())
    assert gone
    assert not set(gone) & kept.files()
    assert len(kept.files()) == count_of(kept)[1]
    assert kept.rows() == expected(events)


def test_a_file_that_nothing_names_goes_when_no_transaction_can_name_it(kept: Kept) -> None:
    """Neither a young one nor one that counts."""
    kept.take(world(1, 10), 1)
    counting = kept.files()
    for name, age in (("old", UNNAMED + MINUTE), ("young", UNNAMED - MINUTE)):
        path = kept.folder / f"{name}.parquet"
        path.touch()
        os.utime(path, (moment := (NOW - age).timestamp(), moment))
    assert asyncio.run(upkeep(kept).sweep()) == ["old.parquet"]
    assert kept.files() == counting | {"young.parquet"}


def test_a_damaged_file_is_never_merged(kept: Kept) -> None:
    """Otherwise the damage would get a new, valid digest."""
    a_log_of_small_files(kept, 12)
    with transaction(kept.engine) as connection:
        victim = mergeable(segments.live(connection))[0]
    path = kept.folder / victim.path
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(Damaged, match=victim.path):
        asyncio.run(upkeep(kept).merge())
    path.unlink()
    with pytest.raises(Damaged, match="missing"):
        asyncio.run(upkeep(kept).merge())


@pytest.mark.parametrize("job", ["fold", "merge"])
def test_a_job_that_was_overtaken_changes_nothing(kept: Kept, job: str) -> None:
    """Two workers that both believe to hold the lease cannot count a row twice."""
    events = a_log_of_small_files(kept, 12)
    kept.take(world(9, 5), 10**6)
    jobs = upkeep(kept)
    commit = kept.write

    async def late(step: Callable[[Connection], None]) -> None:
        monkey.undo()
        await getattr(jobs, job)()
        await commit(step)

    monkey = pytest.MonkeyPatch()
    monkey.setattr(kept, "write", late)
    with pytest.raises(Overtaken):
        asyncio.run(getattr(jobs, job)())
    with transaction(kept.engine) as connection:
        total = sum(one.rows for one in segments.live(connection))
    assert total + count_of(kept)[0] >= len(events)


def test_files_are_merged_from_the_smallest_tier_that_is_full() -> None:
    """Rows are written again once a tier, and a file of the last one never."""
    sizes = (1, 3_999, 4_000, 63_999, 64_000, 1_024_000, merging.LARGEST - 1)
    assert [tier_of(rows) for rows in sizes] == [0, 0, 1, 1, 2, 3, 3]
    small, large = (
        [Segment(f"{n}-{m}", "t", n, 1, "") for m in range(merging.MERGED)] for n in (10, 90_000)
    )
    assert mergeable(small[1:] + large) == large
    assert mergeable(small + large) == small
    assert mergeable([one._replace(rows=merging.LARGEST) for one in small]) == []
    assert mergeable([one._replace(event_table=one.path) for one in small]) == []


def test_rows_and_bytes_of_each_table_are_measured(kept: Kept) -> None:
    """What counts, what only readers still need, and what is not yet in files."""
    events = a_log_of_small_files(kept, 2)
    kept.take(world(9, 3)[:1], 10**6)
    with transaction(kept.engine) as connection:
        connection.execute(update(segment).where(segment.c.rows == 1).values(replaced_at=NOW))
        measure(connection)
        live = segments.live(connection)
    table = live[0].event_table
    stored = REGISTRY.get_sample_value("lintas_log_stored_events", {"type": table})
    assert stored == sum(one.rows for one in live if one.event_table == table)
    assert REGISTRY.get_sample_value("lintas_log_replaced_bytes")
    assert events
