"""A database from the time when a family had one spell keeps its families and referrals."""

from datetime import date
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from services.beneficiary import CARD, referral_store, store
from services.beneficiary.tables import METADATA, referral
from shared.database import migrations as migrate
from shared.database.engine import open_engine, snapshot, transaction
from shared.events.base import Programme
from shared.events.beneficiary import ExitReason
from tests.kit.families import FAMILY, MOTHER, VILLAGE

FAMILY_ROW = {
    "id": 1, "subject": FAMILY, "programme": "PKH", "business": "10", "sealed": b"row",
    "current": 1, "region": VILLAGE, "graduation": None, "proposed_on": None, "verified_on": None,
    "approved_on": None, "exit_reason": "MOVED", "exited_on": "2026-04-01",
}  # fmt: skip
VERSION_ROW = {
    "family": 1, "version": 1, "effective_on": "2026-01-05", "region": VILLAGE, "decile": 2,
    "band": "D1_2", "born": None, "taken_back": False,
}  # fmt: skip
REFERRAL_ROW = {
    "id": UUID(int=7).hex, "family": FAMILY, "person": MOTHER, "region": VILLAGE,
    "issued_on": "2026-03-01",
}  # fmt: skip


@pytest.fixture
def engine(any_database: str) -> Engine:
    """The database of a version before with one family, migrated."""
    made = open_engine(any_database)
    with transaction(made) as connection:
        command.upgrade(migrate._config(CARD.name, connection), "beneficiary_0001")
        for table, row in (
            ("family", FAMILY_ROW),
            ("family_version", VERSION_ROW),
            ("referral", REFERRAL_ROW),
        ):
            names = ", ".join(row)
            values = ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)
    migrate.migrate(made, CARD.name)
    return made


def test_a_family_has_its_one_spell(engine: Engine) -> None:
    """It began with version 1 and ended as recorded."""
    with snapshot(engine) as connection:
        one = store.families(connection, [FAMILY])[FAMILY]
    (spell,) = one.spells
    assert (spell.first, spell.programme, spell.sealed) == (1, Programme.PKH, b"row")
    assert (one.enrolled_on, spell.until) == (date(2026, 1, 5), date(2026, 4, 1))
    assert spell.exit == (ExitReason.MOVED, date(2026, 4, 1))


def test_a_referral_belongs_to_the_first_spell(engine: Engine) -> None:
    """Another one fits beside it in the next spell, and only there."""
    with snapshot(engine) as connection:
        (one,) = referral_store.referrals(connection, [FAMILY])[FAMILY]
        assert referral_store.was_referred(connection, FAMILY, 1)
        assert not referral_store.was_referred(connection, FAMILY, 2)
    assert (one.id, one.person, one.spell, one.steps) == (UUID(int=7), MOTHER, 1, ())
    row = {name: value for name, value in vars(one).items() if name != "steps"}
    with transaction(engine) as connection:
        connection.execute(referral.insert(), [row | {"id": UUID(int=8), "spell": 2}])
    with pytest.raises(IntegrityError), transaction(engine) as connection:
        connection.execute(referral.insert(), [row | {"id": UUID(int=9), "spell": 2}])


def test_the_tables_are_those_of_the_code(engine: Engine) -> None:
    """Nothing is left to migrate."""
    assert migrate.drift(engine, METADATA) == []
