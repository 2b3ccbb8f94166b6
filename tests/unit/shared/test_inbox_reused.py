"""The same event again is passed over; another event under a used number or id is not lost in silence."""

import json
from collections.abc import Sequence
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Connection, select

from shared.database.bulk import upsert
from shared.database.engine import snapshot, transaction
from shared.events.catalogue import CATALOGUE
from shared.events.topics import COOPERATIVE, TRAINING
from shared.inbox.arrivals import inbox_arrival
from shared.inbox.blocks import BLOCK
from shared.inbox.fingerprints import Arrival, fingerprint, ranges
from shared.inbox.judging import Known, Seen, Verdict
from shared.inbox.partitions import SourcePartition
from shared.inbox.quarantine import list_waiting
from shared.inbox.replay import Replay, Replayed
from shared.inbox.seen import inbox_seen
from shared.wire.verification import StoredRecord
from tests import parts
from tests.kit.records import (
    CIPHER,
    NOW,
    TOPICS,
    Source,
    lapsed,
    make_tables,
    person,
    trust_in,
    write_down,
)
from tests.unit.shared.conftest import Reader

OLDER = {name: cls for name, cls in CATALOGUE.items() if "lapsed" not in name}
COOP = COOPERATIVE.owner


def event(
    sequence: int, *, about: int | None = None, id: UUID | None = None, source: Source | None = None
) -> StoredRecord:
    """Event `sequence`, signed alone; about another person, or with another id, on demand."""
    source = source or Source()
    who = about or sequence
    value = source.value(sequence, lapsed(who))
    if id is not None:
        own = json.loads(value)["id"].encode()
        value = value.replace(own, str(id).encode())
    return source.signed([(value, person(who).encode())])[0]


def at(offset: int, record: StoredRecord) -> StoredRecord:
    """The record at another offset."""
    return StoredRecord(record.topic, 0, offset, record.key, record.value, record.headers)


def take(reader: Reader, *records: StoredRecord) -> dict[str, int]:
    """Each record in a batch of its own; what went to quarantine, by code."""
    found: dict[str, int] = {}
    for offset, record in enumerate(records):
        receipt = reader.take([at(offset, record)])
        found |= receipt.quarantined
    return found


def waiting(reader: Reader) -> list[tuple[str, int | None]]:
    """Code and counted sequence of what waits."""
    with snapshot(reader.engine) as connection:
        return [(row["code"], row["sequence"]) for row in list_waiting(connection)]


def replay(reader: Reader, *others: Source) -> list[Replayed]:
    tool = Replay(trust_in(reader.source, *others), TOPICS, write_down, CIPHER)
    return list(tool.run(reader.engine, now=NOW))


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
def test_another_event_under_a_used_number_is_quarantined(reader: Reader, together: bool) -> None:
    """A cloned publisher numbers its own facts with the numbers of the first."""
    records = [at(0, event(7)), at(1, event(7, about=8, id=UUID(int=8)))]
    batches = [records] if together else [[one] for one in records]
    receipts = [reader.take(batch) for batch in batches]
    assert receipts[-1].quarantined == {"SEQUENCE_REUSED": 1}
    assert sum(one.duplicates for one in receipts) == 0
    assert reader.applied == [7]
    assert waiting(reader) == [("SEQUENCE_REUSED", None)]


def test_the_first_to_come_counts_whichever_it_is(reader: Reader) -> None:
    """Nobody but the owner knows which of the two is right."""
    take(reader, event(7, about=8, id=UUID(int=8)), event(7))
    assert waiting(reader) == [("SEQUENCE_REUSED", None)]
    assert reader.applied == [7]


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "two batches"])
def test_a_used_id_under_a_new_number_is_quarantined(reader: Reader, together: bool) -> None:
    """A restored publisher numbers again what it had sent; the fact must not count twice."""
    same = UUID("0199e000-0000-7000-8000-000000000a01")
    records = [at(0, event(1, id=same)), at(1, event(2, about=1, id=same))]
    batches = [records] if together else [[one] for one in records]
    receipts = [reader.take(batch) for batch in batches]
    assert receipts[-1].quarantined == {"ID_REUSED": 1}
    assert reader.applied == [1]
    assert waiting(reader) == [("ID_REUSED", 2)]
    assert reader.watermark == 2


