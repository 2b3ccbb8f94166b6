"""A monitoring database of an earlier version gets its marks from its facts."""

from datetime import UTC, date, datetime

from alembic import command
from sqlalchemy import insert, select, text

from services.monitoring import CARD, store
from services.monitoring.tables import METADATA, fact
from shared.clock import noon
from shared.database import migrations as migrate
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.envelope import Event
from tests.kit.story import Book, Story

KEPT = {"urn:lintas:beneficiary", "urn:lintas:cooperative", "urn:lintas:training"}


def story() -> list[Event]:
    """Facts of three sources published at noon of their day; one taken back, one put right."""
    one = Story()
    events = [
        one.enrol("f", "2026-06-07", "p"),
        one.leave("f", "2027-08-05"),
        one.activate("p", "2026-06-08"),
        one.attend("f", "2026-06-09"),
        one.hold("s", "2026-06-30"),
    ]
    recorded = [
        event._replace(time=noon(day), recordedtime=datetime(2027, 9, 1, tzinfo=UTC))
        for event in events
        for day in event.data.__dict__.values()
        if type(day) is date
    ]
    assert len(recorded) == len(events)
    return [*recorded, one.correct(recorded[1]), one.correct(recorded[4], held_on="2026-06-10")]


def test_the_marks_of_an_earlier_version_are_made_again_from_its_facts(any_database: str) -> None:
    """What was taken back does not count, what was put right counts by its new day."""
    book = Book().take(*story())
    engine = open_engine(any_database)
    with transaction(engine) as connection:
        command.upgrade(migrate._config(CARD.name, connection), "monitoring_0001")
    with snapshot(book.engine) as connection:
        facts = [dict(row) for row in connection.execute(select(fact)).mappings()]
        expected = store.latest_times(connection)
    with transaction(engine) as connection:
        connection.execute(insert(fact), facts)
        old = "insert into source_clock (source, latest) values ('urn:lintas:training', 99)"
        connection.execute(text(old))
    migrate.migrate(engine, CARD.name)
    assert migrate.drift(engine, METADATA) == []
    with snapshot(engine) as connection:
        assert store.latest_times(connection) == expected
    assert expected.keys() == KEPT
    assert max(expected.values()) == noon(date(2026, 6, 10))
    engine.dispose()
