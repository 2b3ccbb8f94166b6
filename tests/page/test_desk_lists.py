"""Lists and months of the desk in a real browser, wide and narrow, as an officer works."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, LISTS, MEMBER
from services.cooperative.records import RECORDS
from services.cooperative.tables import METADATA
from shared.desk.desk import Desk
from shared.desk.sessions import IDLE
from tests.kit.desk import PASSPHRASE, DeskDoor, open_desk
from tests.page.conftest import serve
from tests.page.test_desk import is_good

OTHER = "3509995603030002"
BAD = MEMBER | {"nik": "35099956", "nama": "Dewi Contoh"}
OBLIGATION = {
    "daftar": "ANGGOTA",
    "kode_kabupaten": "35.09",
    "bulan_pertama": "2026-05",
    "bulan_terakhir": "",
}


def file_of(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """A CSV file on the officer's disk."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_text(text.getvalue())
    return path


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[DeskDoor, str]]:
    """A desk with two officers, and its address."""
    desk = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS, months=True, records=RECORDS))
    desk.account()
    desk.account("budi", name="Budi Contoh")
    browser = desk.browser()
    browser.sign_in()
    for name, row in (("cooperatives", COOPERATIVE), ("obligations", OBLIGATION)):
        content = file_of(tmp_path, f"{name}.csv", row).read_bytes()
        page = browser.upload(f"/desk/lists/{name}/file", content)
        browser.send(f"{page.url.path}/accept", version="1")
    for address in serve(desk.api):
        yield desk, address
    desk.engine.dispose()


def window(browser: Any, width: int, *, script: bool = True) -> Any:
    """A window of its own, with its own cookies, that remembers complaints."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    )
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def sign_in(page: Any, address: str, login: str = "siti") -> None:
    """Sign in."""
    if not page.url.endswith("/desk/sign-in"):
        page.goto(f"{address}/desk/sign-in")
    page.fill("#login", login)
    page.fill("#passphrase", PASSPHRASE)
    page.click("main button")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def send(page: Any, address: str, path: Path) -> None:
    """Choose a file on the page of members and send it."""
    page.goto(f"{address}/desk")
    page.click("text=Anggota")
    page.set_input_files("#file", path)
    page.click("text=Kirim dan periksa")
    page.wait_for_url("**/desk/drafts/*")


def numbers(page: Any) -> list[str]:
    """The counts of a draft."""
    return [str(text) for text in page.locator(".counts dd").all_inner_texts()]


@pytest.mark.parametrize("width", [1280, 360])
def test_an_officer_sends_mends_accepts_and_closes_the_month(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path, width: int
) -> None:
    """A good row and a bad one; every page on the way is without findings."""
    _, address = served
    page = window(browser, width)
    sign_in(page, address)
    is_good(page, width)
    page.goto(f"{address}/desk/lists/members")
    is_good(page, width)
    send(page, address, file_of(tmp_path, "anggota.csv", MEMBER, BAD))
    assert numbers(page) == ["1", "0", "1"]
    is_good(page, width)
    page.fill('input[aria-invalid="true"]', OTHER)
    page.keyboard.press("Enter")
    page.wait_for_selector(
        ".counts dd:has-text('2')"
    )  # a function would need what the policy forbids
    page.goto(page.url + "?rows=new")
    is_good(page, width)
    page.click("text=Terima 2 baris yang baik")
    page.wait_for_selector("text=Selesai")
    is_good(page, width)
    page.goto(f"{address}/desk/months")
    is_good(page, width)
    page.click("button:has-text('Bulan ini lengkap') >> nth=0")
    page.goto(f"{address}/desk/closed-months")
    assert "Mei 2026" in page.inner_text("table")
    is_good(page, width)
    page.context.close()


def test_everything_works_without_script(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path
) -> None:
    """The form sends the file by itself; a file that is no list comes back with the reason."""
    _, address = served
    page = window(browser, 360, script=False)
    sign_in(page, address)
    send(page, address, file_of(tmp_path, "anggota.csv", MEMBER))
    assert numbers(page) == ["1", "0", "0"]
    page.goto(f"{address}/desk/lists/members")
    page.set_input_files("#file", file_of(tmp_path, "lain.csv", {"a": "1", "b": "2"}))
    page.click("text=Kirim dan periksa")
    page.wait_for_selector("[role=alert]")
    page.context.close()


def test_a_file_that_is_no_list_keeps_the_form(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path
) -> None:
    """With script the reason is above the form, which can be sent again."""
    _, address = served
    page = window(browser, 1280)
    sign_in(page, address)
    page.goto(f"{address}/desk/lists/members")
    page.set_input_files("#file", file_of(tmp_path, "lain.csv", {"a": "1", "b": "2"}))
    page.click("text=Kirim dan periksa")
    page.wait_for_selector("[role=alert]")
    page.set_input_files("#file", file_of(tmp_path, "anggota.csv", MEMBER))
    page.click("text=Kirim dan periksa")
    page.wait_for_url("**/desk/drafts/*")
    assert numbers(page) == ["1", "0", "0"]
    page.context.close()


def test_two_officers_at_once_and_a_session_that_ends(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path
) -> None:
    """The second officer sees both; what she typed as her session ended is in the draft."""
    desk, address = served
    first, second = window(browser, 1280), window(browser, 360)
    sign_in(first, address)
    sign_in(second, address, "budi")
    send(first, address, file_of(tmp_path, "anggota.csv", BAD))
    second.goto(f"{address}/desk")
    second.click("text=anggota.csv")
    second.fill('input[aria-invalid="true"]', OTHER)
    first.fill('input[aria-invalid="true"]', "3509")
    first.click("text=Simpan dan periksa lagi")
    first.wait_for_load_state()
    second.click("text=Simpan dan periksa lagi")
    second.wait_for_selector("[role=alert]")
    assert second.input_value('input[aria-invalid="true"]') == OTHER
    assert "sekarang: 3509" in second.inner_text("main")
    desk.clock.moment += IDLE
    second.click("text=Simpan dan periksa lagi")
    second.wait_for_url("**/desk/sign-in")
    sign_in(second, address, "budi")
    assert numbers(second) == ["1", "0", "0"]
    for page in (first, second):
        page.context.close()
