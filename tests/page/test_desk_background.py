"""Work in the background and changes of records, in a real browser: with script and without, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, COOPERATIVE_STATUS, LISTS, MEMBER
from services.cooperative.tables import METADATA
from shared.desk import accepting, list_routes
from shared.desk.desk import Desk
from tests.kit.desk import DeskDoor, open_desk
from tests.page.conftest import serve
from tests.page.test_desk import is_good
from tests.page.test_desk_lists import file_of, numbers, send, sign_in, window


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[DeskDoor, str]]:
    """A desk on which every file is large and two rows are many, and its address."""
    desk = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS))
    desk.account()
    browser = desk.browser()
    browser.sign_in()
    content = file_of(tmp_path, "koperasi.csv", COOPERATIVE).read_bytes()
    page = browser.upload("/desk/lists/cooperatives/file", content)
    browser.send(f"{page.url.path}/accept", version="1")
    monkeypatch.setattr(list_routes, "AT_ONCE_BYTES", 10)
    monkeypatch.setattr(accepting, "CHUNK", 2)
    for address in serve(desk.api):
        yield desk, address
    desk.engine.dispose()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (360, True), (360, False)])
def test_the_page_follows_the_work_by_itself(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path, width: int, script: bool
) -> None:
    """One press each; with script in place, without it by a page that refreshes itself."""
    desk, address = served
    page = window(browser, width, script=script)
    sign_in(page, address)
    rows = [MEMBER | {"nik": f"350999560303000{n}", "nama": f"Warga {n}"} for n in range(1, 6)]
    send(page, address, file_of(tmp_path, "anggota.csv", *rows))
    assert "sedang diperiksa" in page.inner_text("[data-work]")
    if script:
        is_good(page, width)
    desk.work()
    page.wait_for_selector("text=Terima 5 baris yang baik")
    page.click("text=Terima 5 baris yang baik")
    page.wait_for_selector("text=Baris diterima: 0 dari 5")
    desk.worker.turn()
    page.wait_for_selector("text=Baris diterima: 2 dari 5")
    if script:
        is_good(page, width)
    desk.work()
    page.wait_for_selector("text=Selesai")
    assert page.complaints == []
    page.context.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_what_changes_is_seen_before_it_is_accepted(
    browser: Any, served: tuple[DeskDoor, str], tmp_path: Path, width: int
) -> None:
    """The table above, the rows below; both fit the screen."""
    desk, address = served
    page = window(browser, width)
    sign_in(page, address)
    page.goto(f"{address}/desk/lists/cooperative-statuses")
    page.set_input_files("#file", file_of(tmp_path, "status.csv", COOPERATIVE_STATUS))
    page.click("text=Kirim dan periksa")
    page.wait_for_url("**/desk/drafts/*")
    desk.work()
    page.wait_for_selector("text=1 baris mengubah status")
    assert numbers(page) == ["0", "1", "0", "0"]
    cells = page.locator(".changes td").all_inner_texts()
    assert cells == ["beroperasi", "dibekukan", "1"]
    is_good(page, width)
    page.context.close()
