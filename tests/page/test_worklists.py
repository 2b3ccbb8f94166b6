"""Worklists in a real browser, wide and on a telephone: an officer works one to its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.desk import DESK
from services.beneficiary.tables import METADATA
from shared.desk.accounts import Role
from tests.kit.desk import PASSPHRASE
from tests.kit.desk_work import Office, open_office
from tests.kit.families import FACILITATORS, a_family_list
from tests.kit.graduating import STEPS
from tests.page.conftest import serve
from tests.page.test_desk import is_good

WIDTHS = (1280, 360)


@dataclass
class Served:
    """An office and where it is."""

    office: Office
    address: str
    width: int


@pytest.fixture(scope="module", params=WIDTHS)
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """Two referred families and the account of an officer, fresh for each width."""
    office = open_office(tmp_path_factory.mktemp("work"), CARD, METADATA, DESK, routers)
    office.door.upload("/v1/imports/facilitators", FACILITATORS)
    other = {"nomor_keluarga": "KPM-2", "nik_pengurus": "3509904511820009", "nik_anggota": "",
             "nama_pengurus": "Wulan Sari"}  # fmt: skip
    office.door.upload("/v1/imports/families", a_family_list({}, other))
    office.door.post("/v1/referrals/runs", {"area": "35.09", "issued_on": "2026-03-01"})
    office.desk.account(role=Role.OFFICER)
    for address in serve(office.desk.api):
        yield Served(office, address, request.param)
    office.desk.engine.dispose()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """A signed-in officer's window."""
    made = browser.new_page(viewport={"width": served.width, "height": 900})
    made.complaints = []
    made.on("console", lambda message: made.complaints.append(message.text))
    made.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.goto(f"{served.address}/desk/sign-in")
    made.fill("#login", "siti")
    made.fill("#passphrase", PASSPHRASE)
    made.keyboard.press("Enter")
    made.wait_for_url("**/desk")
    yield made
    made.close()


def out_of_sight(page: Any) -> list[str]:
    """The buttons that one sees only after moving a table sideways."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('.scroll button')]
           .filter(one => one.getBoundingClientRect().right
                          > one.closest('.scroll').getBoundingClientRect().right)
           .map(one => one.getAttribute('aria-label'))"""
    )
    return found


def test_an_officer_works_a_list_to_its_end(page: Any) -> None:
    """She opens a name, notes visits and refusals until nobody waits; every step is without findings."""
    width = page.viewport_size["width"]
    page.click("text=Yang perlu dihubungi")
    is_good(page, width)
    assert out_of_sight(page) == []
    assert "Siti Aminah" not in page.inner_text("main")
    page.click("[aria-label='Tampilkan: KPM-1']")
    page.wait_for_selector("text=Siti Aminah")
    assert "Wulan Sari" not in page.inner_text("main")
    is_good(page, width)
    for number in ("KPM-1", "KPM-2"):
        page.select_option(f"[aria-label='Sudah dihubungi: {number}'] >> nth=0", "VISIT")
        page.click(f"button[aria-label='Sudah dihubungi: {number}']")
        page.wait_for_selector("text=Tercatat: Sudah dihubungi.")
    is_good(page, width)
    assert out_of_sight(page) == []
    for number in ("KPM-1", "KPM-2"):
        page.select_option(f"[aria-label='Tidak berminat: {number}'] >> nth=0", "TOO_FAR")
        page.click(f"button[aria-label='Tidak berminat: {number}']")
        page.wait_for_selector("text=Tercatat: Tidak berminat.")
    assert "Tidak ada yang menunggu di sini." in page.inner_text("main")
    is_good(page, width)


def test_a_list_is_filtered_printed_and_read_in_english(page: Any) -> None:
    """By kecamatan; on paper neither buttons nor filters; nothing is wider than the window."""
    width = page.viewport_size["width"]
    page.click("text=Daftar keluarga")
    is_good(page, width)
    page.select_option("select[name=area]", "35.09.30")
    page.click("text=Saring")
    assert "area=35.09.30" in page.url
    assert "KPM-1" in page.inner_text("table")
    page.emulate_media(media="print")
    assert not page.is_visible("text=Unduh .xlsx")
    assert not page.is_visible("[aria-label='Tampilkan: KPM-1']")
    assert page.is_visible("text=KPM-1")
    page.emulate_media(media="screen")
    page.click("text=English")
    assert "All families" in page.inner_text("h1")


def test_a_graduate_is_visited_on_the_page(page: Any, served: Served) -> None:
    """What was seen is one choice beside a day; the page is without findings, also on paper."""
    for path, field, day in STEPS:
        served.office.door.items(path, {"family_number": "KPM-1", field: day})
    width = page.viewport_size["width"]
    page.click("text=Keluarga graduasi yang belum dikunjungi")
    is_good(page, width)
    page.emulate_media(media="print")
    assert page.is_visible("text=KPM-1")
    assert not page.is_visible("button[aria-label='Sudah dikunjungi: KPM-1']")
    page.emulate_media(media="screen")
    page.select_option("[aria-label='Sudah dikunjungi: KPM-1'] >> nth=0", "STILL-ALIVE")
    page.click("button[aria-label='Sudah dikunjungi: KPM-1']")
    page.wait_for_selector("text=Tercatat: Sudah dikunjungi.")
    assert "Tidak ada yang menunggu di sini." in page.inner_text("main")
    is_good(page, width)
