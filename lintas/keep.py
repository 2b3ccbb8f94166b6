"""What `--keep` leaves behind: every topic as NDJSON, the release, the answers."""

import asyncio
import base64
import json
from collections.abc import Sequence
from pathlib import Path

from aiokafka import TopicPartition

from lintas.answers import Answers
from shared.events.topics import TOPICS
from shared.kafka.admin import Where, admin
from shared.kafka.batch_reader import BatchReader
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings

IDLE_MS = 1_500
"""Nothing more came for this long."""


def keep(directory: Path, bootstrap: str | None, releases: Sequence[Answers]) -> None:
    """Write the releases, `answers.json` of the last and, with a broker, `topics/NAME.ndjson`."""
    for answers in releases:
        folder = directory / "releases" / str(answers.number)
        folder.mkdir(parents=True, exist_ok=True)
        for name, body in answers.files.items():
            (folder / name).write_bytes(body)
    (directory / "answers.json").write_text(releases[-1].as_json(), encoding="utf-8")
    if bootstrap is not None:
        asyncio.run(dump_topics(bootstrap, directory / "topics"))


async def dump_topics(bootstrap: str, directory: Path) -> dict[str, int]:
    """Every record of every topic, one JSON object a line; returns the number of records by topic."""
    directory.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - nothing else runs here
    names = [name for topic in TOPICS for name in (topic.name, topic.dead_letter)]
    places = partitions_of(bootstrap, names)
    dumps = (_dump(bootstrap, places[name], directory / f"{name}.ndjson") for name in names)
    return dict(zip(names, await asyncio.gather(*dumps), strict=True))


async def _dump(bootstrap: str, partitions: list[TopicPartition], path: Path) -> int:
    consumer = open_reader(KafkaSettings(bootstrap))
    await consumer.start()
    count = 0
    try:
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)
        with path.open("w", encoding="ascii") as stream:
            while True:
                records = await consumer.getmany(timeout_ms=IDLE_MS, max_records=5_000)
                for record in (record for batch in records.values() for record in batch):
                    stream.write(json.dumps(_plain(record)) + "\n")
                    count += 1
                if not records and await reached(consumer, ends):
                    return count
    finally:
        await consumer.stop()


def partitions_of(bootstrap: Where, names: list[str]) -> dict[str, list[TopicPartition]]:
    """Asked from the broker: a consumer knows the partitions of topics that it subscribes to, no others."""
    with admin(bootstrap) as client:
        return {
            topic["name"]: [
                TopicPartition(topic["name"], one["partition_index"]) for one in topic["partitions"]
            ]
            for topic in client.describe_topics(names)
        }


async def reached(consumer: BatchReader, ends: dict[TopicPartition, int]) -> bool:
    """Whether all is read up to these ends; the embedded broker reports them too low, so go on if you can."""
    return all([await consumer.position(one) >= end for one, end in ends.items()])


def _plain(record: object) -> dict[str, object]:
    fields = ("topic", "partition", "offset")
    return {
        **{name: getattr(record, name) for name in fields},
        "key": _text(getattr(record, "key", None)),
        "headers": {name: _text(value) for name, value in getattr(record, "headers", ())},
        "value": _text(getattr(record, "value", None)),
    }


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode("ascii")
