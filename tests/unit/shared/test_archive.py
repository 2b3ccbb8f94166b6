"""The archive gives back every event by number, id and subject, however it was put together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import cramjam
import msgspec
import pytest
from sqlalchemy import Engine, delete, insert, select

from shared.database.engine import SHARED_METADATA, open_engine, transaction
from shared.events.reading import parse
from shared.events.topics import COOPERATIVE
from shared.outbox import archive, batches, packing
from shared.outbox.table import Origin, outbox_batch, stage
from tests.kit.records import Source, lapsed, person

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
SIGNER = Source().signer
PERSONS = 5


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """Sixty events of five persons on each database: forty archived in batches of seven."""
    engine = open_engine(any_database)
    SHARED_METADATA.create_all(engine)
    with transaction(engine) as connection:
        for start in (0, 40):
            facts = [lapsed(number % PERSONS) for number in range(start, start + 20)]
            stage(connection, ORIGIN, facts, now=NOW.replace(minute=start))
            if start == 0:
                stage(connection, ORIGIN, facts, now=NOW.replace(hour=1))
                batches.number(connection, SIGNER, 512, together=7)
    yield engine
    engine.dispose()


def test_each_event_is_found_by_its_id_wherever_it_is(engine: Engine) -> None:
    """Staged or numbered; ids of other events are nowhere."""
    with transaction(engine) as connection:
        stored = list(archive.everything(connection))
        assert [one.sequence for one in stored] == [*range(1, 41), *[None] * 20]
        assert [archive.find(connection, one.event_id) for one in stored] == stored
        assert archive.find(connection, uuid4()) is None
        assert all(parse(one.body[:-1] + b',"sequence":"0000000000000000001"}').id == one.event_id
                   for one in stored)  # fmt: skip


def test_a_subject_s_events_come_in_order_and_no_other_s(engine: Engine) -> None:
    """Each once, the staged ones last."""
    with transaction(engine) as connection:
        stored = list(archive.everything(connection))
        for number in range(PERSONS):
            mine = [one for one in stored if one.key == person(number)]
            assert archive.about(connection, [person(number)]) == mine
        assert archive.about(connection, {person(0), person(1), person(99)}) == [
            one for one in stored if one.key in (person(0), person(1))
        ]


@pytest.mark.parametrize("ranges", [[(1, 40)], [(7, 8)], [(2, 2), (4, 4), (9, 30)], [(39, 90)], []])
def test_records_are_those_that_were_numbered(
    engine: Engine, ranges: list[tuple[int, int]]
) -> None:
    """Across the bounds of batches, and beyond the last."""
    wanted = {number for low, high in ranges for number in range(low, high + 1)}
    with transaction(engine) as connection:
        every = list(archive.records(connection, [(1, 40)]))
        assert [one.sequence for one in every] == list(range(1, 41))
        found = list(archive.records(connection, ranges))
    assert found == [one for one in every if one.sequence in wanted]


def test_batches_come_in_the_order_of_their_numbers(engine: Engine) -> None:
    """Wherever the database has put the rows: a recovery adds old batches after new ones."""
    with transaction(engine) as connection:
        every = list(archive.records(connection, [(1, 40)]))
        rows = [dict(row) for row in connection.execute(select(outbox_batch)).mappings()]
        connection.execute(delete(outbox_batch))
        for row in reversed(rows):
            connection.execute(insert(outbox_batch), row)
        assert archive.bounds(connection) == [(low, min(low + 6, 40)) for low in range(1, 41, 7)]
        assert list(archive.records(connection, archive.bounds(connection))) == every


def test_what_another_version_has_packed_is_refused() -> None:
    """It is not read as something else."""
    packed = packing.pack([("t", "k", 1, b"{}")])
    assert packing.unpack(packed).entries == [packing.Entry("t", "k", 1, b"{}")]
    later = cramjam.zstd.compress(msgspec.msgpack.encode((2, [], None)))
    with pytest.raises(ValueError, match="version 2"):
        packing.unpack(bytes(later))


def test_an_id_is_read_from_any_form_of_an_event() -> None:
    """Where `draft` writes it, or by its name."""
    event = Source().value(3)
    spaced = event.replace(b'{"specversion":"1.0",', b'{ "specversion":"1.0",')
    assert packing.id_of(event) == packing.id_of(spaced) == parse(event).id
    others = [Source().value(number) for number in (1, 2, 4)]
    assert packing.bounds_of_ids([*others, event]) == packing.bounds_of_ids([spaced, *others])