def test_the_same_bytes_with_another_proof_are_the_same_event(reader: Reader) -> None:
    """A batch that is signed again changes the header, never the value."""
    alone, in_batch = event(1), Source().records([1, 2, 3])
    assert alone.headers != in_batch[0].headers
    assert take(reader, alone, *in_batch) == {}
    assert reader.applied == [1, 2, 3]


def test_an_id_of_another_source_is_free(reader: Reader) -> None:
    """An event is its source and its id."""
    other = Source(topic=TRAINING, seed=b"t" * 32)
    with transaction(reader.engine) as connection:
        same = [(1, fingerprint(b"a", UUID(int=5)))]
        arriving = {(one.topic.owner, 0): same for one in (reader.source, other)}
        seen = Seen(connection, arriving)
        seen.load(arriving)
        assert [seen.judge(at, same) for at in arriving] == [[Verdict.NEW], [Verdict.NEW]]


def test_events_received_before_fingerprints_were_kept_count_as_again(reader: Reader) -> None:
    """After the upgrade a republished archive must not fill the quarantine."""
    reader.take(reader.source.records([1, 2]))
    with transaction(reader.engine) as connection:
        connection.execute(inbox_arrival.delete())
        rows = [{"source": COOP, "block": 0, "bitmap": BitMap([1, 2]).serialize()}]
        upsert(connection, inbox_seen, rows)
    assert take_from(reader, 2, *reader.source.records([1, 2])) == {}


def take_from(reader: Reader, offset: int, *records: StoredRecord) -> dict[str, int]:
    """The records in one batch at these offsets."""
    receipt = reader.take([at(offset + place, one) for place, one in enumerate(records)])
    return dict(receipt.quarantined)


def test_a_number_used_by_an_event_in_quarantine_is_used(reader: Reader) -> None:
    """It waits for an upgrade; what comes under its number later is another event."""
    reader.take([event(1)], catalogue=OLDER)
    assert take_from(reader, 1, event(1, about=5, id=UUID(int=9))) == {"SEQUENCE_REUSED": 1}
    assert [(one.outcome, one.code) for one in replay(reader)] == [
        ("applied", ""),
        ("refused", "SEQUENCE_REUSED"),
    ]
    assert reader.applied == [1]


def test_an_unreadable_event_under_a_used_number_is_quarantined_too(reader: Reader) -> None:
    """The contradiction is in the signed bytes, whether this version can read them or not."""
    reader.take([event(1)])
    strange = reader.source.value(1).replace(b".lapsed.", b".sold.")
    record = reader.source.signed([(strange, person(1).encode())])[0]
    assert take_from(reader, 1, record) == {"SEQUENCE_REUSED": 1}
    assert reader.applied == [1]


def test_replaying_never_applies_a_used_number_or_id(reader: Reader) -> None:
    """However often; the answer says what to do."""
    same = UUID(int=1 << 100)
    take(reader, event(1, id=same), event(1, about=2), event(2, id=same))
    for _ in range(2):
        done = replay(reader)
        assert [(one.outcome, one.code) for one in done] == [
            ("refused", "SEQUENCE_REUSED"),
            ("refused", "ID_REUSED"),
        ]
        assert all("new number" in one.detail for one in done)
    assert reader.applied == [1]


def test_a_replayed_event_whose_id_was_used_meanwhile_is_refused(reader: Reader) -> None:
    """Unknown type at first, so its id was not read; then another event took the id."""
    same = uuid5(NAMESPACE_URL, "x")
    reader.take([event(1, id=same)], catalogue=OLDER)
    take_from(reader, 1, event(2, id=same))
    assert [(one.outcome, one.code) for one in replay(reader)] == [("refused", "ID_REUSED")]
    assert waiting(reader) == [("ID_REUSED", 1)]
    assert reader.applied == [2]


