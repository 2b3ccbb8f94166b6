"""The sample programs of docs/samples, with a stock client, against our own consumer and records."""

import base64
import json
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Message, Producer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from kafka import KafkaProducer
from sqlalchemy import Engine

from shared.events.envelope import utc_text
from shared.events.topics import Topic
from shared.kafka.settings import KafkaSettings
from shared.outbox.partitioner import key_hash
from shared.security.identity import NationalId, Pseudonymiser
from tests.kit.listening import all_applied, listening, send, send_compressed
from tests.kit.records import Source, lapsed, person

pytestmark = pytest.mark.anyio
DOCS = Path(__file__).resolve().parents[2] / "docs"


def run(name: str, options: Mapping[str, object], given: str = "") -> str:
    """What a sample program prints; it must succeed."""
    words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    command = [sys.executable, str(DOCS / "samples" / name), *words]
    ended = subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def trust_of(source: Source, path: Path) -> Path:
    """The public key as trust.json lists it."""
    key = Ed25519PrivateKey.from_private_bytes(source.seed).public_key().public_bytes_raw()
    entry = {"source": source.topic.owner, "public_key": base64.b64encode(key).decode()}
    path.write_text(json.dumps({source.signer.key_id: entry}))
    return path


def reading(kafka: KafkaSettings, source: Source, folder: Path) -> dict[str, object]:
    """Options of the sample consumer, which ends when nothing more comes."""
    return {
        "broker": kafka.bootstrap,
        "topic": source.topic.name,
        "owner": source.topic.owner,
        "trust": trust_of(source, folder / "trust.json"),
        "database": folder / "events.sqlite",
        "idle": 4,
    }


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    """What the sample consumer has kept."""
    return sqlite3.connect(folder / "events.sqlite").execute(query).fetchall()


async def test_the_sample_publisher_is_accepted_by_our_consumer(
    kafka: KafkaSettings, topic: Topic, engine: Engine, tmp_path: Path
) -> None:
    """Every event is applied; run again it sends nothing twice and goes on with the numbers."""
    source = Source(topic)
    private = Ed25519PrivateKey.from_private_bytes(source.seed)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    options = {"broker": kafka.bootstrap, "topic": topic.name, "source": topic.owner,
               "agreement": topic.agreement, "key": tmp_path / "key.pem",
               "database": tmp_path / "outbox.sqlite"}  # fmt: skip
    facts = [
        json.dumps({"type": "id.lintas.membership.lapsed.v1", "subject": fact.subject,
                    "time": utc_text(fact.time), "data": json.loads(fact.payload.model_dump_json())})
        for fact in map(lapsed, range(1, 6))
    ]  # fmt: skip
    assert run("publisher.py", options, "\n".join(facts[:4])) == "4 events sent\n"
    assert run("publisher.py", options, facts[4]) == "1 events sent\n"
    assert run("publisher.py", options) == "0 events sent\n"
    async with listening(engine, kafka, source):
        await all_applied(engine, source, range(1, 6))


async def test_the_sample_consumer_keeps_each_event_once_and_refuses_forgeries(
    kafka: KafkaSettings, topic: Topic, tmp_path: Path
) -> None:
    """Repeated, unsigned and altered records; started again it reads on where it was."""
    source = Source(topic)
    good = source.records(range(1, 41))
    forged = Source(topic, seed=b"f" * 32).records([41])
    await send(kafka, [*good, *good[:10], *forged])
    options = reading(kafka, source, tmp_path)
    first = run("consumer.py", options).splitlines()
    assert first[-1] == "40 events, 0 missing, 1 records refused"
    await send(kafka, source.records([42]))
    again = run("consumer.py", options).splitlines()
    assert again[-1] == "41 events, 1 missing, 1 records refused"
    assert sum("1 new events" in line for line in again) == 1


async def test_the_sample_consumer_refuses_another_event_under_a_used_number(
    kafka: KafkaSettings, topic: Topic, tmp_path: Path
) -> None:
    """The first stays; the other is kept aside by its place and reason, and reading goes on."""
    source, fact = Source(topic), lapsed(2)
    other = source.value(2, replace(fact, time=fact.time + timedelta(hours=1)))
    await send(kafka, source.records(range(1, 4)))
    await send(kafka, source.signed([(other, fact.subject.encode())]))
    await send(kafka, source.records([4]))
    last = run("consumer.py", reading(kafka, source, tmp_path)).splitlines()[-1]
    assert last == "4 events, 0 missing, 1 records refused"
    assert rows(tmp_path, "select reason from refused") == [("SEQUENCE_REUSED",)]
    kept = rows(tmp_path, "select value from event where sequence = 2")
    assert kept == [(source.value(2).decode(),)]


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
async def test_the_sample_consumer_reads_compressed_batches(
    kafka: KafkaSettings, topic: Topic, tmp_path: Path, codec: str
) -> None:
    """A broker that keeps to the contract stores every batch as gzip, whatever its sender chose."""
    if kafka.embedded and codec != "gzip":
        pytest.skip(
            "the embedded broker keeps batches as sent; kafka-python reads gzip without more"
        )
    source = Source(topic)
    send_compressed(kafka, source, range(1, 31), codec)
    last = run("consumer.py", reading(kafka, source, tmp_path)).splitlines()[-1]
    assert last == "30 events, 0 missing, 0 records refused"


KEYS = [person(number).encode() for number in range(30)]


def by_kafka_python(bootstrap: str, topic: Topic) -> list[int]:
    """Where its default puts each key."""
    producer = KafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=False)
    sent = [producer.send(topic.name, key=key, value=b"{}") for key in KEYS]
    places = [one.get(timeout=30).partition for one in sent]
    producer.close()
    return places


async def by_aiokafka(bootstrap: str, topic: Topic) -> list[int]:
    """Where its default puts each key."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        return [(await producer.send_and_wait(topic.name, b"{}", key)).partition for key in KEYS]


def by_librdkafka(bootstrap: str, topic: Topic, **settings: str) -> list[int]:
    """Where it puts each key."""
    producer, places = Producer({"bootstrap.servers": bootstrap, **settings}), dict[bytes, int]()

    def note(_: object, sent: Message) -> None:
        key, place = sent.key(), sent.partition()
        assert key is not None
        assert place is not None
        places[key] = place

    for key in KEYS:
        producer.produce(topic.name, b"{}", key, on_delivery=note)
    assert producer.flush(30) == 0
    return [places[key] for key in KEYS]


async def test_clients_set_up_as_the_page_says_choose_the_partition_of_our_relay(
    kafka: KafkaSettings, topic: Topic
) -> None:
    """A subject's events stay in one partition whoever sends; librdkafka's own choice is another."""
    ours = [key_hash(key) % topic.partitions for key in KEYS]
    assert by_kafka_python(kafka.bootstrap, topic) == ours
    assert await by_aiokafka(kafka.bootstrap, topic) == ours
    assert by_librdkafka(kafka.bootstrap, topic, partitioner="murmur2_random") == ours
    assert by_librdkafka(kafka.bootstrap, topic) != ours


def test_the_page_gives_pseudonyms_as_services_make_them() -> None:
    """The table's vectors: key, NIK or family number, result."""
    lines = (DOCS / "publish.md").read_text("utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `0")]
    assert len(rows) == 4
    for key, kind, text, result in ([cell.strip("` ") for cell in row] for row in rows):
        maker = Pseudonymiser("k1", bytes.fromhex(key))
        made = maker.person(NationalId(text)) if kind == "person" else maker.family(text)
        assert made == result
