"""The training service on its migrated schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from services.training import CARD, service
from services.training.api import routers
from services.training.tables import METADATA
from shared.database.engine import open_engine, transaction
from shared.database.migrations import drift, migrate, state
from shared.events.training import TrainingCompleted
from shared.security.identity import NationalId
from tests.kit.door import Door, codes, door_on, open_keys
from tests.kit.sessions import MARCH, an_activation, heard

NIK = "3509904511820001"


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield engine
    engine.dispose()


@pytest.fixture
def door(engine: Engine, tmp_path: Path) -> Door:
    """The doors after one P2K2 session."""
    door = door_on(engine, tmp_path, CARD.name, routers)
    assert codes(door.items("/v1/sessions", session())) == ["accepted"]
    return door


def session(**other: Any) -> dict[str, Any]:
    """A P2K2 session as a client sends it."""
    return {
        "session_number": "P2K2-1",
        "activity": "P2K2",
        "district": "35.09",
        "region": "35.09.30.2009",
        "held_on": "2026-03-02",
        "modules": ["FAMILY_FINANCE"],
    } | other


def families(count: int) -> list[dict[str, str]]:
    """So many attendances of the session."""
    return [{"session_number": "P2K2-1", "family_number": f"KEL-{n}"} for n in range(count)]


def test_the_migrated_schema_is_that_of_the_code(engine: Engine) -> None:
    """No table, column or index differs; migrating again changes nothing."""
    assert drift(engine, METADATA) == []
    assert migrate(engine, CARD.name) == "shared_0012, training_0003"


def test_a_full_batch_of_attendance_goes_in_once(door: Door) -> None:
    """A thousand families, one event each, however often they are sent."""
    assert codes(door.items("/v1/attendance", *families(1000))) == ["accepted"] * 1000
    assert codes(door.items("/v1/attendance", *families(1000))) == ["duplicate"] * 1000
    assert len(door.events()) == 1001


def test_attendance_at_once_is_published_once(door: Door) -> None:
    """Six facilitators send the same families: each family attends once."""
    with ThreadPoolExecutor(6) as pool:
        answers = pool.map(lambda _: door.items("/v1/attendance", *families(50)), range(6))
        statuses = [code for answer in answers for code in codes(answer)]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (50, 250)


def test_completions_at_once_take_up_a_right_once(door: Door, tmp_path: Path) -> None:
    """Two trainings of one person with one right: one of them names it."""
    person = open_keys(tmp_path / "keys", CARD.name).pseudonymiser.person(NationalId(NIK))
    with transaction(door.engine) as connection:
        service.on_memberships(connection, [heard(1, person, an_activation(7, MARCH))])
    items = [
        {
            "training_number": f"PLT-{number}",
            "activity": "TRAINING",
            "national_id": NIK,
            "completed_on": "2026-04-01",
        }
        for number in range(4)
    ]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda item: door.items("/v1/completions", item), items))
    completions = [e.data for e in door.events() if isinstance(e.data, TrainingCompleted)]
    assert (len(completions), sum(data.entitlement is not None for data in completions)) == (4, 1)
    assert door.get("/v1/entitlements?area=35.09").json()["entitlements"] == []


def test_an_upgrade_keeps_sessions_and_lets_groups_meet(any_database: str, tmp_path: Path) -> None:
    """A session of the schema before groups is the same session after the upgrade."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    door = door_on(engine, tmp_path, CARD.name, routers)
    door.items("/v1/sessions", session())
    with transaction(engine) as connection:  # as the schema before left it
        for step in (
            "drop table group_family",
            "drop table family_group",
            "drop index ix_session_group",
            'alter table session drop column "group"',
            (
                "update alembic_version set version_num = 'training_0002'"
                " where version_num = 'training_0003'"
            ),
        ):
            connection.execute(text(step))
    assert state(engine, CARD.name) == "older"
    migrate(engine, CARD.name)
    assert drift(engine, METADATA) == []
    group = {"group_number": "G-1", "region": "35.09.30.2009", "formed_on": "2026-01-05"}
    door.items("/v1/family-groups", group)
    met = session(session_number="P2K2-2", group_number="G-1")
    assert codes(door.items("/v1/sessions", session(), met)) == ["duplicate", "accepted"]
    engine.dispose()


def test_a_family_that_is_listed_at_once_joins_once(door: Door) -> None:
    """Four uploads of one list: its rows are new in one of them."""
    group = {"group_number": "G-1", "region": "35.09.30.2009", "formed_on": "2026-01-05"}
    door.items("/v1/family-groups", group)
    rows = "".join(f"G-1,KEL-{number},2026-01-05\n" for number in range(20))
    list_ = "nomor_kelompok,nomor_keluarga,berlaku_sejak\n" + rows
    with ThreadPoolExecutor(4) as pool:
        totals = list(
            pool.map(lambda _: door.upload("/v1/imports/group-families", list_)[-1], range(4))
        )
    assert sorted(total["accepted"] for total in totals) == [0, 0, 0, 20]
