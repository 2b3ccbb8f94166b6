"""The one place of Kafka policy: how to connect, produce, subscribe, and make topics.

The clients' own defaults lose messages or hang in silence; nobody else builds a client.
"""

import asyncio
import logging
import socket
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from kafka.errors import KafkaError, TopicAlreadyExistsError

from shared.events.topics import Topic
from shared.kafka_access import OPEN, Access
from shared.kafka_admin import AdminClient
from shared.kafka_raw import RawCodec, parse_raw
from shared.settings import ServiceSettings

log = logging.getLogger("lintas.kafka")
UNKNOWN_TOPIC, TOPIC_FORBIDDEN = 3, 29
ADMIN_TIMEOUT_MS = 5_000
FORGETFUL_TIMEOUT_MS = 1_500
"""On a broker that forgets: a batch without an answer is given up, not sent on into a new life."""
MAX_REQUEST_BYTES = 131_072
"""Equal to `Topic.max_message_bytes`: what the broker would refuse is refused before it is sent."""


class BrokerAway(ConnectionError):
    """No broker answers at this address now; trying again later may work."""


class Forbidden(BrokerAway):
    """The broker does not let us see something; it may be allowed again."""


@dataclass(frozen=True)
class KafkaSettings:
    """Where the broker is, and what kind it is."""

    bootstrap: str
    access: Access = OPEN
    idempotent: bool = True
    """False only for the embedded broker: no idempotence, volatile, inexact end offsets."""
    max_records: int = 2_000
    """Most records in one transaction of a consumer."""
    poll_ms: int = 50
    fetch_min_bytes: int = 32_768
    fetch_max_wait_ms: int = 50
    """A fetch is answered at `fetch_min_bytes` or after this: full batches, low idle latency."""

    @property
    def volatile(self) -> bool:
        """The broker forgets topics and positions when it ends, and its end offsets are too low."""
        return not self.idempotent

    @property
    def session_timeout_ms(self) -> int:
        """A killed worker that is back within this keeps its partitions: also on a busy machine.

        Where workers have no stable names, the one that is back waits for its dead self's to end.
        """
        return 4_000 if self.volatile else 10_000


def kafka_of(settings: ServiceSettings) -> KafkaSettings:
    """The broker that a service's settings name."""
    names = ("protocol", "mechanism", "user", "password_file", "ca_file")
    access = Access(**{name: getattr(settings, f"kafka_{name}") for name in names})
    return KafkaSettings(settings.kafka, access, idempotent=settings.kafka_idempotent)


class CarefulProducer(AIOKafkaProducer):  # type: ignore[misc]  # aiokafka tells no types
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
        """The topic's partitions, as the broker tells now.

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
    if not settings.volatile:
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


def open_broker(settings: KafkaSettings) -> KafkaBroker:
    """FastStream's broker object: raw records, no topic made by accident, new topics seen soon."""
    return KafkaBroker(
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


def subscriber_options(settings: KafkaSettings, group: str, replica: str | None) -> dict[str, Any]:
    """Arguments for `KafkaBroker.subscriber`: batches, nothing acknowledged by itself."""
    return {
        "group_id": group,
        "group_instance_id": f"{group}.{replica}" if replica and settings.idempotent else None,
        "batch": True,
        "max_records": settings.max_records,
        "batch_timeout_ms": settings.poll_ms,
        "ack_policy": AckPolicy.MANUAL,
        "parser": parse_raw,
        "auto_offset_reset": "earliest",
        "session_timeout_ms": settings.session_timeout_ms,
        "heartbeat_interval_ms": settings.session_timeout_ms // 10,
        "fetch_min_bytes": settings.fetch_min_bytes,
        "fetch_max_wait_ms": settings.fetch_max_wait_ms,
        "max_partition_fetch_bytes": 2 * 1024 * 1024,
    }


def open_reader(settings: KafkaSettings) -> AIOKafkaConsumer:
    """A consumer outside every group, for looking into a log; the caller starts and stops it."""
    return AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=settings.fetch_max_wait_ms,
        request_timeout_ms=15_000,
        **settings.access.options(),
    )


def knock(bootstrap: str, seconds: float = 1.0) -> None:
    """See that one of the brokers `host:port,...` accepts a connection: an answer within a second.

    Raises:
        OSError: none does; the last one's reason.
    """
    failure: OSError | None = None
    for address in bootstrap.split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), seconds).close()
        except OSError as error:
            failure = error
        else:
            return
    raise failure or OSError("no broker address")


