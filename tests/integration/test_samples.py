"""The sample programs of docs/samples, with a stock client, against our own consumer and records."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import Engine

from shared.events.envelope import utc_text
from shared.events.topics import Topic
from shared.kafka.settings import KafkaSettings
from shared.security.identity import NationalId, Pseudonymiser
from tests.kit.listening import all_applied, listening, send
from tests.kit.records import Source, lapsed

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
    options = {"broker": kafka.bootstrap, "topic": topic.name, "owner": topic.owner, "idle": 4,
               "trust": trust_of(source, tmp_path / "trust.json"),
               "database": tmp_path / "events.sqlite"}  # fmt: skip
    first = run("consumer.py", options).splitlines()
    assert first[-1] == "40 events, 0 missing, 1 records refused"
    await send(kafka, source.records([42]))
    again = run("consumer.py", options).splitlines()
    assert again[-1] == "41 events, 1 missing, 1 records refused"
    assert sum("1 new events" in line for line in again) == 1


def test_the_page_gives_pseudonyms_as_services_make_them() -> None:
    """The table's vectors: key, NIK or family number, result."""
    lines = (DOCS / "publish.md").read_text("utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| `0")]
    assert len(rows) == 4
    for key, kind, text, result in ([cell.strip("` ") for cell in row] for row in rows):
        maker = Pseudonymiser("k1", bytes.fromhex(key))
        made = maker.person(NationalId(text)) if kind == "person" else maker.family(text)
        assert made == result
