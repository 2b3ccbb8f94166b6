"""The cooperative service on its migrated schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.tables import METADATA, membership
from shared.database.engine import open_engine, snapshot, transaction
from shared.database.migrations import drift, migrate, state
from tests.kit.cooperatives import COOPERATIVES
from tests.kit.door import Door, codes, door_on

NIK = "3509904511820001"
APPLICATIONS = "/v1/memberships/applications"
LATER_TABLES = (
    "consent",
    "annual_meeting",
    "member_target",
    "member_month",
    "member_benefit",
    "support",
    "group_link",
    "group_member",
)
LATER_COLUMNS = (
    ("membership", "breaks"),
    ("household_group", "cooperative"),
    ("household_group", "became_on"),
)
"""What revisions after the first one added."""


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield engine
    engine.dispose()


@pytest.fixture
def door(engine: Engine, tmp_path: Path) -> Door:
    """The doors with two cooperatives."""
    door = door_on(engine, tmp_path, CARD.name, routers)
    assert door.upload("/v1/imports/cooperatives", COOPERATIVES)[-1]["accepted"] == 2
    return door


def application(**other: Any) -> dict[str, Any]:
    """An application as a client sends it."""
    return {
        "cooperative_number": "KMP-1",
        "national_id": NIK,
        "name": "Siti Aminah",
        "applied_on": "2026-03-01",
        "voluntary_declaration": True,
        "consent": {
            "form": "PAPER_SIGNED",
            "text_version": "koperasi/3",
            "given_on": "2026-03-01",
        },
    } | other


def test_the_migrated_schema_is_that_of_the_code(engine: Engine) -> None:
    """No table, column or index differs; migrating again changes nothing."""
    assert drift(engine, METADATA) == []
    assert migrate(engine, CARD.name) == "cooperative_0006, shared_0012"


def test_the_road_of_a_membership_works_on_each_database(door: Door) -> None:
    """Applied, approved, activated, corrected, activated, lapsed."""
    path = "/v1/memberships/"
    who = {"cooperative_number": "KMP-1", "national_id": NIK}
    door.items(APPLICATIONS, application())
    door.items(path + "approvals", who | {"approved_on": "2026-03-05"})
    (wrong,) = door.items(path + "activations", who | {"activated_on": "2026-03-10"})
    door.post("/v1/corrections", {"event_id": wrong["id"], "reason": "DATA_ENTRY"})
    door.items(path + "activations", who | {"activated_on": "2026-03-11"})
    assert codes(door.items(path + "lapses", who | {"lapsed_on": "2026-05-01"})) == ["accepted"]
    kinds = [event.type.split(".")[3] for event in door.events()][3:]
    assert kinds == [
        "recorded",
        "applied",
        "approved",
        "activated",
        "corrected",
        "activated",
        "lapsed",
    ]


def test_clients_at_once_make_one_membership(door: Door) -> None:
    """Twelve applications of one person, each under its own key: one is new."""
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: door.items(APPLICATIONS, application()), range(12)))
    statuses = [code for answer in answers for code in codes(answer)]
    assert (statuses.count("accepted"), statuses.count("duplicate")) == (1, 11)
    with snapshot(door.engine) as connection:
        assert connection.execute(select(func.count()).select_from(membership)).scalar() == 1


def test_different_applications_at_once_leave_one_open(door: Door) -> None:
    """On different days: one is accepted, the others conflict with it."""
    days = [f"2026-03-{day:02}" for day in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda day: door.items(APPLICATIONS, application(applied_on=day)), days)
        statuses = [code for answer in answers for code in codes(answer)]
    assert (statuses.count("accepted"), statuses.count("CONFLICT")) == (1, 7)


def test_the_same_cooperative_listed_at_once_is_registered_once(door: Door) -> None:
    """Two uploads of one list: its row is new in one of them."""
    list_ = COOPERATIVES.replace("KMP-", "KOP-")
    with ThreadPoolExecutor(4) as pool:
        totals = pool.map(lambda _: door.upload("/v1/imports/cooperatives", list_)[-1], range(4))
        found = [(total["done"], total["accepted"]) for total in totals]
    assert sorted(found) == [(True, 0), (True, 0), (True, 0), (True, 2)]


def test_an_upgrade_keeps_memberships_and_lets_their_consents_be_recorded(
    any_database: str, tmp_path: Path
) -> None:
    """A membership of the first schema; after the upgrade its list brings the consent's record."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    door = door_on(engine, tmp_path, CARD.name, routers)
    door.upload("/v1/imports/cooperatives", COOPERATIVES)
    assert codes(door.items(APPLICATIONS, application())) == ["accepted"]
    with transaction(engine) as connection:  # as the first schema left it
        for table in LATER_TABLES:
            connection.execute(text(f"drop table {table}"))
        for table, column in LATER_COLUMNS:
            connection.execute(text(f"alter table {table} drop column {column}"))
        connection.execute(
            text(
                "update alembic_version set version_num = 'cooperative_0001'"
                " where version_num like 'cooperative_%'"
            )
        )
    assert state(engine, CARD.name) == "older"
    migrate(engine, CARD.name)
    assert drift(engine, METADATA) == []
    again = [codes(door.items(APPLICATIONS, application())) for _ in range(2)]
    assert again == [["accepted"], ["duplicate"]]
    recorded, applied = door.events()[-1].data, door.events()[-2].data
    assert recorded.model_dump()["consent"] == applied.model_dump()["consent"]
    engine.dispose()
