"""Topics as the contract wants them: what differs on the broker, and bringing it there.

kafka-python returns some errors instead of raising them; here every one becomes an exception.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.admin import AlterConfigOp, ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError

from shared.events.topics import Topic
from shared.kafka.admin import admin
from shared.kafka.topics import UNKNOWN_TOPIC, await_shown, ensure_topics, topic_settings

EXISTENCE, PARTITIONS = "topic", "partitions"


class TopicsRefused(RuntimeError):
    """The broker refused a change, or the contract asks for what Kafka cannot do."""


@dataclass(frozen=True)
class Difference:
    """One setting of one topic that is not as the contract says; `present` is None when missing."""

    topic: str
    setting: str
    present: str | None
    wanted: str


def compare(bootstrap: str, topics: Iterable[Topic]) -> list[Difference]:
    """Everything that differs, dead-letter topics included.

    Raises:
        BrokerAway: nothing answers.
        TopicsRefused: the broker does not tell its settings.
    """
    wanted = topic_settings(topics)
    with admin(bootstrap) as client:
        partitions = _partitions(client, list(wanted))
        configs = _configs(client, [name for name in wanted if name in partitions])
    found: list[Difference] = []
    for name, settings in wanted.items():
        if name not in partitions:
            found.append(
                Difference(name, EXISTENCE, None, f"{settings['num_partitions']} partitions")
            )
            continue
        present = configs[name] | {PARTITIONS: str(partitions[name])}
        asked = settings["configs"] | {PARTITIONS: str(settings["num_partitions"])}
        found += [
            Difference(name, setting, present.get(setting), value)
            for setting, value in asked.items()
            if present.get(setting) != value
        ]
    return found


def apply(
    bootstrap: str, topics: Sequence[Topic], differences: Iterable[Difference], *, replication: int
) -> None:
    """Make what is missing and change what differs, and return when the broker shows it.

    Nothing is changed when something cannot be.

    Raises:
        BrokerAway: nothing answers, or the broker does not show the change in ten seconds.
        TopicsRefused: fewer partitions are asked for, or the broker refused; the message says which.
    """
    known = list(differences)
    changed = [one for one in known if one.setting != EXISTENCE]
    _refuse_fewer_partitions(known)
    try:
        ensure_topics(bootstrap, topics, replication=replication)
        with admin(bootstrap) as client:
            _add_partitions(client, [one for one in changed if one.setting == PARTITIONS])
            _alter(client, [one for one in changed if one.setting != PARTITIONS])
        if changed:
            await_shown(lambda: not set(changed) & set(compare(bootstrap, topics)), "the settings")
    except KafkaError as error:
        raise TopicsRefused(f"the broker refused: {type(error).__name__}: {error}") from error


def _refuse_fewer_partitions(differences: Iterable[Difference]) -> None:
    for one in differences:
        if one.setting == PARTITIONS and int(one.present or 0) > int(one.wanted):
            raise TopicsRefused(
                f"{one.topic} has {one.present} partitions and the contract says {one.wanted}: Kafka "
                f"cannot take partitions away; raise the contract to {one.present}, or make a new topic"
            )


def _partitions(client: KafkaAdminClient, names: list[str]) -> dict[str, int]:
    return {
        item["name"]: len(item["partitions"])
        for item in client.describe_topics(names)
        if item["error_code"] != UNKNOWN_TOPIC
    }


def _configs(client: KafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, Any]] = client.describe_configs(asked, config_filter="all")["topic"]
    for name in names:
        if not isinstance(found.get(name), dict) or not found[name]:
            raise TopicsRefused(f"the broker does not tell the settings of {name}")
    return {name: {key: _value(setting) for key, setting in found[name].items()} for name in names}


def _value(setting: Any) -> str:
    return str(setting["value"] if isinstance(setting, dict) else setting)


def _add_partitions(client: KafkaAdminClient, differences: Sequence[Difference]) -> None:
    if differences:
        client.create_partitions({one.topic: int(one.wanted) for one in differences})


def _alter(client: KafkaAdminClient, differences: Sequence[Difference]) -> None:
    """Set what differs, and no other setting of the topic."""
    for topic in dict.fromkeys(one.topic for one in differences):
        changes = {
            d.setting: (AlterConfigOp.SET, d.wanted) for d in differences if d.topic == topic
        }
        answer = client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, changes)])
        if refusal := _refusal(answer):
            raise TopicsRefused(f"{topic}: the broker refused {', '.join(changes)}: {refusal}")


def _refusal(answer: Any) -> str | None:
    """What went wrong in an answer that raises nothing: a text instead of `OK` or None."""
    if isinstance(answer, dict):
        return next((refusal for part in answer.values() if (refusal := _refusal(part))), None)
    return None if answer in (None, "", "OK") else str(answer)
