"""Compare arriving events with all earlier ones of their source, in whatever partition they came.

Most batches are all new: bitmaps without a common bit and ids without a common member show that at
once. Only other batches are judged event by event.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, and_, or_, select

from shared.database.bulk import upsert
from shared.inbox.arrivals import between, inbox_arrival, numbers, sequences, write
from shared.inbox.blocks import BLOCK, BLOCK_BITS, Blocks, blocks_of, bounds
from shared.inbox.fingerprints import Arrival, Fingerprint, ranges
from shared.inbox.partitions import SourcePartition, announce, inbox_partition, lock, moved
from shared.inbox.seen import inbox_seen, move_marks


class Verdict(StrEnum):
    """How an event compares with earlier ones. The first event to arrive with a number keeps it."""

    NEW = "new"
    AGAIN = "again"
    """The same bytes, or a number received before fingerprints existed."""
    SEQUENCE_REUSED = "SEQUENCE_REUSED"
    """The source had given this number to another event."""
    ID_REUSED = "ID_REUSED"
    """The number is new, but the source had given the id to another event."""


class Known:
    """What was received of one source, as far as a batch needs it."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source
        self._blocks: Blocks = {}
        self._id_rows: list[Any] = []
        self._new_ids: set[int] = set()
        self._added: list[Arrival] = []

    def load(self, arrivals: Iterable[Arrival]) -> None:
        """Load what `take_all` and `judge` need for these events."""
        arrivals = list(arrivals)
        wanted = blocks_of([sequence for sequence, _ in arrivals])
        self._blocks = {block: BitMap() for block in wanted}
        self._load_folded(wanted)
        self._load_rows(wanted)
        if any(not self._blocks[block].isdisjoint(bits) for block, bits in wanted.items()):
            arrivals = [one for one in arrivals if not self._has(one[0])]
        self.load_ids(print_ for _, print_ in arrivals)

    def _load_folded(self, wanted: Blocks) -> None:
        table = inbox_seen.c
        query = select(table.block, table.bitmap).where(
            table.source == self._source, table.block.in_(list(wanted))
        )
        for block, bitmap in self._connection.execute(query):
            self._blocks[block] |= BitMap.deserialize(bitmap)

    def _load_rows(self, wanted: Blocks) -> None:
        table = inbox_arrival.c
        query = select(table.block, table.slots).where(between(self._source, bounds(wanted)))
        for block, slots in self._connection.execute(query):
            self._blocks[block] |= BitMap.deserialize(slots)

    def load_ids(self, prints: Iterable[Fingerprint]) -> None:
        """Load the rows in which one of these ids may be."""
        table = inbox_arrival.c
        spans = ranges({moment for _, short_id, moment in prints if short_id})
        if spans:
            query = select(table.block, table.slots, table.ids).where(
                table.source == self._source,
                or_(*(and_(table.last_id_ms >= low, table.first_id_ms <= high) for low, high in spans)),
            )  # fmt: skip
            self._id_rows = list(self._connection.execute(query))

    def take_all(self, arrivals: Sequence[Arrival]) -> bool:
        """Remember these events if neither a number nor an id of them occurred, or occurs twice."""
        blocks = blocks_of([sequence for sequence, _ in arrivals])
        if sum(map(len, blocks.values())) != len(arrivals):
            return False
        if not all(self._blocks[block].isdisjoint(bits) for block, bits in blocks.items()):
            return False
        with_id = [print_[1] for _, print_ in arrivals if print_[1]]
        ids = set(with_id)
        if len(ids) != len(with_id) or not self._are_free(ids):
            return False
        for block, bits in blocks.items():
            self._blocks[block] |= bits
        self._new_ids |= ids
        self._added += arrivals
        return True

    def _are_free(self, ids: set[int]) -> bool:
        known = (numbers(row.ids) for row in self._id_rows)
        return ids.isdisjoint(self._new_ids) and all(ids.isdisjoint(some) for some in known)

    def take(self, sequence: int, print_: Fingerprint) -> None:
        """Remember this event."""
        self._blocks[sequence >> BLOCK_BITS].add(sequence & (BLOCK - 1))
        self._new_ids.add(print_[1])
        self._added.append((sequence, print_))

    def judge(self, arrivals: Sequence[Arrival]) -> Iterator[tuple[Verdict, Arrival]]:
        """Judge one after the other; with each verdict the event as it is remembered."""
        contents = self._contents(sequence for sequence, _ in arrivals if self._has(sequence))
        owners = self.owners()
        for sequence, print_ in arrivals:
            if self._has(sequence):
                before = contents.get(sequence, 0)
                same = before in (0, print_[0])
                yield (Verdict.AGAIN if same else Verdict.SEQUENCE_REUSED), (sequence, print_)
                continue
            verdict, kept = claim_id(owners, sequence, print_)
            contents[sequence] = print_[0]
            self.take(sequence, kept)
            yield verdict, (sequence, kept)

    def owners(self) -> dict[int, int]:
        """The sequence to which each of the loaded ids belongs."""
        found: dict[int, int] = {}
        for row in self._id_rows:
            found.update(zip(numbers(row.ids), sequences(row), strict=True))
        return found | {print_[1]: sequence for sequence, print_ in self._added}

    def _contents(self, wanted: Iterable[int]) -> dict[int, int]:
        """What is known of the contents of these sequences."""
        blocks, found = blocks_of(wanted), dict[int, int]()
        table = inbox_arrival.c
        query = select(table.block, table.slots, table.contents)
        if blocks:
            rows = self._connection.execute(query.where(between(self._source, bounds(blocks))))
            for row in rows:
                found.update(zip(sequences(row), numbers(row.contents), strict=True))
        return found | {sequence: print_[0] for sequence, print_ in self._added}

    def _has(self, sequence: int) -> bool:
        return (sequence & (BLOCK - 1)) in self._blocks[sequence >> BLOCK_BITS]


