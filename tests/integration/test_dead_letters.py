"""Copies for the dead-letter topic, and records that are read from the log again."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, func, select, update

from shared.database.engine import snapshot, transaction
from shared.events.topics import Topic
from shared.inbox.consumer import Consumer, Subscription
from shared.inbox.dead_letter import DeadLetters
from shared.inbox.quarantine import quarantine
from shared.inbox.quarantine_intake import Kept, keep
from shared.inbox.replay import Replay
from shared.inbox.reread import Reread
from shared.kafka.admin import BrokerAway
from shared.kafka.settings import KafkaSettings
from tests.kit.listening import all_applied, listening, read_all, send, until
from tests.kit.records import CIPHER, NOW, Source, make_tables, trust_in, write_down

pytestmark = pytest.mark.anyio
NIK = b"3509900101900001"


def database(open_database: Callable[[], Engine]) -> Engine:
    engine = open_database()
    make_tables(engine)
    return engine


def uncopied(engine: Engine) -> int:
    with snapshot(engine) as connection:
        query = select(func.count()).select_from(quarantine).where(quarantine.c.copied_at.is_(None))
        return connection.execute(query).scalar_one()


async def test_of_a_suspected_identity_number_the_copy_has_the_place_alone(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Other teams read the dead-letter topic; the owner finds the record at its place."""
    engine, source = database(open_database), Source(topic)
    bad = source.signed([(source.value(1), NIK), (b'{"nik":%s}' % NIK, b"k")])
    await send(kafka, [*bad, *source.records([2])], partition=2)
    async with listening(engine, kafka, source):
        await all_applied(engine, source, [2])
        copies = await read_all(kafka, topic, topic.dead_letter, 2)
        await until(lambda: uncopied(engine) == 0, "noted as copied")
    for offset, copy in enumerate(copies):
        headers = dict(copy.headers)
        assert (copy.key, copy.value) == (None, b"")
        assert headers["lintas-withheld"] == b"IDENTITY"
        assert (headers["lintas-partition"], headers["lintas-offset"]) == (b"2", b"%d" % offset)
        assert "lintas-proof" not in headers
        assert NIK not in b"".join(content or b"" for content in headers.values())


async def test_an_older_row_with_an_identity_number_is_not_copied_either(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """It was kept before such contents were withheld, and waits for its copy."""
    engine, source = database(open_database), Source(topic)
    record = source.signed([(b"no json", NIK)])[0]
    harmless = source.signed([(b"no json", b"k")])[0]
    with transaction(engine) as connection:
        keep(connection, [Kept(harmless, "DECODE", "")], cipher=CIPHER, topic_ids={}, now=NOW)
        connection.execute(update(quarantine).values(key=CIPHER.encrypt_bytes(record.key or b"")))
    async with listening(engine, kafka, source):
        (copy,) = await read_all(kafka, topic, topic.dead_letter, 1)
    assert (copy.key, copy.value) == (None, b"")
    assert "lintas-digest" not in dict(copy.headers)


async def test_many_copies_go_out_in_few_batches_and_are_all_noted(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Several times as many as fit into one batch, in one go."""
    engine, source = database(open_database), Source(topic)
    records = source.signed([(b"no json %d" % n, b"k") for n in range(45)])
    with transaction(engine) as connection:
        items = [Kept(record, "DECODE", "") for record in records]
        keep(connection, items, cipher=CIPHER, topic_ids={}, now=NOW)
    async with listening(engine, kafka, source):  # makes the topics
        await until(lambda: uncopied(engine) == 0, "noted as copied")
    with transaction(engine) as connection:
        connection.execute(update(quarantine).values(copied_at=None))
    assert await DeadLetters(engine, kafka, CIPHER, "g").copy(NOW, limit=20) == 45
    assert uncopied(engine) == 0
    copies = await read_all(kafka, topic, topic.dead_letter, 90)
    assert {copy.value for copy in copies} == {record.value for record in records}
    assert len(copies) == 90


async def test_records_beyond_the_bound_are_replayed_from_the_log(
    kafka: KafkaSettings, topic: Topic, open_database: Callable[[], Engine]
) -> None:
    """Near and far from each other, in several partitions; what the log has not is left out."""
    engine, later = database(open_database), Source(topic, seed=b"n" * 32)
    source = Source(topic)
    for partition, numbers in ((0, range(1, 4)), (2, range(4, 9))):
        await send(kafka, later.records(numbers), partition=partition)
    subscription = Subscription("g", (topic,), write_down)
    consumer = Consumer(
        engine, kafka, subscription, trust=trust_in(source), cipher=CIPHER, quarantine_bytes=0
    )
    stop = asyncio.Event()
    task = asyncio.create_task(consumer.run(stop))

    def kept() -> int:
        with snapshot(engine) as connection:
            query = select(func.count()).where(quarantine.c.withheld == "SPACE")
            return connection.execute(query).scalar_one()

    await until(lambda: kept() == 8, "quarantined without contents")
    stop.set()
    await task
    read = Reread(kafka).read
    gone = (topic.name, 0, 99_999)
    assert await asyncio.to_thread(read, [gone]) == {}
    tool = Replay(trust_in(source, later), {topic.name: topic}, write_down, CIPHER)
    done = await asyncio.to_thread(lambda: list(tool.run(engine, now=NOW, reread=read)))
    assert [one.outcome for one in done] == ["applied"] * 8
    await all_applied(engine, source, range(1, 9))


def test_a_log_that_cannot_be_read_says_so() -> None:
    """The operator tries again; nothing was decided."""
    with pytest.raises(BrokerAway, match="cannot be read now"):
        Reread(KafkaSettings("127.0.0.1:9")).read([("lintas.cooperative.v1", 0, 0)])
