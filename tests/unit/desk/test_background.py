"""Large files and drafts are worked on in the background: seen, stopped, and gone on with after any end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, LISTS, MEMBER
from services.cooperative.tables import METADATA, membership
from shared.database.engine import snapshot, transaction
from shared.desk import accepting, accounts, checking, jobs, list_routes, worker
from shared.desk.accounts import by_login
from shared.desk.desk import Desk
from shared.desk.tables import draft_row, file_part, job
from shared.desk.worker import DraftWorker
from shared.http import csv_rows
from tests.kit.desk import Browser, DeskDoor, open_desk

MEMBERS = "/desk/lists/members/file"


def a_file(rows: int, *more: dict[str, str]) -> bytes:
    """A file with so many members and these."""
    many = [
        MEMBER | {"nik": f"350999560303{n:04}", "nama": f"Warga {n}"} for n in range(1, rows + 1)
    ]
    return "\n".join(
        ",".join(row) for row in (MEMBER, *(r.values() for r in (*many, *more)))
    ).encode()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskDoor]:
    """A desk on which every file is large, and two rows are many."""
    made = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS))
    made.account()
    browser = made.browser()
    browser.sign_in()
    page = browser.upload("/desk/lists/cooperatives/file", "\n".join(
        ",".join(part) for part in (COOPERATIVE, COOPERATIVE.values())
    ).encode())  # fmt: skip
    browser.send(f"{page.url.path}/accept", version="1")
    monkeypatch.setattr(list_routes, "AT_ONCE_BYTES", 10)
    for module in (accepting, csv_rows):
        monkeypatch.setattr(module, "CHUNK", 2)
    monkeypatch.setattr("shared.desk.checking.SPAN", 3)
    yield made
    made.engine.dispose()


@pytest.fixture
def siti(desk: DeskDoor) -> Browser:
    """The officer, signed in."""
    browser = desk.browser()
    browser.sign_in()
    return browser


def number(desk: DeskDoor, table: object) -> int:
    """How many rows a table has."""
    with snapshot(desk.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]


def version(page: str) -> str:
    """The version that the page's forms carry."""
    (found, *_) = re.findall(r'name="version" value="(\d+)"', page)
    return str(found)


def checked(desk: DeskDoor, browser: Browser, content: bytes) -> tuple[str, str]:
    """The path and the page of a draft whose file has been checked in the background."""
    path = browser.upload(MEMBERS, content).url.path
    desk.work()
    return path, browser.open(path).text


def a_new_process(desk: DeskDoor, replica: str = "1") -> DraftWorker:
    """A worker that begins, and knows what the database knows."""
    begun = DraftWorker(desk.engine, desk.host, LISTS, replica, now=desk.clock)
    begun._take_over()
    return begun


def test_a_large_file_is_checked_while_its_page_shows_how_far_it_is(
    desk: DeskDoor, siti: Browser
) -> None:
    """The page refreshes itself without script; then it is a draft like any other."""
    page = siti.upload(MEMBERS, a_file(7))
    assert '<meta http-equiv="refresh"' in page.text
    assert "0 baris sudah selesai" in page.text
    desk.worker.turn()
    assert "3 baris sudah selesai" in siti.open(page.url.path).text
    assert number(desk, membership) == 0
    desk.work()
    done = siti.open(page.url.path).text
    assert re.findall(r"<dd>(\d+)</dd>", done) == ["7", "0", "0"]
    assert 'http-equiv="refresh"' not in done
    assert number(desk, file_part) == 0


def test_one_press_accepts_many_rows_in_the_background(desk: DeskDoor, siti: Browser) -> None:
    """Everybody of the office sees how far it is; at the end every row is there once."""
    path, page = checked(desk, siti, a_file(7))
    assert "0 dari 7" in siti.send(f"{path}/accept", version=version(page)).text
    desk.account("budi", name="Budi Contoh")
    budi = desk.browser()
    budi.sign_in("budi")
    desk.worker.turn()
    assert "2 dari 7" in budi.open(path).text
    desk.work()
    assert "Selesai" in siti.open(path).text
    assert (number(desk, membership), number(desk, draft_row), number(desk, job)) == (7, 0, 0)


