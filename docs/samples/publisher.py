"""Publish events of Lintas with a stock client: number, sign and keep them, then send them in order.

It imports nothing of Lintas. `pip install kafka-python cryptography`, then, with one fact a line in JSON
({"type", "subject", "time", "data"}) on standard input:

    python publisher.py --broker HOST:PORT --topic lintas.cooperative.v1 --source urn:lintas:cooperative \
        --agreement urn:lintas:agreement:... --key signing.pem --database outbox.sqlite < facts.ndjson

Why each step is as it is: docs/publish.md.
"""

import argparse
import hashlib
import json
import secrets
import sqlite3
import struct
import sys
import time
import uuid
from datetime import UTC, datetime

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from kafka import KafkaProducer

TABLE = """create table if not exists outbox (sequence integer primary key autoincrement, subject text,
    value blob, proof blob, sent integer not null default 0)"""


def uuid7() -> str:
    """An id that sorts by the time it was made."""
    number = time.time_ns() // 1_000_000 << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=number | 0b10 << 62 | secrets.randbits(62)))


def event_of(fact: dict, source: str, agreement: str, sequence: int) -> bytes:
    """The exact bytes of the event: these are signed, kept and sent, never written again."""
    event = {
        "specversion": "1.0", "id": uuid7(), "source": source, "type": fact["type"],
        "subject": fact["subject"], "time": fact["time"],
        "recordedtime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "datacontenttype": "application/json",
        "dataschema": "urn:lintas:schema:" + fact["type"].removeprefix("id.lintas."),
        "agreement": agreement,
        "traceparent": f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01",
        "data": fact["data"], "sequence": f"{sequence:019d}",
    }  # fmt: skip
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode()


def proof_of(value: bytes, key) -> bytes:
    """The header `lintas-proof` of a batch of one: a plain signature."""
    public = key.public_key().public_bytes_raw()
    root = hashlib.sha256(b"\x00" + value).digest()
    signature = key.sign(b"lintas-proof-v1:" + struct.pack(">I", 1) + root)
    return struct.pack(">B8sII64s", 1, hashlib.sha256(public).digest()[:8], 0, 1, signature)


def take_in(database: sqlite3.Connection, facts, source: str, agreement: str, key) -> None:
    """Give each fact the next number and keep its signed event, all in one transaction."""
    with database:
        for fact in facts:
            place = database.execute("insert into outbox (subject) values (?)", [fact["subject"]])
            value = event_of(fact, source, agreement, place.lastrowid)
            row = (value, proof_of(value, key), place.lastrowid)
            database.execute("update outbox set value = ?, proof = ? where sequence = ?", row)


def send(database: sqlite3.Connection, broker: str, topic: str) -> int:
    """Send what was not acknowledged yet, in order, the same bytes; returns how many."""
    producer = KafkaProducer(bootstrap_servers=broker, acks="all", enable_idempotence=False,
                             max_in_flight_requests_per_connection=1)  # fmt: skip
    waiting = database.execute(
        "select sequence, subject, value, proof from outbox where sent = 0 order by sequence"
    )
    count = 0
    for sequence, subject, value, proof in waiting.fetchall():
        headers = [("content-type", b"application/cloudevents+json"), ("lintas-proof", proof)]
        producer.send(topic, key=subject.encode(), value=value, headers=headers).get(timeout=30)
        with database:
            database.execute("update outbox set sent = 1 where sequence = ?", [sequence])
        count += 1
    producer.close()
    return count


def main() -> None:
    """Take in the facts of standard input, then send all that waits."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("broker", "topic", "source", "agreement", "key", "database"):
        parser.add_argument(f"--{name}", required=True)
    asked = parser.parse_args()
    with open(asked.key, "rb") as file:
        key = load_pem_private_key(file.read(), password=None)
    database = sqlite3.connect(asked.database)
    database.execute(TABLE)
    take_in(database, map(json.loads, sys.stdin), asked.source, asked.agreement, key)
    print(f"{send(database, asked.broker, asked.topic)} events sent")


if __name__ == "__main__":
    main()
