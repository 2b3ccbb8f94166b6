"""The pilot's events, kept in a folder, and copies of them with other people, as many as wanted."""

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
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
_ID = rb"[0-9a-f]{8}-[0-9a-f]{4}-[57][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_NAMES = re.compile(rb'(?<=k1\.)[a-z2-7]{51}|(?<=")' + _ID + rb'(?=")')
_APART_MS = 3_600_000
"""By how much the ids of a copy are younger than those of the one before: ids are looked up by their time."""
_LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"


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
    body, key = without_sequence(event.value), event.key
    if copy:
        names = partial(_NAMES.sub, partial(_other, copy))
        body, key = names(body), names(b'"%b"' % key)[1:-1]
    return PilotEvent(event.topic, key, with_sequence(body, number))


def _other(copy: int, found: re.Match[bytes]) -> bytes:
    """A pseudonym or an id of another copy."""
    name = found[0]
    if b"-" not in name:
        return name.translate(_turned(_LETTERS, copy))
    # an id that is made of names (version 5) has no time there, and may run over the end
    moment = b"%012x" % ((int(name[:8] + name[9:13], 16) + copy * _APART_MS) % 2**48)
    return b"%b-%b%b" % (moment[:8], moment[8:], name[13:])


@cache
def _turned(alphabet: bytes, by: int) -> bytes:
    shift = by % len(alphabet)
    return bytes.maketrans(alphabet, alphabet[shift:] + alphabet[:shift])


def _proved(signer: Signer, some: list[PilotEvent]) -> Iterator[StoredRecord]:
    proofs = signer.prove([one.value for one in some])
    for one, proof in zip(some, proofs, strict=True):
        headers = (("content-type", CONTENT_TYPE.encode()), (PROOF_HEADER, proof))
        yield StoredRecord(one.topic, 0, 0, one.key, one.value, headers)
