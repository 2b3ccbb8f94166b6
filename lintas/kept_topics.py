"""Read the records of topics in batches: from files that `--keep` wrote, or from a broker."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from lintas.keep import IDLE_MS, partitions_of, reached
from shared.events.topics import Topic
from shared.kafka.clients import open_reader
from shared.kafka.settings import KafkaSettings
from shared.wire.verification import Record, StoredRecord

BATCH = 10_000
Batches = Iterator[Sequence[Record]]


def records_in_files(folder: Path, topics: Sequence[Topic]) -> Batches:
    """The records of `TOPIC.ndjson` for each topic, in the order of the files.

    Raises:
        FileNotFoundError: a topic has no file.
        ValueError: a line is not a record.
    """
    for topic in topics:
        with (folder / f"{topic.name}.ndjson").open(encoding="ascii") as lines:
            while batch := [_record(json.loads(line)) for line in islice(lines, BATCH)]:
                yield batch


def records_on_broker(settings: KafkaSettings, topics: Sequence[Topic]) -> Batches:
    """The records of topics from their first to their last, without a consumer group."""
    reading = _read(settings, [topic.name for topic in topics])

    async def following() -> Sequence[Record] | None:
        return await anext(reading, None)

    with asyncio.Runner() as runner:
        try:
            while (batch := runner.run(following())) is not None:
                yield batch
        finally:
            runner.run(reading.aclose())


async def _read(
    settings: KafkaSettings, names: list[str]
) -> AsyncGenerator[Sequence[Record], None]:
    reader = open_reader(settings)
    places = [one for found in partitions_of(settings, names).values() for one in found]
    await reader.start()
    try:
        reader.assign(places)
        await reader.seek_to_beginning()
        ends = await reader.end_offsets(places)
        while True:
            found = await reader.getmany(timeout_ms=IDLE_MS, max_records=BATCH)
            if batch := [record for records in found.values() for record in records]:
                yield batch
            elif await reached(reader, ends):
                return
    finally:
        await reader.stop()


def _record(line: dict[str, Any]) -> StoredRecord:
    headers = tuple((name, _bytes(value)) for name, value in line["headers"].items())
    place = (line["topic"], line["partition"], line["offset"])
    return StoredRecord(*place, _bytes(line["key"]), _bytes(line["value"]), headers)


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)
