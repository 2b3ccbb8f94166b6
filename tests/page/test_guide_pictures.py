"""The pictures of the officers' guide (docs/panduan): each is what the page shows.

`make pictures` writes them; a plain run looks that every picture that the guide shows is made here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.beneficiary import CARD as BENEFICIARY
from services.beneficiary.api import routers
from services.beneficiary.desk import DESK as SOCIAL
from services.beneficiary.tables import METADATA as SOCIAL_TABLES
from services.beneficiary.tables import facilitator
from services.cooperative import CARD as COOPERATIVES
from services.cooperative.desk import DESK
from services.cooperative.lists import COOPERATIVE, MEMBER
from services.cooperative.tables import METADATA
from shared.database.engine import snapshot
from shared.desk.accounts import Role
from tests.kit.desk import open_desk
from tests.kit.desk_work import open_office
from tests.kit.families import FACILITATORS, a_family_list
from tests.page.conftest import serve
from tests.page.test_desk_lists import BAD, OBLIGATION, file_of, sign_in, window

GUIDE = Path(__file__).parents[2] / "docs" / "panduan"
WIDE, NARROW = 900, 360


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go: into the guide when it is asked for."""
    return GUIDE if request.config.option.pictures else tmp_path_factory.mktemp("pictures")


@pytest.fixture
def cooperatives(tmp_path: Path) -> Iterator[str]:
    """The desk of a cooperative office: one cooperative, and months that it owes."""
    desk = open_desk(tmp_path, COOPERATIVES, METADATA, DESK)
    desk.account()
    browser = desk.browser()
    browser.sign_in()
    for name, row in (("cooperatives", COOPERATIVE), ("obligations", OBLIGATION)):
        content = file_of(tmp_path, f"{name}.csv", row).read_bytes()
        page = browser.upload(f"/desk/lists/{name}/file", content)
        browser.send(f"{page.url.path}/accept", version="1")
    yield from serve(desk.api)
    desk.engine.dispose()


@pytest.fixture
def families(tmp_path: Path) -> Iterator[str]:
    """The desk of Social Affairs: two referred families, an officer and a facilitator."""
    office = open_office(tmp_path, BENEFICIARY, SOCIAL_TABLES, SOCIAL, routers)
    office.door.upload("/v1/imports/facilitators", FACILITATORS)
    other = {"nomor_keluarga": "KPM-2", "nik_pengurus": "3509904511820009", "nik_anggota": "",
             "nama_pengurus": "Wulan Sari"}  # fmt: skip
    office.door.upload("/v1/imports/families", a_family_list({}, other))
    office.door.post("/v1/referrals/runs", {"area": "35.09", "issued_on": "2026-03-01"})
    query = select(facilitator.c.id).where(facilitator.c.number == "P-1")
    with snapshot(office.desk.engine) as connection:
        own = str(connection.execute(query).scalar_one())
    office.desk.account()
    office.desk.account("tutik", role=Role.FACILITATOR, name="Tutik Contoh", subject=own)
    yield from serve(office.desk.api)
    office.desk.engine.dispose()


def picture(page: Any, folder: Path, name: str) -> None:
    """Take a picture of what the window shows."""
    page.screenshot(path=folder / f"{name}.png")
    assert (folder / f"{name}.png").stat().st_size < 200_000


def test_pictures_of_lists_and_months(
    browser: Any, cooperatives: str, folder: Path, tmp_path: Path
) -> None:
    """Signing in, the desk, a list on its way, and the months."""
    page = window(browser, WIDE)
    page.goto(f"{cooperatives}/desk/sign-in")
    picture(page, folder, "masuk")
    sign_in(page, cooperatives)
    picture(page, folder, "meja-kerja")
    page.goto(f"{cooperatives}/desk/lists/members")
    picture(page, folder, "kirim")
    page.set_input_files("#file", file_of(tmp_path, "anggota-juni.csv", MEMBER, BAD))
    page.click("text=Kirim dan periksa")
    page.wait_for_url("**/desk/drafts/*")
    picture(page, folder, "draf")
    page.locator("fieldset").first.scroll_into_view_if_needed()
    page.locator("fieldset").first.screenshot(path=folder / "perbaiki.png")
    page.goto(f"{cooperatives}/desk/months")
    picture(page, folder, "bulan")
    assert page.complaints == []
    page.context.close()


def test_pictures_of_worklists(browser: Any, families: str, folder: Path) -> None:
    """An officer's worklist, and the facilitator's telephone."""
    page = window(browser, WIDE)
    sign_in(page, families)
    page.goto(f"{families}/desk/contacts")
    picture(page, folder, "hubungi")
    page.context.close()
    telephone = window(browser, NARROW)
    sign_in(telephone, families, "tutik")
    telephone.goto(f"{families}/desk/my-families")
    assert "KPM-1" in telephone.inner_text("main")
    picture(telephone, folder, "pendamping")
    telephone.context.close()


def test_every_picture_that_the_guide_shows_is_there() -> None:
    """And none lies there that no page shows."""
    pages = "".join(path.read_text("utf-8") for path in sorted(GUIDE.glob("*.md")))
    shown = set(re.findall(r"\]\(([a-z-]+\.png)\)", pages))
    assert shown == {path.name for path in GUIDE.glob("*.png")}
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", pages))
    assert linked == {path.name for path in GUIDE.glob("*.md")} - {"README.md"}
