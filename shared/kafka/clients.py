"""The one place of Kafka policy: how to produce, subscribe and read.

The clients' own defaults lose messages or hang in silence; nobody else builds a client.

FastStream runs the consumers. We go around it in four things:
decoding (`raw`): one record that cannot be read must not fail its batch;
its consumer class (`BatchReader`): a batch that cannot be read must stop its partition alone;
acknowledging: positions are kept in the database, and Kafka's are for lag tools;
publishing: it sends event by event, or batches without regard to keys. The relay fills batches of
aiokafka's own producer (`open_producer`).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from shared.database.errors import name_of
from shared.events.topics import Topic
from shared.kafka.batch_reader import BatchReader, UnreadableBatch
from shared.kafka.raw import RawCodec, parse_raw
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics
from shared.kafka.trouble import TROUBLE

log = logging.getLogger("lintas.consumer")
STOP_SECONDS = 6.0
FORGETFUL_TIMEOUT_MS = 1_500
"""On a broker that forgets: a batch without an answer is given up, not sent on into a new life."""
READ_COMMITTED = "read_committed"
"""What a transaction took back was never published; the clients' default applies it."""
MAX_REQUEST_BYTES = 131_072
"""Equal to `Topic.max_message_bytes`: what the broker would refuse is refused before it is sent."""


class CarefulProducer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka has no types
    """For a broker that forgets its topics: makes them at its start, and looks before each batch.

    The embedded broker acknowledges events of a topic that it does not know, and may lose them.
    """

    own_topics: tuple[Topic, ...] = ()

    async def start(self) -> None:
        """Make the topics that are missing, and connect."""
        addresses = ",".join(f"{host}:{port}" for host, port, _ in self.client.hosts)
        await asyncio.to_thread(ensure_topics, addresses, self.own_topics)
        await super().start()

    async def partitions_for(self, topic: str) -> set[int]:
        """The topic's partitions, as the broker answers now.

        Raises:
            UnknownTopicOrPartitionError: the broker has forgotten it; it must be made again.
        """
        cluster = await self.client.fetch_all_metadata()
        found: set[int] | None = cluster.partitions_for_topic(topic)
        if not found:
            raise UnknownTopicOrPartitionError(topic)
        return found


def open_producer(settings: KafkaSettings, topics: Iterable[Topic] = ()) -> AIOKafkaProducer:
    """A producer that loses nothing it has acknowledged; the caller starts and stops it.

    `topics` are the caller's own, made again on a broker that forgets them.
    """
    if not settings.embedded:
        return AIOKafkaProducer(**_producer_options(settings), request_timeout_ms=15_000)
    careful = CarefulProducer(
        **_producer_options(settings), request_timeout_ms=FORGETFUL_TIMEOUT_MS
    )
    careful.own_topics = tuple(topics)
    return careful


def _producer_options(settings: KafkaSettings) -> dict[str, Any]:
    return {
        "bootstrap_servers": settings.bootstrap,
        "acks": "all",
        "enable_idempotence": settings.idempotent,
        "linger_ms": 5,
        "max_batch_size": MAX_REQUEST_BYTES * 3 // 4,
        "max_request_size": MAX_REQUEST_BYTES,
        "metadata_max_age_ms": 30_000,
        **settings.access.options(),
    }


class BatchBroker(KafkaBroker):
    """FastStream's broker, whose subscriber reads by our client."""

    on_unreadable: Callable[[UnreadableBatch], None] | None = None

    async def _connect(self) -> Any:
        """FastStream makes the builder of its consumers here, and takes no class for it."""
        builder = cast("partial[Any]", await super()._connect())
        reader = partial(BatchReader, on_unreadable=self.on_unreadable, **builder.keywords)
        self.config.broker_config.builder = reader
        return reader


def open_broker(
    settings: KafkaSettings, on_unreadable: Callable[[UnreadableBatch], None] | None = None
) -> KafkaBroker:
    """FastStream's broker object: raw records, no topic made by accident, new topics seen soon.

    `on_unreadable` hears of each partition that is paused at a batch that cannot be read.
    """
    broker = BatchBroker(
        settings.bootstrap,
        security=settings.access.security(),
        codec=cast("Any", RawCodec()),
        acks="all",
        allow_auto_create_topics=False,
        metadata_max_age_ms=5_000,
        request_timeout_ms=15_000,
        graceful_timeout=5.0,
        consumer_only=True,
        apply_types=False,
        logger=None,
    )
    broker.on_unreadable = on_unreadable
    return broker


async def close_broker(broker: KafkaBroker) -> None:
    """Leave the group and disconnect; a broker that is away only costs a line in the log."""
    try:
        await asyncio.wait_for(broker.stop(), STOP_SECONDS)
    except TROUBLE as error:
        log.warning("the consumer did not close cleanly (%s)", name_of(error))


def subscriber_options(
    settings: KafkaSettings, group: str, replica: str | None, most: int
) -> dict[str, Any]:
    """Arguments for `KafkaBroker.subscriber`: batches, nothing acknowledged by itself.

    A batch is what has been fetched, at most `most`: small when little comes, full when much waits.
    """
    return {
        "group_id": group,
        "group_instance_id": f"{group}.{replica}" if replica and settings.idempotent else None,
        "batch": True,
        "max_records": most,
        "batch_timeout_ms": settings.poll_ms,
        "ack_policy": AckPolicy.MANUAL,
        "parser": parse_raw,
        "auto_offset_reset": "earliest",
        "isolation_level": READ_COMMITTED,
        "session_timeout_ms": settings.session_timeout_ms,
        "heartbeat_interval_ms": settings.session_timeout_ms // 10,
        "fetch_min_bytes": settings.fetch_min_bytes,
        "fetch_max_wait_ms": settings.fetch_max_wait_ms,
        "max_partition_fetch_bytes": 512 * 1024,  # of each partition one answer waits in memory
    }


def open_reader(
    settings: KafkaSettings,
    on_unreadable: Callable[[UnreadableBatch], None] | None = None,
    *,
    aborted: bool = False,
) -> BatchReader:
    """A consumer outside every group, for looking into a log; the caller starts and stops it.

    With `aborted` it gives records of transactions that were taken back or are open, too.
    """
    return BatchReader(
        on_unreadable=on_unreadable,
        bootstrap_servers=settings.bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_uncommitted" if aborted else READ_COMMITTED,
        fetch_max_wait_ms=settings.fetch_max_wait_ms,
        request_timeout_ms=15_000,
        **settings.access.options(),
    )
