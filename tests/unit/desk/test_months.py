"""Months on the desk: closed, closed as nil and reopened by the use cases of the HTTP interface."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response

from services.cooperative import CARD
from services.cooperative.lists import LISTS
from services.cooperative.records import RECORDS
from services.cooperative.tables import METADATA
from shared.database.engine import snapshot
from shared.desk.desk import Desk
from shared.events.envelope import with_sequence
from shared.events.reading import parse
from shared.events.reporting import ReopenReason, ReportClosed, ReportReopened
from shared.outbox.archive import everything
from tests.kit.desk import Browser, DeskDoor, open_desk

OBLIGATIONS = """\
daftar,kode_kabupaten,bulan_pertama,bulan_terakhir
ANGGOTA,35.09,2026-03,
KOPERASI,35.09,2026-06,
ANGGOTA,35.13,2026-06,
"""
MAY = "35.09/MEMBERS/2026-05"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskDoor]:
    """A desk whose office for all of East Java has obligations, and an officer of Jember."""
    made = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS, months=True, records=RECORDS))
    made.account("all", areas=("*",))
    made.account()
    browser = made.browser()
    browser.sign_in("all")
    page = browser.upload("/desk/lists/obligations/file", OBLIGATIONS.encode())
    browser.send(f"{page.url.path}/accept", version="1")
    yield made
    made.engine.dispose()


@pytest.fixture
def browser(desk: DeskDoor) -> Browser:
    """The officer's browser, signed in."""
    made = desk.browser()
    made.sign_in()
    return made


def keys(page: Response) -> list[str]:
    """The months of a page, each once."""
    return list(dict.fromkeys(re.findall(r'name="key" value="([^"]+)"', page.text)))


def test_open_months_of_ones_own_area_are_shown(desk: DeskDoor, browser: Browser) -> None:
    """Months that have ended, of Jember alone; an account for everywhere sees all of them."""
    page = browser.open("/desk/months")
    months = [f"35.09/MEMBERS/2026-0{n}" for n in (3, 4, 5, 6)]
    assert keys(page) == ["35.09/COOPERATIVES/2026-06", *months]
    assert "Mei 2026" in page.text
    assert "May 2026" in browser.open("/desk/months?bahasa=en").text
    everywhere = desk.browser()
    everywhere.sign_in("all")
    assert keys(everywhere.open("/desk/months"))[-1] == "35.13/MEMBERS/2026-06"
    assert "ANGGOTA, Maret 2026, belum pernah ditutup" in everywhere.open("/desk").text


def test_a_month_is_closed_reopened_and_closed_as_nil(desk: DeskDoor, browser: Browser) -> None:
    """Each step is the event that the HTTP interface would have published."""
    browser.open("/desk/months")
    assert MAY not in keys(browser.send("/desk/months/close", key=MAY))
    page = browser.open("/desk/closed-months")
    assert (keys(page), "lengkap" in page.text) == ([MAY], True)
    page = browser.send("/desk/closed-months/reopen", key=MAY, choice="WRONG")
    assert keys(page) == []
    assert "dibuka kembali" in browser.open("/desk/months").text
    browser.send("/desk/months/nil", key=MAY)
    assert "Nihil" in browser.open("/desk/closed-months").text
    with snapshot(desk.engine) as connection:
        said = [parse(with_sequence(one.body, 1)).data for one in everything(connection)]
    steps = [one for one in said if isinstance(one, ReportClosed | ReportReopened)]
    assert [one.nil if isinstance(one, ReportClosed) else one.reason for one in steps] == [
        False, ReopenReason.WRONG, True,
    ]  # fmt: skip


JUNE = "35.09/COOPERATIVES/2026-06"
COOPERATIVE = """\
nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status
KMP-1,Satu,MERAH_PUTIH,35.09.30.2009,2026-06-02,REGISTERED,
"""


def record(browser: Browser) -> None:
    """Accept a cooperative that was registered in June."""
    page = browser.upload("/desk/lists/cooperatives/file", COOPERATIVE.encode())
    browser.send(f"{page.url.path}/accept", version="1")


def test_a_month_with_records_is_not_closed_as_nil(browser: Browser) -> None:
    """The page says how many there are and what to do."""
    record(browser)
    browser.open("/desk/months")
    page = browser.send("/desk/months/nil", key=JUNE)
    assert page.status_code == 409
    assert "sudah ada 1 catatan" in page.text
    assert "Tutup tanpa nihil" in page.text
    assert JUNE not in keys(browser.send("/desk/months/close", key=JUNE))


def test_a_record_that_comes_after_nil_is_shown_beside_the_closing(browser: Browser) -> None:
    """In both languages, with what to do."""
    browser.open("/desk/months")
    browser.send("/desk/months/nil", key=JUNE)
    assert "lalu datang" not in browser.open("/desk/closed-months").text
    record(browser)
    page = browser.open("/desk/closed-months")
    assert (keys(page), "lalu datang 1 catatan" in page.text) == ([JUNE], True)
    assert "then 1 records came" in browser.open("/desk/closed-months?bahasa=en").text


@pytest.mark.parametrize(
    ("act", "key", "choice", "status"),
    [
        ("months/close", "35.13/MEMBERS/2026-06", "", 403),
        ("months/close", "35.09/FAMILIES/2026-06", "", 422),
        ("months/close", "35.09/MEMBERS/2030-01", "", 422),
        ("months/close", "x", "", 422),
        ("months/close", "35.09/NONE/2026-06", "", 422),
        ("closed-months/reopen", MAY, "WRONG", 409),
        ("closed-months/reopen", MAY, "", 422),
    ],
)
def test_what_the_interface_refuses_the_page_refuses(
    browser: Browser, act: str, key: str, choice: str, status: int
) -> None:
    """Another area, another office's list, a month to come, a form that is not ours."""
    browser.open("/desk/months")
    page = browser.send(f"/desk/{act}", key=key, choice=choice)
    assert page.status_code == status
    assert 'role="alert"' in page.text


def test_a_cursor_of_another_form_is_refused(browser: Browser) -> None:
    """It comes from the address bar."""
    assert browser.open("/desk/months?after=x").status_code == 422
