"""Many rows in one statement: the same outcome on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    event,
    select,
)
from sqlalchemy.exc import IntegrityError

from shared.database.bulk import _literal, among, among_pairs, copy_rows, upsert
from shared.database.engine import UtcDateTime, open_engine, transaction
from tests import parts

THINGS = Table(
    "things",
    MetaData(),
    Column("name", String(200), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", LargeBinary),
    Column("id", Uuid),
    Column("at", UtcDateTime),
    Column("day", Date),
    Column("done", Boolean),
)
HARD = ('a"b', "c\\d", "e,f", "{g}", "", "NULL", "h'i", "satu dua", "\u00e9\u4e2d")
"""Texts that mean something in an array, in SQL or in JSON."""


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """The table on each database."""
    opened = open_engine(any_database)
    THINGS.metadata.create_all(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def postgres() -> Iterator[Engine]:
    """A PostgreSQL, whichever parts the others run on."""
    opened = open_engine(parts.current().fresh_database("postgresql"))
    yield opened
    opened.dispose()


def thing(name: str, number: int, content: bytes | None = None) -> dict[str, object]:
    """A row."""
    at = datetime(2026, 1, 1, 0, 0, number, tzinfo=UTC)
    day, done = (None, None) if number == 1 else (date(2026, 1, 1 + number), number % 2 == 0)
    row = {"name": name, "number": number, "content": content, "id": UUID(int=number), "at": at}
    return row | {"day": day, "done": done}


def stored(engine: Engine) -> list[dict[str, object]]:
    """All rows, in order; the table is empty afterwards."""
    with transaction(engine) as connection:
        rows = connection.execute(select(THINGS)).mappings().all()
        connection.execute(THINGS.delete())
    return sorted(map(dict, rows), key=lambda row: (str(row["name"]), str(row["number"])))


def test_every_kind_of_value_comes_back_as_it_was(engine: Engine) -> None:
    """Quotes, backslashes, commas, empty text, bytes, ids, moments, and nothing."""
    rows = [
        thing(name, number, b"\x00\xff" if number % 2 else None) for number, name in enumerate(HARD)
    ]
    with transaction(engine) as connection:
        upsert(connection, THINGS, rows)
    assert stored(engine) == sorted(rows, key=lambda row: (str(row["name"]), str(row["number"])))


def test_an_existing_key_is_replaced_or_left(engine: Engine) -> None:
    """Of several rows with one key the last counts, or the first where rows are left."""
    with transaction(engine) as connection:
        upsert(connection, THINGS, [thing("a", 1, b"old")])
        upsert(connection, THINGS, [thing("a", 1, b"x"), thing("a", 1, b"new"), thing("b", 2)])
        upsert(
            connection,
            THINGS,
            [thing("a", 1, b"no"), thing("c", 3, b"1"), thing("c", 3, b"2")],
            replace=False,
        )
    assert [row["content"] for row in stored(engine)] == [b"new", None, b"1"]


def test_nothing_is_done_for_no_rows(engine: Engine) -> None:
    """No statement without rows."""
    with transaction(engine) as connection:
        upsert(connection, THINGS, [])
    assert stored(engine) == []


def test_rows_are_found_among_many_values(engine: Engine) -> None:
    """More values than a statement may have parameters; text, numbers and ids."""
    with transaction(engine) as connection:
        upsert(connection, THINGS, [thing(name, number) for number, name in enumerate(HARD)])
        names = [*HARD[:4], *map(str, range(100_000))]
        found = connection.execute(
            select(THINGS.c.name).where(among(connection, THINGS.c.name, names))
        )
        assert set(found.scalars()) == set(HARD[:4])
        numbers = among(connection, THINGS.c.number, range(1, 3))
        assert len(connection.execute(select(THINGS.c.name).where(numbers)).all()) == 2
        ids = among(connection, THINGS.c.id, {UUID(int=1), UUID(int=2), UUID(int=99)})
        assert len(connection.execute(select(THINGS.c.name).where(ids)).all()) == 2
        assert (
            connection.execute(select(THINGS).where(among(connection, THINGS.c.name, []))).all()
            == []
        )
    stored(engine)


def test_a_list_is_one_array_for_the_planner(postgres: Engine) -> None:
    """A constant that it may hash; not a text that is read for every row."""
    THINGS.metadata.create_all(postgres)
    with transaction(postgres) as connection:
        found = select(THINGS).where(among(connection, THINGS.c.name, HARD))
        text = str(found.compile(connection, compile_kwargs={"render_postcompile": True}))
        assert "CAST" not in text
        assert "::VARCHAR[]" in text


def test_rows_are_found_by_pairs(engine: Engine) -> None:
    """Only the pairs themselves, not every value of one column beside every of the other."""
    with transaction(engine) as connection:
        rows = [thing(name, number) for name in HARD for number in range(3)]
        upsert(connection, THINGS, rows)
        for columns in ((THINGS.c.name, THINGS.c.number), (THINGS.c.id, THINGS.c.name)):
            first, second = columns
            wanted = {(row[first.name], row[second.name]) for row in rows[1::4]}
            both = among_pairs(connection, columns, wanted)
            found = connection.execute(select(*columns).where(both)).all()
            assert sorted(map(str, found)) == sorted(map(str, wanted))
        none = among_pairs(connection, (THINGS.c.name, THINGS.c.number), [])
        assert connection.execute(select(THINGS).where(none)).all() == []
    stored(engine)


TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)


@given(values=st.lists(TEXT, min_size=1, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_the_array(postgres: Engine, values: list[str]) -> None:
    """The array's text, read by PostgreSQL, gives the same values."""
    with transaction(postgres) as connection:
        read = connection.exec_driver_sql("SELECT %s::text[]", (_literal(values),)).scalar()
    assert read == values


def test_copied_rows_come_back_as_they_were(engine: Engine) -> None:
    """By COPY or one by one: every kind of value, nulls and hard texts too."""
    rows = [thing(text, place, b'\x00\xff,\\"') for place, text in enumerate(HARD)]
    rows.append(dict.fromkeys(rows[0]) | {"name": "z", "number": 1})
    with transaction(engine) as connection:
        copy_rows(connection, THINGS, rows)
        copy_rows(connection, THINGS, [])
    assert stored(engine) == sorted(rows, key=lambda row: (str(row["name"]), str(row["number"])))


def test_a_failed_copy_is_an_error_like_that_of_any_statement(engine: Engine) -> None:
    """Callers catch SQLAlchemy's errors, and the watch of the database hears of it."""
    seen: list[object] = []
    event.listen(engine, "handle_error", seen.append)
    with pytest.raises(IntegrityError), transaction(engine) as connection:
        copy_rows(connection, THINGS, [thing("a", 1), thing("a", 1)])
    assert len(seen) == 1
    assert stored(engine) == []
