"""The events that are measured: the demo's pilot, enlarged, as its services really made them."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path

from rich.console import Console
from sqlalchemy import Engine

from lintas import demo
from lintas.local import Stack, prepare, running
from lintas.pilot.generate import DEFAULT_SEED, Pilot, make_pilot
from lintas.pilot.numbers import Numbers
from lintas.registry import PUBLISHERS
from shared.database.engine import open_engine, snapshot
from shared.events.envelope import CONTENT_TYPE
from shared.outbox.archive import bounds, records
from shared.regions import Regions
from shared.wire.verification import PROOF_HEADER, StoredRecord

DEMO_EVENTS = 226_000
"""What the pilot makes at its own size."""
ENLARGED = (
    "probolinggo_families", "facilitators", "jember_families", "members",
)  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """Where the pilot ran, what it took, and every event in the order of the bus."""

    directory: Path
    stack: Stack
    pilot: Pilot
    measured: demo.Measured
    records: list[StoredRecord]


def numbers_for(events: int) -> Numbers:
    """The pilot's numbers, enlarged so that it makes at least so many events."""
    own = Numbers()
    factor = max(1.0, 1.03 * events / DEMO_EVENTS)
    names = {one.name for one in fields(own)} & set(ENLARGED)
    return replace(own, **{name: round(getattr(own, name) * factor) for name in names})


def make_corpus(directory: Path, events: int, console: Console) -> Corpus:
    """Play the pilot on the embedded parts and keep what its services published."""
    numbers = numbers_for(events)
    pilot = make_pilot(demo.inputs_directory(directory), numbers, DEFAULT_SEED, Regions.load())
    stack = prepare(directory)
    with running(stack):
        measured = demo.run_pilot(stack, pilot, console)
        measured.memory = stack.peak_memory()
    records = list(
        interleaved([list(published(open_engine(stack.database(s)))) for s in PUBLISHERS])
    )
    return Corpus(directory, stack, pilot, measured, records)


def published(engine: Engine) -> Iterator[StoredRecord]:
    """A service's archive, by sequence, as its relay sends it; places in the log are not known yet."""
    with snapshot(engine) as connection:
        for sequence, topic, key, value, proof in records(connection, bounds(connection)):
            headers = (("content-type", CONTENT_TYPE.encode()), (PROOF_HEADER, proof))
            yield StoredRecord(topic, 0, sequence - 1, key.encode(), value, headers)


def interleaved(lists: list[list[StoredRecord]]) -> Iterator[StoredRecord]:
    """Several topics as they would have come: each spread evenly over the whole."""
    placed = (
        (number / len(some), topic, record)
        for topic, some in enumerate(lists)
        for number, record in enumerate(some)
    )
    return (record for _, _, record in sorted(placed, key=lambda one: one[:2]))
