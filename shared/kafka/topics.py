"""Topics on the broker: which there are, and making those that the contract wants."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kafka.errors import TopicAlreadyExistsError

from shared.events.topics import Topic
from shared.kafka.admin import AdminClient, BrokerAway, Forbidden, Where, admin

log = logging.getLogger("lintas.kafka")
UNKNOWN_TOPIC, TOPIC_FORBIDDEN = 3, 29


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
        await_shown(lambda: len(_ids(client, list(wanted))) == len(wanted), "the topics made")
    for name in made:
        log.info("made topic %s", name)
    return made


def await_shown(shown: Callable[[], bool], what: str) -> None:
    """Wait for `shown`: a change is done when the broker's metadata shows it, not when it is answered.

    Raises:
        BrokerAway: `what` is not to be seen after ten seconds.
    """
    for _ in range(100):
        if shown():
            return
        time.sleep(0.1)
    raise BrokerAway(f"the broker took the change but does not show {what} after 10 s; try again")


def topic_settings(topics: Iterable[Topic], replication: int = -1) -> dict[str, dict[str, Any]]:
    """For kafka-python: each topic and its dead-letter topic, as the contract wants them."""
    wanted: dict[str, dict[str, Any]] = {}
    for topic in topics:
        configs = {
            "retention.ms": str(topic.retention_ms),
            "cleanup.policy": topic.cleanup_policy,
            "max.message.bytes": str(topic.max_message_bytes),
            "compression.type": topic.compression,
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
    """What the broker answers about those that exist."""
    if not names:
        return []
    found = client.describe_topics(names)
    hidden = sorted(item["name"] for item in found if item["error_code"] == TOPIC_FORBIDDEN)
    if hidden:
        raise Forbidden(
            f"no right to see topic {', '.join(hidden)}; the broker's operator gives it"
        )
    return [item for item in found if item["error_code"] != UNKNOWN_TOPIC]
