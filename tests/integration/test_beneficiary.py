"""The beneficiary service on its migrated schema, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, func, select

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.consumer import SUBSCRIPTION
from services.beneficiary.tables import METADATA, family, referral
from shared.database.engine import open_engine, snapshot, transaction
from shared.database.migrations import drift, migrate
from shared.events.beneficiary import FamilyChanged, FamilyEnrolled
from shared.security.identity import NationalId
from tests.kit.door import NOW, Door, codes, door_on, open_keys
from tests.kit.families import FACILITATORS, NIK, a_family_list, an_event
from tests.kit.graduating import (
    ACTIVATED,
    CHANGES,
    COMPLETED,
    correct,
    graduate,
    of_family,
    worklist,
)

FAMILIES = "/v1/imports/families"
RUN = {"area": "35.09", "issued_on": "2026-03-01"}


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """A migrated, empty database of each kind."""
    engine = open_engine(any_database)
    migrate(engine, CARD.name)
    yield engine
    engine.dispose()


@pytest.fixture
def door(engine: Engine, tmp_path: Path) -> Door:
    """The doors with three facilitators and the family KPM-1."""
    door = door_on(engine, tmp_path, CARD.name, routers)
    assert door.upload("/v1/imports/facilitators", FACILITATORS)[-1]["accepted"] == 3
    assert door.upload(FAMILIES, a_family_list({}))[-1]["accepted"] == 1
    return door


def many(first: int, last: int) -> str:
    """A list of families KPM-first to KPM-last, each with its own representative."""
    rows = [
        {
            "nomor_keluarga": f"KPM-{number}",
            "nik_pengurus": f"350990451182{number:04}",
            "nik_anggota": "",
        }
        for number in range(first, last + 1)
    ]
    return a_family_list(*rows)


def count(door: Door, kind: type[object]) -> int:
    """How many events of a kind were staged."""
    return sum(isinstance(event.data, kind) for event in door.events())


def test_the_migrated_schema_is_that_of_the_code(engine: Engine) -> None:
    """No table, column or index differs; migrating again changes nothing."""
    assert drift(engine, METADATA) == []
    assert migrate(engine, CARD.name) == "beneficiary_0004, shared_0012"


def test_the_road_of_a_family_works_on_each_database(door: Door) -> None:
    """Changed, referred, graduated, taken back, changed again, left."""
    door.items(CHANGES, of_family(effective_on="2026-01-20", decile=4, national_ids=[NIK]))
    assert door.post("/v1/referrals/runs", RUN).json()["referred"] == 1
    correct(door, graduate(door))
    door.items(CHANGES, of_family(effective_on="2026-04-01", decile=5))
    exit_ = of_family(reason="NATURAL", exited_on="2026-05-01")
    assert codes(door.items("/v1/exits", exit_)) == ["accepted"]
    shown = door.get("/v1/families/KPM-1").json()
    assert [one["decile_band"] for one in shown["versions"]] == ["D1_2", "D3_4", "D5"]
    assert (shown["approved_on"], shown["exit_reason"]) == (None, "NATURAL")


def test_one_list_uploaded_at_once_enrols_every_family_once(door: Door) -> None:
    """Four uploads of overlapping lists: each number is new in one of them."""
    lists = [many(10, 40), many(20, 60), many(10, 40), many(30, 70)]
    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(lambda rows: door.upload(FAMILIES, rows)[-1], lists))
    assert [total["done"] for total in totals] == [True] * 4
    assert sum(total["accepted"] for total in totals) == 61
    assert count(door, FamilyEnrolled) == 62
    with snapshot(door.engine) as connection:
        assert connection.execute(select(func.count()).select_from(family)).scalar() == 62


def test_an_upload_and_changes_at_once_do_not_block_each_other(door: Door) -> None:
    """Whoever comes first, every change is staged once and no upload fails."""
    door.upload(FAMILIES, many(10, 40))
    changes = [
        of_family(f"KPM-{number}", effective_on="2026-02-01", decile=5) for number in range(10, 41)
    ]

    def work(turn: int) -> object:
        if turn % 2:
            return door.upload(FAMILIES, many(10, 50))[-1]["done"]
        mixed = Random(turn).sample(changes, len(changes))
        return {*codes(door.items(CHANGES, *mixed))} <= {"accepted", "duplicate"}

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(12))) == [True] * 12
    assert count(door, FamilyChanged) == 31


def test_runs_at_once_refer_everyone_once(door: Door) -> None:
    """Six runs over one area: one referral a family."""
    door.upload(FAMILIES, many(10, 40))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: door.post("/v1/referrals/runs", RUN).json(), range(6)))
    assert sorted(answer["referred"] for answer in answers) == [0, 0, 0, 0, 0, 32]
    with snapshot(door.engine) as connection:
        assert connection.execute(select(func.count()).select_from(referral)).scalar() == 32


def test_what_was_heard_makes_families_ready_on_each_database(door: Door, tmp_path: Path) -> None:
    """Membership and training, heard twice."""
    person = open_keys(tmp_path / "keys", CARD.name).pseudonymiser.person(NationalId(NIK))
    events = [an_event(n, data, subject=person) for n, data in enumerate((ACTIVATED, COMPLETED), 1)]
    for _ in range(2):
        with transaction(door.engine) as connection:
            SUBSCRIPTION.apply(connection, events, NOW)
    assert worklist(door) == [("KPM-1", "2026-03-10", "2026-04-01", True)]
