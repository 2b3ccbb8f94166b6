"""A draft closes its month: after the last row, and only if none is refused."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.training import CARD
from services.training.api import routers
from services.training.desk import DESK
from services.training.tables import METADATA
from shared.desk import accepting
from shared.desk.accounts import Role
from shared.events.reporting import ReportClosed
from tests.kit.desk import Browser
from tests.kit.desk_work import Office, open_office

UPLOAD = "/desk/lists/family-groups/file"
HEADER = "nomor_kelompok,kode_desa,tanggal_dibentuk\n"
GOOD, OTHER, BAD = (
    "K-1,35.09.09.2001,2026-06-03\n",
    "K-2,35.09.09.2001,2026-06-04\n",
    "K-3,,2026-06-04\n",
)
OBLIGED = {"list": "GROUPS", "district": "35.09", "first_month": "2026-05"}
JUNE = "35.09/2026-06"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A desk of an office that is to report groups for Jember since May."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    (done,) = made.door.items("/v1/reports/obligations", OBLIGED)
    assert done["status"] == "accepted"
    yield made
    made.desk.engine.dispose()


@pytest.fixture
def siti(office: Office) -> Browser:
    """An officer of Jember."""
    return office.signed_in("siti", Role.OFFICER)


def closed(office: Office) -> list[tuple[str, bool]]:
    """The months that were closed, and whether as nil."""
    events = (event.data for event in office.door.events())
    return [(one.month, one.nil) for one in events if isinstance(one, ReportClosed)]


def accept(browser: Browser, path: str, page: str, **fields: str) -> str:
    """Press the button of the page."""
    (version, *_) = re.findall(r'name="version" value="(\d+)"', page)
    return browser.fill(f"{path}/accept", {"version": version, **fields}).text


def test_the_open_months_of_the_list_are_offered_and_the_chosen_one_is_closed(
    office: Office, siti: Browser
) -> None:
    """After the last row; the page names the month."""
    page = siti.upload(UPLOAD, (HEADER + GOOD + OTHER).encode())
    assert re.findall(r'<option value="([^"]+)">([^<]+)<', page.text) == [
        ("35.09/2026-05", "Mei 2026, Kabupaten Jember"), (JUNE, "Juni 2026, Kabupaten Jember")
    ]  # fmt: skip
    done = accept(siti, page.url.path, page.text, closing=JUNE)
    assert "Sudah ditutup: Juni 2026, Kabupaten Jember." in done
    assert closed(office) == [("2026-06", False)]


def test_without_a_choice_no_month_is_closed(office: Office, siti: Browser) -> None:
    """A file is no statement that the month is complete."""
    page = siti.upload(UPLOAD, (HEADER + GOOD).encode())
    assert "ditutup:" not in accept(siti, page.url.path, page.text, closing="")
    assert closed(office) == []


def test_a_refused_row_leaves_the_month_open_until_it_is_accepted(
    office: Office, siti: Browser
) -> None:
    """The draft says why, keeps the choice, and closes with the mended row."""
    page = siti.upload(UPLOAD, (HEADER + GOOD + BAD).encode())
    path = page.url.path
    half = accept(siti, path, page.text, closing=JUNE)
    assert "Belum ditutup: Juni 2026, Kabupaten Jember." in half
    assert closed(office) == []
    (version, *_) = re.findall(r'name="version" value="(\d+)"', half)
    mended = siti.fill(
        f"{path}/mend", {"version": version, "3.cell.kode_desa": "35.09.09.2001"}
    ).text
    assert f'<option value="{JUNE}" selected' in mended
    assert "Sudah ditutup" in accept(siti, path, mended, closing=JUNE)
    assert closed(office) == [("2026-06", False)]


def test_a_month_is_closed_when_the_refused_row_was_taken_out(
    office: Office, siti: Browser
) -> None:
    """Nothing is left to accept; the button closes alone."""
    page = siti.upload(UPLOAD, (HEADER + GOOD + BAD).encode())
    path = page.url.path
    half = accept(siti, path, page.text, closing=JUNE)
    (version, *_) = re.findall(r'name="version" value="(\d+)"', half)
    rest = siti.fill(f"{path}/mend", {"version": version, "3.dropped": "1"}).text
    assert "Tutup bulan itu</button>" in rest
    assert "Sudah ditutup" in accept(siti, path, rest, closing=JUNE)
    assert closed(office) == [("2026-06", False)]


def test_a_file_without_rows_closes_a_month_as_nil(office: Office, siti: Browser) -> None:
    """The template with its header alone: nothing happened."""
    page = siti.upload(UPLOAD, HEADER.encode())
    assert "nihil" in page.text
    assert "Sudah ditutup" in accept(siti, page.url.path, page.text, closing=JUNE, nil="1")
    assert closed(office) == [("2026-06", True)]


def test_a_month_with_rows_is_not_nil(office: Office, siti: Browser) -> None:
    """Whoever says both has the rows kept and the month open."""
    page = siti.upload(UPLOAD, (HEADER + GOOD).encode())
    text = accept(siti, page.url.path, page.text, closing=JUNE, nil="1")
    assert "Belum ditutup" in text
    assert closed(office) == []


@pytest.mark.parametrize(
    ("asked", "status"), [("35.13/2026-06", 403), ("35.09/2026-07", 422), ("juni", 422)]
)
def test_what_cannot_be_closed_is_refused_before_a_row_is_accepted(
    office: Office, siti: Browser, asked: str, status: int
) -> None:
    """Another's kabupaten, a month that goes on, no month at all."""
    before = len(office.door.events())
    page = siti.upload(UPLOAD, (HEADER + GOOD).encode())
    (version, *_) = re.findall(r'name="version" value="(\d+)"', page.text)
    answer = siti.send(f"{page.url.path}/accept", version=version, closing=asked)
    assert answer.status_code == status
    assert len(office.door.events()) == before


def test_in_the_background_the_month_is_closed_with_the_last_step(
    office: Office, siti: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before the last row is kept."""
    monkeypatch.setattr(accepting, "CHUNK", 2)
    rows = [f"K-{n},35.09.09.2001,2026-06-03\n" for n in range(5)]
    page = siti.upload(UPLOAD, (HEADER + "".join(rows)).encode())
    text = accept(siti, page.url.path, page.text, closing=JUNE)
    assert "Juni 2026, Kabupaten Jember ditutup setelah baris terakhir diterima" in text
    office.desk.worker.turn()
    assert closed(office) == []
    office.desk.work()
    assert closed(office) == [("2026-06", False)]
    assert isinstance(office.door.events()[-1].data, ReportClosed)