def claim_id(
    owners: dict[int, int], sequence: int, print_: Fingerprint
) -> tuple[Verdict, Fingerprint]:
    """Give the id to this sequence, unless another one has it: then the event is kept without it."""
    content, short_id, _ = print_
    if short_id and owners.setdefault(short_id, sequence) != sequence:
        return Verdict.ID_REUSED, (content, 0, 0)
    return Verdict.NEW, print_


class Seen:
    """What was received, during one transaction: reads and writes once what a batch needs."""

    def __init__(self, connection: Connection, partitions: Iterable[SourcePartition]) -> None:
        """Lock these partitions: two replicas never write the same rows."""
        self._connection = connection
        self._partitions = lock(connection, partitions)
        self._known: dict[str, Known] = {}
        self._new: dict[SourcePartition, list[Arrival]] = {}
        self._counted: list[tuple[SourcePartition, int]] = []

    def announce(self, arriving: Mapping[SourcePartition, Sequence[Arrival]]) -> None:
        """Wait for transactions that add one of these events elsewhere; once, before `load`."""
        numbers = {at: [one for one, _ in arrivals] for at, arrivals in arriving.items()}
        announce(self._connection, numbers)

    def load(self, arriving: Mapping[SourcePartition, Sequence[Arrival]]) -> None:
        """Load what `judge` needs for these events."""
        for source in sorted({source for source, _ in arriving}):
            self._known[source] = Known(self._connection, source)
            mine = (some for at, some in sorted(arriving.items()) if at[0] == source)
            self._known[source].load(arrival for some in mine for arrival in some)

    def judge(self, at: SourcePartition, arrivals: Sequence[Arrival]) -> list[Verdict]:
        """Compare loaded events, in order, with all earlier ones, and remember them.

        An event that reuses an id uses up its number; the id stays with the first event.
        """
        known, new = self._known[at[0]], self._new.setdefault(at, [])
        if known.take_all(arrivals):
            new += arrivals
            return [Verdict.NEW] * len(arrivals)
        judged = list(known.judge(arrivals))
        new += [one for verdict, one in judged if verdict in (Verdict.NEW, Verdict.ID_REUSED)]
        return [verdict for verdict, _ in judged]

    def judge_counted(self, at: SourcePartition, arrival: Arrival) -> Verdict:
        """Judge an event whose number was counted before its id could be read."""
        known, (sequence, print_) = self._known[at[0]], arrival
        known.load_ids([print_])
        verdict, kept = claim_id(known.owners(), sequence, print_)
        if verdict is Verdict.NEW:
            self._new.setdefault(at, []).append((sequence, kept))
            self._counted.append((at, sequence))
        return verdict

    def save(self, now: datetime, recorded: Mapping[str, datetime]) -> None:
        """Write what is new and move the watermarks; `recorded`: the youngest event by source."""
        new = {at: arrivals for at, arrivals in self._new.items() if arrivals}
        if new:
            write(self._connection, new, self._counted)
            rows = [
                moved(
                    self._partitions[at],
                    max(sequence for sequence, _ in arrivals),
                    now,
                    recorded.get(at[0]),
                )
                for at, arrivals in sorted(new.items())
            ]
            upsert(self._connection, inbox_partition, rows)
            move_marks(self._connection, {at[0] for at in new if self._is_due(at, now)}, now)
        self._new.clear()

    def _is_due(self, at: SourcePartition, now: datetime) -> bool:
        """Whether this is the partition's first batch in this second: small batches come often."""
        before: datetime | None = self._partitions[at].moved_at
        return before is None or before.replace(microsecond=0) != now.replace(microsecond=0)
