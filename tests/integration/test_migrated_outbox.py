"""An outbox of an earlier version keeps every event in its state, with the same bytes."""

from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, Engine, column, insert, select, table

from services.cooperative import CARD
from services.cooperative.tables import METADATA
from shared.database import migrations
from shared.database.engine import micros_of, open_engine, snapshot, transaction
from shared.events.envelope import with_sequence, without_sequence
from shared.events.reading import parse
from shared.outbox import batches, unsent
from shared.outbox.archive import Record, bounds, everything, find, records
from shared.outbox.progress import republish, waiting
from shared.outbox.table import outbox_counter
from tests.kit.records import Source, person

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
SOURCE = Source()
OLD = table(
    "outbox",
    *map(column, ["event_id", "topic", "key", "body", "staged_at", "sequence", "proof", "sent_at"]),
)
SENT, UNSENT = [1, 2, 3, 4, 6], [5, 7]
STAGED = [21, 22, 23]
TOGETHER = ([1, 2, 3], [4, 5, 6], [7])
"""What was signed together."""


def sent_then() -> list[Record]:
    """The events as the earlier version has sent them, or would have."""
    return [
        Record(number, one.topic, one.key.decode(), one.value, one.headers[0][1] or b"")
        for numbers in TOGETHER
        for number, one in zip(numbers, SOURCE.records(numbers), strict=True)
        if one.key and one.value
    ]


def old_row(dialect: str, value: bytes, key: str, **state: Any) -> dict[str, Any]:
    """A row as that version wrote it."""
    identity = parse(value).id
    return {
        "event_id": identity.hex if dialect == "sqlite" else identity,
        "topic": SOURCE.topic.name,
        "key": key,
        "body": without_sequence(value),
        "staged_at": micros_of(NOW),
        "sequence": None,
        "proof": None,
        "sent_at": None,
    } | state


def fill(connection: Connection) -> None:
    """Some sent, some numbered, some staged; not in the order of their numbers."""
    dialect = connection.dialect.name
    numbered = [
        old_row(
            dialect,
            one.value,
            one.key,
            sequence=one.sequence,
            proof=one.proof,
            sent_at=1 if one.sequence in SENT else None,
        )
        for one in reversed(sent_then())
    ]
    staged = [old_row(dialect, SOURCE.value(number), person(number)) for number in STAGED]
    connection.execute(insert(OLD), [staged[0], *numbered, *staged[1:]])
    connection.execute(insert(outbox_counter), [{"name": "sequence", "last": 7}])


def upgraded(url: str) -> Engine:
    """A database of that version, brought to this one."""
    engine = open_engine(url)
    with transaction(engine) as connection:
        config = migrations._config(CARD.name, connection)
        command.upgrade(config, "cooperative_0001")
        command.upgrade(config, "shared_0004")
        fill(connection)
    migrations.migrate(engine, CARD.name)
    return engine


def test_every_event_of_an_earlier_version_keeps_its_state_and_its_bytes(any_database: str) -> None:
    """Sent, numbered or staged; found by its id; sent again with the proof of then."""
    engine = upgraded(any_database)
    assert migrations.drift(engine, METADATA) == []
    with snapshot(engine) as connection:
        assert list(records(connection, bounds(connection))) == sent_then()
        assert unsent.count(unsent.ranges(connection)) == len(UNSENT)
        assert waiting(connection).depth == len(UNSENT) + len(STAGED)
        staged = [one.body for one in everything(connection) if one.sequence is None]
        assert staged == [without_sequence(SOURCE.value(number)) for number in STAGED]
        for number in (*SENT, *UNSENT):
            one = find(connection, parse(SOURCE.value(number)).id)
            assert one is not None
            assert (one.sequence, one.staged_at) == (number, NOW)
    engine.dispose()


def test_a_relay_goes_on_where_the_earlier_version_was(any_database: str) -> None:
    """The unsent ones first, then the staged ones under the next numbers; the archive again at will."""
    engine = upgraded(any_database)
    with transaction(engine) as connection:
        first = batches.take(connection, SOURCE.signer, 0, 512)
        assert first.records == [one for one in sent_then() if one.sequence in UNSENT]
        batches.mark_sent(connection, UNSENT, first.republished)
        following = batches.take(connection, SOURCE.signer, 7, 512).records
        assert [one.value for one in following] == [
            with_sequence(without_sequence(SOURCE.value(number)), sequence)
            for sequence, number in enumerate(STAGED, 8)
        ]
        assert republish(connection) == 7
        again = batches.take(connection, SOURCE.signer, 0, 512).records
        assert again == [*sent_then(), *following]
    with snapshot(engine) as connection:
        assert connection.execute(select(outbox_counter.c.last)).scalars().first() == 10
    engine.dispose()
