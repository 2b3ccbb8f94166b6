"""Check a batch's records before its transaction opens: on SQLite that one holds up every writer."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import attrgetter

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event
from shared.events.topics import Topic
from shared.inbox.offsets import Partition
from shared.inbox.quarantine_intake import Kept
from shared.wire.batch_check import check_batch
from shared.wire.signatures import Trust
from shared.wire.verification import Record, Refused

Checked = tuple[Record, Event]


@dataclass(frozen=True)
class Lot:
    """The records of one partition, in the order of their offsets, each with its event or refusal."""

    partition: Partition
    records: Sequence[Record]
    results: Sequence[Event | Kept]

    @property
    def offsets(self) -> list[int]:
        """The place of each record."""
        return [record.offset for record in self.records]

    @property
    def events(self) -> Iterator[Checked]:
        """The records that hold an event, with it."""
        for record, result in zip(self.records, self.results, strict=True):
            if isinstance(result, Event):
                yield record, result

    @property
    def refusals(self) -> Iterator[Kept]:
        """The records that can never be applied in this form."""
        return (result for result in self.results if isinstance(result, Kept))

    def without(self, behind: int) -> "Lot":
        """The lot without this many records at its beginning."""
        if not behind:
            return self
        return Lot(self.partition, self.records[behind:], self.results[behind:])


def examine(
    records: Collection[Record],
    *,
    trust: Trust,
    topics: Mapping[str, Topic],
    now: datetime,
    catalogue: Mapping[str, type[Payload]] = CATALOGUE,
    structs: bool = False,
) -> list[Lot]:
    """Check every record; the lots are in the order of topic and partition. Reads no database.

    `structs`: see `check_batch`.
    """
    lots = _by_partition(records)
    checked = check_batch(
        [record for _, mine in lots for record in mine],
        trust=trust, topics=topics, now=now, catalogue=catalogue, structs=structs,
    )  # fmt: skip
    results = iter(checked)
    return [
        Lot(at, mine, list(map(_result, mine, islice(results, len(mine))))) for at, mine in lots
    ]


def _result(record: Record, checked: Event | Refused) -> Event | Kept:
    if isinstance(checked, Refused):
        return Kept(record, checked.code, checked.detail, checked.place)
    return checked


def _by_partition(records: Iterable[Record]) -> list[tuple[Partition, list[Record]]]:
    found: dict[Partition, list[Record]] = {}
    for record in records:
        found.setdefault((record.topic, record.partition), []).append(record)
    return [(at, sorted(mine, key=attrgetter("offset"))) for at, mine in sorted(found.items())]
