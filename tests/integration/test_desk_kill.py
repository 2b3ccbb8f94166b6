"""A process that is killed while it accepts rows: another goes on, and every row is there once."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, LISTS, MEMBER
from services.cooperative.tables import METADATA, membership
from shared.database.engine import snapshot
from shared.desk import accepting
from shared.desk.desk import Desk
from shared.desk.tables import draft_row, job
from shared.desk.worker import DraftWorker
from shared.outbox.table import outbox
from tests.kit.desk import DeskDoor, open_desk
from tests.kit.draft_victim import INSIDE

ROWS, STEPS, CHUNK = 40, 4, 5


@pytest.fixture
def desk(database_kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskDoor]:
    """A desk with a cooperative, on which six rows are many."""
    made = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS), database=database_kind)
    made.account()
    browser = made.browser()
    browser.sign_in()
    content = "\n".join(",".join(row) for row in (COOPERATIVE, COOPERATIVE.values()))
    page = browser.upload("/desk/lists/cooperatives/file", content.encode())
    browser.send(f"{page.url.path}/accept", version="1")
    monkeypatch.setattr(accepting, "CHUNK", CHUNK)
    yield made
    made.engine.dispose()


def numbers(desk: DeskDoor) -> list[int]:
    """How many memberships, rows of drafts and jobs there are."""
    with snapshot(desk.engine) as connection:
        queries = (select(func.count()).select_from(one) for one in (membership, draft_row, job))
        return [connection.execute(query).scalar_one() for query in queries]


def test_a_killed_process_loses_nothing_and_repeats_nothing(desk: DeskDoor, tmp_path: Path) -> None:
    """Killed in the middle of a step: the step is done again by who begins, the steps before are not."""
    browser = desk.browser()
    browser.sign_in()
    rows = [
        MEMBER | {"nik": f"35099956030301{n:02}", "nama": f"Warga {n}"} for n in range(1, ROWS + 1)
    ]
    content = "\n".join(",".join(row) for row in (MEMBER, *(one.values() for one in rows)))
    page = browser.upload("/desk/lists/members/file", content.encode())
    browser.send(f"{page.url.path}/accept", version="1")
    address = desk.engine.url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        "-m",
        "tests.kit.draft_victim",
        address,
        str(tmp_path / "keys"),
        str(STEPS),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline().strip() == INSIDE
        victim.kill()
    kept = (STEPS - 1) * CHUNK
    assert numbers(desk) == [kept, ROWS - kept, 1]
    second = DraftWorker(desk.engine, desk.host, LISTS, "1", now=desk.clock)
    second._take_over()
    while second.turn():
        pass
    assert numbers(desk) == [ROWS, 0, 0]
    with snapshot(desk.engine) as connection:
        staged = connection.execute(select(func.count()).select_from(outbox)).scalar_one()
    assert (
        staged == 2 + 4 * ROWS
    )  # the cooperative with its status; consent, application, approval, activation
