"""The desk in a real browser, wide and narrow: an officer's work, without findings of axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from services.cooperative import CARD
from services.cooperative.tables import METADATA
from shared.desk.desk import Desk
from tests.kit.desk import PASSPHRASE, open_desk
from tests.page.conftest import serve


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with one officer's account."""
    folder: Path = tmp_path_factory.mktemp("desk")
    desk = open_desk(folder, CARD, METADATA, Desk())
    desk.account()
    yield from serve(desk.api)
    desk.engine.dispose()


def is_good(page: Any, width: int) -> None:
    """No finding of axe, nothing wider than the window, no complaint of the browser."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.complaints == []


@pytest.fixture(params=[1280, 360])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A window of this width that remembers complaints."""
    made = browser.new_page(viewport={"width": request.param, "height": 900})
    made.complaints = []
    made.on("console", lambda message: made.complaints.append(message.text))
    made.on("pageerror", lambda error: made.complaints.append(str(error)))
    yield made
    made.close()


def test_an_officer_works(page: Any, address: str) -> None:
    """She signs in with the keyboard alone; every page is without findings."""
    width = page.viewport_size["width"]
    page.goto(f"{address}/desk")
    is_good(page, width)
    page.focus("#login")
    page.keyboard.type("siti")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    assert "Siti Contoh" in page.locator("header").inner_text()
    is_good(page, width)
    page.click("text=Keluar")
    page.wait_for_url("**/desk/sign-in")
