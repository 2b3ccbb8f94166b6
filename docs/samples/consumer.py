"""Read a topic of Lintas with a stock client: check each event, keep it once, in order.

It imports nothing of Lintas. `pip install kafka-python cryptography`, then:

    python consumer.py --broker HOST:PORT --topic lintas.cooperative.v1 --owner urn:lintas:cooperative \
        --trust trust.json --database events.sqlite

Why each step is as it is: docs/consume.md.
"""

import argparse
import base64
import hashlib
import json
import sqlite3
import struct
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from kafka import KafkaConsumer, TopicPartition

TABLES = """
create table if not exists event (source text, sequence integer, digest text, subject text, value text,
    primary key (source, sequence));
create table if not exists refused (partition integer, at integer, reason text, primary key (partition, at));
create table if not exists position (partition integer primary key, next integer);
"""


class Refused(Exception):
    """A record that is no event of this topic's owner; the message says why, and nothing of its content."""


@lru_cache(maxsize=1024)
def check_signature(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Raise unless the key has signed the message; a batch of events shares one signature."""
    Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)


def proven_source(value: bytes, proof: bytes, trust: dict) -> str:
    """The source that made this value, by its Merkle path and the signature over the root."""
    try:
        version, key_id, index, size, signature = struct.unpack(">B8sII64s", proof[:81])
        path = [proof[at : at + 32] for at in range(81, len(proof), 32)]
        node, last = hashlib.sha256(b"\x00" + value).digest(), size - 1
        if version != 1 or index > last:
            raise ValueError("version or index")
        while last:
            if index ^ 1 <= last:
                sibling = path.pop(0)
                pair = sibling + node if index & 1 else node + sibling
                node = hashlib.sha256(b"\x01" + pair).digest()
            index, last = index >> 1, last >> 1
        if path:
            raise ValueError("path too long")
    except (struct.error, ValueError, IndexError):
        raise Refused("PROOF_FORMAT") from None
    if key_id.hex() not in trust:
        raise Refused("KEY_UNKNOWN")
    entry = trust[key_id.hex()]
    try:
        message = b"lintas-proof-v1:" + struct.pack(">I", size) + node
        check_signature(base64.b64decode(entry["public_key"]), signature, message)
    except InvalidSignature:
        raise Refused("PROOF_INVALID") from None
    return entry["source"]


def read_event(record, owner: str, trust: dict) -> dict:
    """The event of a record, if its owner made it."""
    headers = dict(record.headers)
    if "lintas-proof" not in headers or record.value is None:
        raise Refused("PROOF_MISSING")
    source = proven_source(record.value, headers["lintas-proof"], trust)
    try:
        event = json.loads(record.value)
        said, subject, sequence = event["source"], event["subject"], int(event["sequence"])
    except (ValueError, KeyError, TypeError):
        raise Refused("ENVELOPE") from None
    if not said == source == owner:
        raise Refused("FORGED")
    if record.key != subject.encode() or sequence < 1:
        raise Refused("KEY_MISMATCH")
    return event


def keep(database: sqlite3.Connection, record, owner: str, trust: dict) -> bool:
    """Keep a record's event once, or why it was refused; whether it was new."""
    try:
        event = read_event(record, owner, trust)
        digest = hashlib.sha256(record.value).hexdigest()
        row = (
            event["source"],
            int(event["sequence"]),
            digest,
            event["subject"],
            record.value.decode(),
        )
        new = (
            database.execute("insert or ignore into event values (?, ?, ?, ?, ?)", row).rowcount
            == 1
        )
        known = database.execute(
            "select digest from event where source = ? and sequence = ?", row[:2]
        )
        if known.fetchone() != (digest,):
            raise Refused("SEQUENCE_REUSED")  # the same number for something else: ask the owner
    except Refused as refused:
        row = (record.partition, record.offset, str(refused))
        database.execute("insert or ignore into refused values (?, ?, ?)", row)
        return False
    return new


def connect(broker: str, topic: str, database: sqlite3.Connection) -> KafkaConsumer:
    """A reader of all partitions from where the database says, else from the beginning."""
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, group_id=None,
                             auto_offset_reset="earliest")  # fmt: skip
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise SystemExit(f"no topic {topic} at {broker}")
    places = {number: TopicPartition(topic, number) for number in numbers}
    consumer.assign(list(places.values()))
    kept = dict(database.execute("select partition, next from position"))
    for number, place in places.items():
        consumer.seek(place, kept[number]) if number in kept else consumer.seek_to_beginning(place)
    return consumer


def missing(database: sqlite3.Connection, owner: str) -> int:
    """How many events of the owner are not here although a later one is; 0 means complete."""
    row = database.execute(
        "select coalesce(max(sequence), 0) - count(*) from event where source = ?", [owner]
    )
    return row.fetchone()[0]


def main() -> None:
    """Read until nothing comes for a while (`--idle`), or for ever."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("broker", "topic", "owner", "trust", "database"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--idle", type=float, help="end after so many seconds without a record")
    asked = parser.parse_args()
    with open(asked.trust, encoding="utf-8") as file:
        trust = json.load(file)
    database = sqlite3.connect(asked.database)
    database.executescript(TABLES)
    consumer = connect(asked.broker, asked.topic, database)
    wait = int(asked.idle * 1000) if asked.idle else 60_000
    while True:
        batch = consumer.poll(timeout_ms=wait)
        if not batch and asked.idle:
            break
        with database:  # events and positions in one transaction: a crash loses and doubles nothing
            for place, records in batch.items():
                new = sum(keep(database, record, asked.owner, trust) for record in records)
                row = (place.partition, records[-1].offset + 1)
                database.execute("insert or replace into position values (?, ?)", row)
                print(
                    f"partition {place.partition}: {len(records)} records, {new} new events",
                    flush=True,
                )
    events, refused = (
        database.execute(f"select count(*) from {table}").fetchone()[0]
        for table in ("event", "refused")
    )
    print(f"{events} events, {missing(database, asked.owner)} missing, {refused} records refused")
    consumer.close()


if __name__ == "__main__":
    main()
