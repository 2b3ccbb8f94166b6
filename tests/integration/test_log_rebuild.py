"""The log read again from the topics takes the place of the living one, while its consumer runs."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from services.monitoring import CARD
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.rebuild import (
    NotCaughtUp,
    StoredLog,
    missing,
    read_log_into,
    take_over,
)
from services.monitoring.log.tables import recent_event, segment
from shared.database.engine import open_engine, snapshot, transaction
from shared.database.migrations import migrate
from shared.events.reading import parse
from shared.events.topics import Topic
from shared.inbox.seen import watermarks
from shared.kafka.settings import KafkaSettings
from tests.kit.listening import listening, send, until
from tests.kit.log import Kept, expected
from tests.kit.records import CIPHER, Source, trust_in
from tests.kit.story import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture
def living(any_database: str, tmp_path: Path) -> Iterator[Kept]:
    """A migrated, empty log on each kind of database."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield Kept(tmp_path / "living", engine)
    engine.dispose()


def complete(kept: Kept, topic: Topic) -> int:
    """How far it is complete."""
    with snapshot(kept.engine) as connection:
        return watermarks(connection).get(topic.owner, 0)


async def test_a_log_read_again_replaces_the_living_one(
    kafka: KafkaSettings, topic: Topic, living: Kept, tmp_path: Path
) -> None:
    """What was lost is there again, and what comes after it is applied once."""
    source = Source(topic)
    records = source.records(range(1, 81))
    events = [parse(one.value or b"") for one in records]
    apply = partial(append, log=EventLog(living.folder, 20))
    await send(kafka, records[:60])
    async with listening(living.engine, kafka, source, apply=apply):
        await until(lambda: complete(living, topic) == 60)
        with transaction(living.engine) as connection:
            connection.execute(delete(recent_event))
            connection.execute(update(segment).values(replaced_at=NOW))
        fresh = StoredLog(open_engine(f"sqlite:///{tmp_path / 'fresh.sqlite'}"), tmp_path / "fresh")
        read = partial(
            read_log_into,
            fresh,
            kafka=kafka,
            trust=trust_in(source),
            cipher=CIPHER,
            topics=(topic,),
        )
        await read(until={topic.owner: 30})
        await read(until={topic.owner: 60})
        assert missing(fresh.engine, {topic.owner: 60}) == {}
        take_over(fresh, StoredLog(living.engine, living.folder), NOW)
        assert living.rows() == expected(events[:60])
        take_over(fresh, StoredLog(living.engine, living.folder), NOW)
        assert living.rows() == expected(events[:60])
        await send(kafka, records[60:])
        await until(lambda: complete(living, topic) == 80)
    assert living.rows() == expected(events)
    with pytest.raises(NotCaughtUp):
        take_over(fresh, StoredLog(living.engine, living.folder), NOW)
    assert living.rows() == expected(events)
    fresh.engine.dispose()