Where = KafkaSettings | str
"""A broker; by its bare address where nobody asks who comes."""


@contextmanager
def admin(where: Where) -> Iterator[AdminClient]:
    """A client for topics and groups, closed at the end.

    Raises:
        BrokerAway: nothing answers.
        KafkaError: the broker refuses, and will do so again.
    """
    settings = KafkaSettings(where) if isinstance(where, str) else where
    bootstrap, client = settings.bootstrap, None
    try:
        knock(bootstrap)  # the client itself keeps trying in silence
        client = AdminClient(
            bootstrap_servers=bootstrap.split(","),
            request_timeout_ms=ADMIN_TIMEOUT_MS,
            bootstrap_timeout_ms=ADMIN_TIMEOUT_MS,
            **settings.access.options(),
        )
        yield client
    except BrokerAway:
        raise
    except (KafkaError, OSError) as error:
        if isinstance(error, KafkaError) and not error.retriable:
            raise
        cause = f"{type(error).__name__}{settings.access.doubt}"
        raise BrokerAway(f"no answer from the broker at {bootstrap} ({cause})") from error
    finally:
        if client is not None:
            client.close()


def topic_ids(where: Where, names: Iterable[str]) -> dict[str, str]:
    """Identity of each topic that exists. A topic that was made again has another identity.

    Raises:
        Forbidden: whether a topic exists is not for us to know.
    """
    with admin(where) as client:
        return _ids(client, list(names))


def partitions_of(where: Where, name: str) -> list[int]:
    """Numbers of a topic's partitions; none where there is no such topic.

    Raises:
        Forbidden: whether it exists is not for us to know.
    """
    with admin(where) as client:
        return [
            one["partition_index"] for item in _seen(client, [name]) for one in item["partitions"]
        ]


def ensure_topics(where: Where, topics: Iterable[Topic], *, replication: int = -1) -> list[str]:
    """Make what is missing of these topics and their dead-letter topics; returns the names made.

    What exists is left alone, whatever its settings.
    """
    wanted = topic_settings(topics, replication)
    with admin(where) as client:
        present = _ids(client, list(wanted))
        made = [
            name for name in wanted if name not in present and _create(client, name, wanted[name])
        ]
        _await_ids(client, wanted)
    for name in made:
        log.info("made topic %s", name)
    return made


def topic_settings(topics: Iterable[Topic], replication: int = -1) -> dict[str, dict[str, Any]]:
    """For kafka-python: each topic and its dead-letter topic, as the contract wants them."""
    wanted: dict[str, dict[str, Any]] = {}
    for topic in topics:
        configs = {
            "retention.ms": str(topic.retention_ms),
            "cleanup.policy": topic.cleanup_policy,
            "max.message.bytes": str(topic.max_message_bytes),
        }
        common = {"replication_factor": replication, "configs": configs}
        wanted[topic.name] = {"num_partitions": topic.partitions, **common}
        wanted[topic.dead_letter] = {"num_partitions": 1, **common}
    return wanted


def _create(client: AdminClient, name: str, settings: Mapping[str, Any]) -> bool:
    try:
        client.create_topics({name: settings})
    except TopicAlreadyExistsError:  # another service was quicker
        return False
    return True


def _ids(client: AdminClient, names: list[str]) -> dict[str, str]:
    return {item["name"]: str(item["topic_id"]) for item in _seen(client, names)}


def _seen(client: AdminClient, names: list[str]) -> list[dict[str, Any]]:
    """What the broker tells about those that exist."""
    if not names:
        return []
    found = client.describe_topics(names)
    hidden = sorted(item["name"] for item in found if item["error_code"] == TOPIC_FORBIDDEN)
    if hidden:
        raise Forbidden(
            f"no right to see topic {', '.join(hidden)}; the broker's operator gives it"
        )
    return [item for item in found if item["error_code"] != UNKNOWN_TOPIC]


def _await_ids(client: AdminClient, names: Collection[str]) -> None:
    """Creation is done when the broker's metadata shows it, not when it is answered."""
    for _ in range(50):
        if len(_ids(client, list(names))) == len(names):
            return
        time.sleep(0.1)
    raise BrokerAway("topics were made but do not appear in the broker's metadata")
