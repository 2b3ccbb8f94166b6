"""The pilot's events, kept in a folder, and copies of them with other people, as many as wanted."""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from benchmarks.corpus import DEMO_EVENTS, make_corpus
from shared.events.envelope import CONTENT_TYPE, with_sequence, without_sequence
from shared.events.topics import TOPIC_OF
from shared.security.keys import load_signer
from shared.wire.signatures import Signer
from shared.wire.verification import PROOF_HEADER, StoredRecord

FILE, KEYS = "events.parquet", "keys"
SIGNED_TOGETHER = 512
"""Events in a relay's batch when it has much to send."""
_NAMES = re.compile(rb"(?<=k1\.)[a-z2-7]{51}|(?<=-)[0-9a-f]{12}(?=\")")
_LETTERS, _DIGITS = b"abcdefghijklmnopqrstuvwxyz234567", b"0123456789abcdef"


@dataclass(frozen=True)
class PilotEvent:
    """One event of the pilot, without its place in the log."""

    topic: str
    key: bytes
    value: bytes


@dataclass(frozen=True)
class Kept:
    """The pilot's events in the order of the bus, and the keys that sign them."""

    keys: Path
    events: list[PilotEvent]

    def signed(self, copies: int) -> Iterator[StoredRecord]:
        """The pilot so many times, each time with other people, numbered on and signed as relays sign."""
        signers = {topic: _signer(self.keys, topic) for topic in {one.topic for one in self.events}}
        waiting: dict[str, list[PilotEvent]] = {topic: [] for topic in signers}
        numbers = dict.fromkeys(signers, 0)
        for copy in range(copies):
            for event in self.events:
                numbers[event.topic] += 1
                waiting[event.topic].append(_renamed(event, copy, numbers[event.topic]))
                if len(waiting[event.topic]) == SIGNED_TOGETHER:
                    yield from _proved(signers[event.topic], waiting[event.topic])
                    waiting[event.topic] = []
        for topic, rest in waiting.items():
            yield from _proved(signers[topic], rest)


def keep(directory: Path, console: Console) -> Kept:
    """The pilot's events out of this folder; they are made first where it is empty."""
    file = directory / FILE
    if not file.exists():
        directory.mkdir(parents=True, exist_ok=True)
        _play(directory, file, console)
    columns = pq.read_table(file).to_pydict()
    rows = zip(columns["topic"], columns["key"], columns["value"], strict=True)
    return Kept(directory / KEYS, [PilotEvent(*row) for row in rows])


def _play(directory: Path, file: Path, console: Console) -> None:
    corpus = make_corpus(directory / "played", DEMO_EVENTS, console)
    shutil.copytree(corpus.stack.directory / "keys", directory / KEYS)
    write(file, corpus.records)
    shutil.rmtree(directory / "played")


def write(file: Path, records: Iterable[StoredRecord]) -> None:
    """Keep what makes a copy: topics, keys and values."""
    rows = [(one.topic, one.key, one.value) for one in records]
    names = ("topic", "key", "value")
    arrays = [pa.array(column) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(arrays, names=names), file, compression="zstd")


def _signer(keys: Path, topic: str) -> Signer:
    return load_signer(keys, TOPIC_OF[topic].owner.rpartition(":")[2])


def _renamed(event: PilotEvent, copy: int, number: int) -> PilotEvent:
    """The event with other pseudonyms and ids: each copy maps all names one to one, in the same way."""
    body = without_sequence(event.value)
    key = event.key
    if copy:
        letters, digits = _turned(_LETTERS, copy), _turned(_DIGITS, copy)

        def other(found: re.Match[bytes]) -> bytes:
            name = found[0]
            return name.translate(digits if len(name) == 12 else letters)

        body = _NAMES.sub(other, body)
        key = _NAMES.sub(other, key + b'"')[:-1]
    return PilotEvent(event.topic, key, with_sequence(body, number))


def _turned(alphabet: bytes, by: int) -> bytes:
    shift = by % len(alphabet)
    return bytes.maketrans(alphabet, alphabet[shift:] + alphabet[:shift])


def _proved(signer: Signer, some: list[PilotEvent]) -> Iterator[StoredRecord]:
    proofs = signer.prove([one.value for one in some])
    for one, proof in zip(some, proofs, strict=True):
        headers = (("content-type", CONTENT_TYPE.encode()), (PROOF_HEADER, proof))
        yield StoredRecord(one.topic, 0, 0, one.key, one.value, headers)
