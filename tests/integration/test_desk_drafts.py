"""Drafts of the desk on each database: two officers at the same moment, and a row that is there once."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from httpx import Response
from sqlalchemy import func, select

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, LISTS, MEMBER
from services.cooperative.tables import METADATA, membership
from shared.database.engine import snapshot
from shared.desk.desk import Desk
from shared.desk.tables import draft_row
from tests.kit.desk import Browser, DeskDoor, open_desk


def as_csv(*rows: dict[str, str]) -> bytes:
    """A file with these rows, whose cells need no quotes."""
    return "\n".join(",".join(row) for row in (rows[0], *(r.values() for r in rows))).encode()


@pytest.fixture
def desk(database_kind: str, tmp_path: Path) -> Iterator[DeskDoor]:
    """A desk with two officers of one office."""
    made = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS), database=database_kind)
    made.account()
    made.account("budi", name="Budi Contoh")
    browser = made.browser()
    browser.sign_in()
    page = browser.upload("/desk/lists/cooperatives/file", as_csv(COOPERATIVE))
    browser.send(f"{page.url.path}/accept", version="1")
    yield made
    made.engine.dispose()


def officers(desk: DeskDoor) -> list[Browser]:
    """Both, signed in."""
    browsers = [desk.browser(), desk.browser()]
    for browser, login in zip(browsers, ("siti", "budi"), strict=True):
        browser.sign_in(login)
    return browsers


def counted(desk: DeskDoor) -> tuple[int, int]:
    """How many memberships there are, and rows of drafts."""
    with snapshot(desk.engine) as connection:
        queries = (select(func.count()).select_from(one) for one in (membership, draft_row))
        first, second = (connection.execute(query).scalar_one() for query in queries)
    return first, second


def at_once(browsers: list[Browser], path: str, *forms: dict[str, str]) -> list[Response]:
    """Each sends its form at the same moment."""
    barrier = Barrier(len(browsers))

    def send(browser: Browser, fields: dict[str, str]) -> Response:
        barrier.wait()
        return browser.fill(path, fields)

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, browsers, forms))


def test_two_who_accept_at_once_accept_every_row_once(desk: DeskDoor) -> None:
    """One of them does it, the other gets a refusal; no row is lost and none counts twice."""
    both = officers(desk)
    rows = [MEMBER | {"nik": f"3509995603030{n}1", "nama": f"Warga {n}"} for n in range(10, 60)]
    page = both[0].upload("/desk/lists/members/file", as_csv(*rows))
    form = {"version": "1"}
    answers = at_once(both, f"{page.url.path}/accept", form, form)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert counted(desk) == (50, 0)


def test_two_who_mend_at_once_change_it_one_after_the_other(desk: DeskDoor) -> None:
    """The second has what she typed before her, and nobody's words are mixed with another's."""
    both = officers(desk)
    bad = MEMBER | {"nik": "3509", "nama": "Dewi"}
    page = both[0].upload("/desk/lists/members/file", as_csv(bad))
    forms = [{"version": "1", "2.cell.nama": name} for name in ("Dewi Satu", "Dewi Dua")]
    answers = at_once(both, f"{page.url.path}/mend", *forms)
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = (answer.text for answer in answers if answer.status_code == 409)
    assert all(name in refused for name in ("Dewi Satu", "Dewi Dua"))
    assert re.findall(r'name="version" value="(\d)"', refused)[0] == "2"
    assert counted(desk) == (0, 1)