def test_a_replayed_event_of_a_key_trusted_later_meets_the_used_number(reader: Reader) -> None:
    """Its number was not counted while nobody trusted its key."""
    later = Source(seed=b"n" * 32)
    take(reader, event(1, about=4, id=UUID(int=4), source=later), event(1))
    assert waiting(reader) == [("KEY_UNKNOWN", None)]
    assert [(one.outcome, one.code) for one in replay(reader, later)] == [
        ("refused", "SEQUENCE_REUSED")
    ]
    assert waiting(reader) == [("SEQUENCE_REUSED", None)]


def test_fingerprints_survive_the_edge_of_a_row(reader: Reader) -> None:
    """65,536 sequences a block: the last of one and the first of the next."""
    numbers = [BLOCK - 1, BLOCK, BLOCK + 1]
    reader.take(reader.source.records(numbers))
    assert take_from(reader, 3, *reader.source.records(numbers)) == {}
    others = [event(n, about=n + 9, id=UUID(int=n)) for n in numbers]
    assert take_from(reader, 6, *others) == {"SEQUENCE_REUSED": 3}
    with snapshot(reader.engine) as connection:
        blocks = connection.execute(select(inbox_arrival.c.block)).scalars()
        assert sorted(blocks) == [0, 1]


def judged(
    connection: Connection, items: Sequence[tuple[SourcePartition, Arrival]]
) -> list[Verdict]:
    """The verdicts of one batch in this order, remembered."""
    arriving: dict[SourcePartition, list[Arrival]] = {}
    for at, arrival in items:
        arriving.setdefault(at, []).append(arrival)
    seen = Seen(connection, arriving)
    seen.load(arriving)
    found = [verdict for at, arrival in items for verdict in seen.judge(at, [arrival])]
    seen.save(NOW, {})
    return found


@given(st.lists(st.integers(0, 2**48 - 1)))
def test_few_ranges_cover_every_moment(moments: list[int]) -> None:
    """An id that lies in no range would never be found."""
    found = ranges(moments)
    assert len(found) <= 16
    assert all(any(low <= one <= high for low, high in found) for one in moments)


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(0, 5), st.integers(0, 9), st.integers(0, 2)),
        min_size=1,
        max_size=30,
    ),
    st.lists(st.integers(1, 5), max_size=10),
)
def test_every_verdict_is_that_of_the_plain_definition(
    events: list[tuple[int, int, int, int]], cuts: list[int]
) -> None:
    """Compared with dictionaries, however the events are cut into batches and partitions."""
    engine = parts.current().quick_engine()
    make_tables(engine)
    contents: dict[int, int] = {}
    ids: set[int] = set()
    expected, found, rest = [], [], list(events)
    for sequence, content, number, _ in events:
        if sequence in contents:
            again = contents[sequence] == content
            expected.append(Verdict.AGAIN if again else Verdict.SEQUENCE_REUSED)
            continue
        contents[sequence] = content
        expected.append(Verdict.ID_REUSED if number in ids else Verdict.NEW)
        ids.add(number)
    for size in [*cuts, len(rest)]:
        batch, rest = rest[:size], rest[size:]
        items = [
            ((COOP, at), (number, fingerprint(b"%d" % content, UUID(int=(event_id << 100) + 1))))
            for number, content, event_id, at in batch
        ]
        with transaction(engine) as connection:
            found += judged(connection, items)
    parts.current().give_back(engine)
    assert found == expected


def test_ids_that_differ_little_have_digests_that_differ(reader: Reader) -> None:
    """Also ids that somebody counts by hand, in either half."""
    ids = [UUID(int=high << 64 | low) for high in range(200) for low in range(200)]
    assert len({fingerprint(b"x", one)[1] for one in ids}) == len(ids)


def test_a_lookup_reads_the_rows_whose_ids_span_the_moment(reader: Reader) -> None:
    """Not the whole history of a source."""
    day = 86_400_000
    with transaction(reader.engine) as connection:
        for block in range(5):
            numbers = range(block * BLOCK + 1, block * BLOCK + 4)
            items = [(n, fingerprint(b"%d" % n, UUID(int=(n * day) << 80 | 7))) for n in numbers]
            judged(connection, [((COOP, 0), item) for item in items])
        known = Known(connection, COOP)
        known.load_ids([fingerprint(b"x", UUID(int=((2 * BLOCK + 2) * day) << 80))])
        assert {row.block for row in known._id_rows} == {2}