def test_another_process_goes_on_where_the_last_one_ended(
    desk: DeskDoor, siti: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a process held: of checking the rows that are there are not decided again, none is twice."""
    path = siti.upload(MEMBERS, a_file(8)).url.path
    desk.worker.turn()
    decided: list[int] = []
    check = checking.check_file

    def noted(*args: object, skip: int) -> object:
        decided.append(skip)
        return check(*args, skip=skip)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "check_file", noted)
    second = a_new_process(desk)
    while second.turn():
        pass
    assert decided == [3]
    page = siti.open(path).text
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["8", "0", "0"]
    siti.send(f"{path}/accept", version=version(page))
    second.turn()
    third = a_new_process(desk)
    while third.turn():
        pass
    assert (number(desk, membership), number(desk, draft_row)) == (8, 0)


def test_who_has_lost_a_job_writes_nothing(desk: DeskDoor, siti: Browser) -> None:
    """A process that only slept: its step is rolled back, and the other's rows are there once."""
    path = siti.upload(MEMBERS, a_file(7)).url.path
    desk.worker.turn()
    second = a_new_process(desk)
    assert second.turn()
    before = number(desk, draft_row)
    with snapshot(desk.engine) as connection:
        (mine,) = jobs.free(connection, second._holder, desk.clock())
    assert desk.worker._tried(mine) is None
    assert number(desk, draft_row) == before
    while second.turn():
        pass
    assert re.findall(r"<dd>(\d+)</dd>", siti.open(path).text) == ["7", "0", "0"]


def test_a_draft_that_is_worked_on_is_not_changed_beside_it(desk: DeskDoor, siti: Browser) -> None:
    """What somebody types meanwhile is refused with a word, and not lost."""
    bad = MEMBER | {"nik": "3509", "nama": "Dewi"}
    path, page = checked(desk, siti, a_file(5, bad))
    siti.send(f"{path}/accept", version=version(page))
    fields = {"version": version(siti.open(path).text), "7.cell.nik": "3509995603039999"}
    answer = siti.fill(f"{path}/mend", fields)
    assert answer.status_code == 409
    assert "sedang dikerjakan" in answer.text
    for act in ("accept", "delete"):
        assert siti.send(f"{path}/{act}", version=fields["version"]).status_code == 409
    desk.work()
    assert number(desk, membership) == 5


def test_work_can_be_stopped(desk: DeskDoor, siti: Browser) -> None:
    """What was accepted stays accepted, the rest stays in the draft; a half checked draft is gone."""
    path, page = checked(desk, siti, a_file(7))
    siti.send(f"{path}/accept", version=version(page))
    desk.worker.turn()
    stopped = siti.send(f"{path}/stop").text
    desk.work()
    assert "Terima 5 baris" in stopped
    assert number(desk, membership) == 2
    other = siti.upload(MEMBERS, a_file(7)).url.path
    siti.send(f"{other}/stop")
    desk.work()
    assert siti.open(other).status_code == 404


def test_a_large_file_that_is_no_list_says_so_on_its_page(desk: DeskDoor, siti: Browser) -> None:
    """As a small one does at once."""
    path = siti.upload(MEMBERS, b"a,b\n" + b"1,2\n" * 9).url.path
    desk.work()
    page = siti.open(path).text
    assert "kolom" in page
    assert "Tidak ada baris di draf ini" in page
    assert (number(desk, job), number(desk, file_part)) == (0, 0)


def test_work_ends_with_the_account_that_asked_for_it(desk: DeskDoor, siti: Browser) -> None:
    """A disabled account accepts nothing more; another of the office can."""
    path, page = checked(desk, siti, a_file(7))
    siti.send(f"{path}/accept", version=version(page))
    desk.worker.turn()
    with transaction(desk.engine) as connection:
        account = by_login(connection, "siti")
        assert account is not None
        accounts.disable(connection, account.id)
    desk.work()
    assert number(desk, membership) == 2
    desk.account("budi", name="Budi Contoh")
    budi = desk.browser()
    budi.sign_in("budi")
    page = budi.open(path).text
    assert "akun yang memintanya tidak lagi boleh" in page
    budi.send(f"{path}/accept", version=version(page))
    desk.work()
    assert number(desk, membership) == 7


def test_a_job_that_fails_holds_up_no_other(
    desk: DeskDoor, siti: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has its step, and the failure is raised for the log."""
    first, second = (siti.upload(MEMBERS, a_file(n)).url.path for n in (7, 3))
    check = checking.check_file

    def breaking(officer: object, one: object, stream: object, *, skip: int) -> object:
        if len(stream.read()) > 900:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        stream.seek(0)  # type: ignore[attr-defined]
        return check(officer, one, stream, skip=skip)  # type: ignore[arg-type]

    monkeypatch.setattr(worker, "check_file", breaking)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            desk.worker.turn()
    assert "0 baris sudah selesai" in siti.open(first).text
    assert re.findall(r"<dd>(\d+)</dd>", siti.open(second).text) == ["3", "0", "0"]
