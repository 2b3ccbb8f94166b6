"""`lintas topics apply`: what differs is shown, then applied; what Kafka cannot do is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.events.topics import COOPERATIVE, Topic
from shared.kafka import topics_apply
from shared.kafka.admin import BrokerAway, admin
from shared.kafka.settings import KafkaSettings
from shared.kafka.topics import await_shown, topic_ids
from shared.kafka.topics_apply import Difference, TopicsRefused, apply, compare


@pytest.fixture
def absent(kafka: KafkaSettings) -> Iterator[Topic]:
    """A topic that does not exist yet."""
    fresh = replace(COOPERATIVE, name=f"test.{uuid4().hex}.v1", partitions=3)
    yield fresh
    with admin(kafka.bootstrap) as client:
        found = topic_ids(kafka.bootstrap, [fresh.name, fresh.dead_letter])
        if found:
            client.delete_topics(list(found))


@pytest.fixture
def real(kafka: KafkaSettings) -> KafkaSettings:
    """A broker that knows settings of topics."""
    if kafka.embedded:
        pytest.skip(
            "the embedded broker keeps no settings of topics: not tested without --parts real"
        )
    return kafka


def applied(kafka: KafkaSettings, topic: Topic) -> list[Difference]:
    """Apply, and tell what differed before."""
    found = compare(kafka.bootstrap, [topic])
    apply(kafka.bootstrap, [topic], found, replication=-1)
    return found


def test_comparing_lists_what_is_missing_and_makes_nothing(
    kafka: KafkaSettings, absent: Topic
) -> None:
    """This is all that --dry-run does."""
    names = [absent.name, absent.dead_letter]
    for _ in range(2):
        found = compare(kafka.bootstrap, [absent])
        assert [(one.topic, one.present, one.wanted) for one in found] == [
            (absent.name, None, "3 partitions"), (absent.dead_letter, None, "1 partitions")
        ]  # fmt: skip
        assert topic_ids(kafka.bootstrap, names) == {}


def test_missing_topics_are_made(kafka: KafkaSettings, absent: Topic) -> None:
    """With their dead-letter topics."""
    assert len(applied(kafka, absent)) == 2
    assert set(topic_ids(kafka.bootstrap, [absent.name, absent.dead_letter])) == {
        absent.name, absent.dead_letter
    }  # fmt: skip


def test_what_was_applied_does_not_differ(real: KafkaSettings, absent: Topic) -> None:
    """A second time there is nothing to do."""
    applied(real, absent)
    assert compare(real.bootstrap, [absent]) == []


def test_settings_and_partitions_follow_the_contract(real: KafkaSettings, topic: Topic) -> None:
    """Retention, compaction, the largest message, compression and more partitions; nothing else is touched."""
    changed = replace(
        topic,
        partitions=5,
        retention_ms=86_400_000,
        cleanup_policy="compact,delete",
        max_message_bytes=65_536,
        compression="zstd",
    )
    found = applied(real, changed)
    assert {(d.setting, d.present, d.wanted) for d in found if d.topic == topic.name} == {
        ("partitions", "3", "5"),
        ("retention.ms", "-1", "86400000"),
        ("cleanup.policy", "delete", "compact,delete"),
        ("max.message.bytes", "131072", "65536"),
        ("compression.type", "gzip", "zstd"),
    }
    assert compare(real.bootstrap, [changed]) == []


def test_it_ends_when_the_broker_shows_the_change(
    real: KafkaSettings, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy broker takes a change before it shows it; who looks next must not see the old."""
    changed = replace(topic, retention_ms=86_400_000)
    found = compare(real.bootstrap, [changed])
    stale = [found, found]

    def late(bootstrap: str, topics: Iterable[Topic]) -> list[Difference]:
        return stale.pop() if stale else compare(bootstrap, topics)

    monkeypatch.setattr(topics_apply, "compare", late)
    apply(real.bootstrap, [changed], found, replication=-1)
    assert stale == []
    assert compare(real.bootstrap, [changed]) == []


def test_a_change_that_is_never_shown_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing, and that it may be tried again."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(BrokerAway, match=r"does not show the settings after 10 s; try again"):
        await_shown(lambda: False, "the settings")


def test_partitions_are_never_taken_away(real: KafkaSettings, topic: Topic) -> None:
    """Nothing at all is changed then, and the message says what can be done."""
    fewer = replace(topic, partitions=2, retention_ms=1_000)
    found = compare(real.bootstrap, [fewer])
    with pytest.raises(TopicsRefused, match="has 3 partitions and the contract says 2"):
        apply(real.bootstrap, [fewer], found, replication=-1)
    assert compare(real.bootstrap, [fewer]) == found


def test_a_refusal_that_the_client_only_returns_is_an_error(
    real: KafkaSettings, topic: Topic
) -> None:
    """The client hands it back as a text; it must not pass as done."""
    nonsense = replace(topic, cleanup_policy="forget")
    found = compare(real.bootstrap, [nonsense])
    with pytest.raises(TopicsRefused, match=r"cleanup\.policy"):
        apply(real.bootstrap, [nonsense], found, replication=-1)
    assert compare(real.bootstrap, [nonsense]) == found


def test_too_many_copies_are_refused(real: KafkaSettings, absent: Topic) -> None:
    """One broker cannot keep a hundred copies; the message has the broker's own reason."""
    found = compare(real.bootstrap, [absent])
    with pytest.raises(TopicsRefused, match="Replication"):
        apply(real.bootstrap, [absent], found, replication=100)
