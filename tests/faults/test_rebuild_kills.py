"""kill -9 while the log is read again: the living log always holds exactly the applied events."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, update

from services.monitoring import CARD
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.tables import recent_event, segment
from shared.database.engine import open_engine, snapshot, transaction
from shared.database.migrations import migrate
from shared.events.reading import parse
from shared.events.topics import COOPERATIVE
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from tests import parts
from tests.faults.rebuild_victim import READY, REBUILT
from tests.kit.listening import listening, send, until
from tests.kit.log import Kept, Rows, expected
from tests.kit.records import Source
from tests.kit.story import NOW

KILLS, DEEP_KILLS = 1, 30
"""Of each database: in `make test`, and in `make test-faults` and on real parts."""
LONGEST_SECONDS = 8.0
EVENTS = 1_500


@pytest.mark.timeout(1800)
def test_a_killed_rebuild_leaves_exactly_the_applied_events(
    any_database: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """At random moments of reading, taking over and clearing up; in the end one mends a damaged log."""
    kafka, random = parts.current().kafka(), Random()
    source = Source(replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=3))
    ensure_topics(kafka.bootstrap, [source.topic])
    kept = Kept(tmp_path / "log", migrated(any_database))
    rows = asyncio.run(filled(kept, kafka, source))
    command = [kafka.bootstrap, str(kafka.idempotent), source.topic.name, any_database]
    for _ in range(kills_in(pytestconfig)):
        with victim([*command, str(kept.folder)]) as process:
            time.sleep(random.uniform(0.0, LONGEST_SECONDS))
        assert process.returncode == -signal.SIGKILL, "it ended by itself"
        assert (kept.rows(), complete(kept)) == (rows, {source.topic.owner: EVENTS})
    damage(kept)
    assert kept.rows() != rows
    with victim([*command, str(kept.folder)]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{REBUILT}\n"
    assert (kept.rows(), complete(kept)) == (rows, {source.topic.owner: EVENTS})
    kept.engine.dispose()


def kills_in(config: pytest.Config) -> int:
    """How often the victim is killed."""
    deep = config.option.deep or not parts.current().kafka().embedded
    return DEEP_KILLS if deep else KILLS


def migrated(database: str) -> Engine:
    """Monitoring's tables in an empty database."""
    engine = open_engine(database)
    migrate(engine, CARD.name)
    return engine


async def filled(kept: Kept, kafka: KafkaSettings, source: Source) -> Rows:
    """Publish the events, and let the intake append them; returns the rows that they are."""
    records = source.records(range(1, EVENTS + 1))
    await send(kafka, records)
    apply = partial(append, log=EventLog(kept.folder))
    async with listening(kept.engine, kafka, source, apply=apply):
        await until(lambda: complete(kept) == {source.topic.owner: EVENTS})
    return expected(parse(one.value or b"") for one in records)


def complete(kept: Kept) -> dict[str, int]:
    """How far each source is complete."""
    with snapshot(kept.engine) as connection:
        return watermarks(connection)


def damage(kept: Kept) -> None:
    """Lose every event."""
    with transaction(kept.engine) as connection:
        connection.execute(delete(recent_event))
        connection.execute(update(segment).values(replaced_at=NOW))


@contextmanager
def victim(arguments: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that works inside the block, and is killed after it."""
    command = [sys.executable, "-m", "tests.faults.rebuild_victim", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{READY}\n"
            yield process
        finally:
            process.kill()
