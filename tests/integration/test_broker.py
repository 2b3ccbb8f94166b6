"""The embedded broker as a process, and topics on whatever broker is under test."""

import os
import socket
import time
from pathlib import Path

import pytest
from kafka.admin import KafkaAdminClient

from lintas.broker import EmbeddedBroker, PortTaken, free_port, is_free
from shared.events.topics import TOPICS, Topic
from shared.kafka.admin import BrokerAway
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import ensure_topics, topic_ids


def test_a_broker_answers_as_soon_as_it_is_started() -> None:
    """No waiting after `start`; nothing listens after `stop`."""
    with EmbeddedBroker() as broker:
        assert broker.alive
        assert topic_ids(broker.bootstrap, ["none"]) == {}
    assert not broker.alive
    assert is_free(broker.port)


def test_a_broker_listens_on_loopback_only() -> None:
    """Its default would be every address of the machine."""
    with EmbeddedBroker() as broker:
        listening = [
            line.split()[1]
            for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
            if line.split()[3] == "0A" and line.split()[1].endswith(f":{broker.port:04X}")
        ]
    assert listening == [f"0100007F:{broker.port:04X}"]


def test_a_taken_port_is_refused() -> None:
    """Two brokers could bind one port and would share the clients between them."""
    with EmbeddedBroker() as first, pytest.raises(PortTaken, match=str(first.port)):
        EmbeddedBroker(port=first.port).start()


def test_a_port_that_somebody_merely_holds_is_not_free() -> None:
    """A listener that accepts nobody yet still holds the port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen(1)
        assert not is_free(held.getsockname()[1])
    assert is_free(free_port())


def test_a_killed_broker_has_forgotten_everything_and_keeps_its_port() -> None:
    """A topic made again has another identity: that is how consumers notice."""
    with EmbeddedBroker() as broker:
        port = broker.port
        ensure_topics(broker.bootstrap, TOPICS)
        name = TOPICS[0].name
        before = topic_ids(broker.bootstrap, [name])
        broker.kill()
        broker.start()
        assert broker.port == port
        assert topic_ids(broker.bootstrap, [name]) == {}
        ensure_topics(broker.bootstrap, TOPICS)
        assert topic_ids(broker.bootstrap, [name]) != before


def test_stopping_twice_is_fine_and_leaves_no_process() -> None:
    """No orphan, no zombie."""
    broker = EmbeddedBroker().start()
    pid = broker.pid
    assert pid is not None
    broker.stop()
    broker.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_the_broker_prints_can_be_kept(tmp_path: Path) -> None:
    """For finding out why it would not start."""
    with EmbeddedBroker(output=tmp_path / "broker.log") as broker:
        ensure_topics(broker.bootstrap, TOPICS[:1])
    assert (tmp_path / "broker.log").exists()


def test_topics_are_made_once_with_their_dead_letter_topics(
    kafka: KafkaSettings, topic: Topic
) -> None:
    """The fixture has made them; a second time there is nothing to do."""
    assert ensure_topics(kafka.bootstrap, [topic]) == []
    names = [topic.name, topic.dead_letter]
    admin = KafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    found = {item["name"]: len(item["partitions"]) for item in admin.describe_topics(names)}
    admin.close()
    assert found == {topic.name: topic.partitions, topic.dead_letter: 1}


def test_a_topic_s_identity_is_stable_and_its_own(kafka: KafkaSettings, topic: Topic) -> None:
    """Positions hang on it."""
    names = [topic.name, topic.dead_letter]
    found = topic_ids(kafka.bootstrap, names)
    assert found == topic_ids(kafka.bootstrap, names)
    assert len(set(found.values())) == len(names)


def test_a_missing_topic_has_no_identity_and_is_not_made_by_asking(kafka: KafkaSettings) -> None:
    """Asking is not making."""
    for _ in range(2):
        assert topic_ids(kafka.bootstrap, ["test.nobody.made.this"]) == {}


def test_a_broker_that_is_away_is_said_so_within_seconds() -> None:
    """An OSError with the address, so that callers wait; no hanging."""
    began = time.monotonic()
    with pytest.raises(BrokerAway, match="no answer from the broker at 127"):
        topic_ids(f"127.0.0.1:{free_port()}", ["x"])
    assert time.monotonic() - began < 10
