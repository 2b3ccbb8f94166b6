"""The office's setting for the order of day and month: at the desk, over HTTP, from the environment."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.app import build
from services.cooperative.desk import DESK
from services.cooperative.lists import COOPERATIVE
from services.cooperative.settings import CooperativeSettings
from services.cooperative.tables import METADATA
from shared.desk.accounts import Role
from tests.kit.desk_work import Office, open_office
from tests.kit.door import make_keys

DAYS = COOPERATIVE | {"tanggal_berdiri": "01/02/2025", "tanggal_status": "01/03/2025"}
LIST = "\n".join(",".join(row) for row in (DAYS, DAYS.values()))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk and its doors."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    yield made
    made.desk.engine.dispose()


@pytest.mark.parametrize(
    ("day_first", "words"), [(True, "hari dulu"), (False, "berkas itu sendiri")]
)
def test_the_page_says_the_order_and_the_desk_reads_by_it(
    office: Office, day_first: bool, words: str
) -> None:
    """With the setting no proof is needed, in a file as in a cell that is mended."""
    office.desk.api.state.desk = replace(office.desk.host, day_first=day_first)
    siti = office.signed_in("siti", Role.OFFICER)
    assert words in siti.open("/desk/lists/cooperatives").text
    page = siti.upload("/desk/lists/cooperatives/file", LIST.encode())
    assert ("2025-02-01" in page.text) == day_first
    bad = LIST.replace("01/02/2025", "99/99/2025")
    page = siti.upload("/desk/lists/cooperatives/file", bad.encode())
    fields = {
        "version": "1",
        "2.cell.tanggal_berdiri": "01/02/2025",
        "2.cell.tanggal_status": "01/03/2025",
    }
    page = siti.fill(f"{page.url.path}/mend", fields)
    assert ("2025-02-01" in page.text) == day_first


@pytest.mark.parametrize("day_first", [True, False])
def test_an_import_over_http_reads_by_it(office: Office, day_first: bool) -> None:
    """The same file at the other door."""
    office.desk.api.state.day_first = day_first
    said = office.door.upload("/v1/imports/cooperatives", LIST)
    assert said[-1]["accepted"] == day_first


@pytest.mark.parametrize(("order", "day_first"), [("day-month", True), ("proven", False)])
def test_it_comes_from_the_environment(tmp_path: Path, order: str, day_first: bool) -> None:
    """LINTAS_DAY_ORDER reaches both doors."""
    make_keys(tmp_path / "keys", CARD.name)
    settings = CooperativeSettings.load(
        {
            "LINTAS_KEYS": str(tmp_path / "keys"),
            "LINTAS_COOPERATIVE_DATABASE": f"sqlite:///{tmp_path}/c.sqlite",
            "LINTAS_DAY_ORDER": order,
        }
    )
    state = build(settings).api.state
    assert (state.day_first, state.desk.day_first) == (day_first, day_first)
