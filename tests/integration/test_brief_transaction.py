"""A worker that pauses inside a transaction frees what others wait for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from shared.database import engine as db
from shared.database.engine import brief_transaction, open_engine, transaction
from shared.database.errors import is_transient
from tests import parts


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A table with one row that two want."""
    made = open_engine(parts.current().fresh_database("postgresql"))
    with transaction(made) as connection:
        connection.execute(text("CREATE TABLE held (id integer primary key)"))
        connection.execute(text("INSERT INTO held VALUES (1)"))
    yield made
    made.dispose()


def sleep_while_another_waits(engine: Engine) -> None:
    """Change the row and stand still until another has got it; then go on."""
    with brief_transaction(engine) as sleeper:
        sleeper.execute(text("UPDATE held SET id = 2"))
        hold(engine)
        sleeper.execute(text("UPDATE held SET id = 3"))


def hold(engine: Engine, patience: str = "15s") -> None:
    """Lock the row."""
    with transaction(engine) as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
        connection.execute(text("SELECT id FROM held FOR UPDATE"))


def test_locks_are_freed_while_the_worker_is_frozen_and_it_finds_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other gets the row; the sleeper changes nothing more and may do its work again."""
    monkeypatch.setattr(db, "BRIEF_SECONDS", 1)
    with pytest.raises(DBAPIError) as caught:
        sleep_while_another_waits(engine)
    assert is_transient(caught.value)
    with transaction(engine) as connection:
        assert connection.execute(text("SELECT id FROM held")).scalar() == 1


def test_whoever_waits_for_a_lock_is_answered_before_its_client_gives_up(engine: Engine) -> None:
    """Waiting ends by itself; the failure may pass."""
    with transaction(engine) as holder:
        holder.execute(text("UPDATE held SET id = 2"))
        with pytest.raises(DBAPIError) as caught:
            hold(engine, "500ms")
    assert is_transient(caught.value)
    with engine.connect() as connection:
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "15s"
