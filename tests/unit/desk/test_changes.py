"""What a list changes is seen before it is accepted: old beside new, at the desk and over HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.desk import DESK
from services.beneficiary.tables import METADATA
from shared.desk.accounts import Role
from tests.kit.desk import Browser
from tests.kit.desk_work import Office, open_office
from tests.kit.families import FACILITATORS, NIK, a_family_list

CHANGES = "/v1/imports/family-changes"
UPLOAD = "/desk/lists/family-changes/file"
HEADER = "nomor_keluarga,berlaku_sejak,kode_desa,desil,nik_dewasa\n"
NUMBERS = [f"KPM-{n}" for n in range(1, 5)]
OTHER_NIK = "3509904511820019"
MONTH = (
    HEADER
    + "KPM-1,2026-06-01,,4,\nKPM-2,2026-06-01,,4,\nKPM-3,2026-06-01,,5,\nKPM-4,2026-06-01,,2,\n"
)
"""Two families go from 5 to 4, one from 5 to 2; one stays in decile 5."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Four families of decile 5."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    made.door.upload("/v1/imports/facilitators", FACILITATORS)
    families = [
        {"nomor_keluarga": one, "desil": "5", "nik_pengurus": f"350990451182{n:04}", "nik_anggota": ""}
        for n, one in enumerate(NUMBERS, 1)
    ]  # fmt: skip
    assert made.door.upload("/v1/imports/families", a_family_list(*families))[-1]["accepted"] == 4
    yield made
    made.desk.engine.dispose()


@pytest.fixture
def siti(office: Office) -> Browser:
    """An officer of Jember."""
    return office.signed_in("siti", Role.OFFICER)


def changes(page: str) -> list[list[str]]:
    """The rows of the table of what changes, above the list."""
    table = page.partition('<ul class="changes">')[2].partition("</ul>")[0]
    rows = re.findall(r"<tr>(<td>.*?)</tr>", table)
    return [re.findall(r"<td>(.*?)</td>", row) for row in rows]


def test_a_months_list_shows_how_many_families_go_from_which_decile_to_which(
    siti: Browser,
) -> None:
    """The most frequent first; who stays in the decile is already there."""
    page = siti.upload(UPLOAD, MONTH.encode()).text
    assert changes(page) == [["5", "4", "2"], ["5", "2", "1"]]
    assert "3 baris mengubah desil" in page
    assert re.findall(r"<dd>(\d+)</dd>", page) == ["0", "3", "1", "0"]


def test_each_row_shows_the_old_and_the_new_value_side_by_side(siti: Browser) -> None:
    """In the list's own columns, before anything is accepted."""
    page = siti.upload(UPLOAD, MONTH.encode())
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page.text)
    found = [re.findall(r"[^<>]+(?=</(?:th|span|td)>)", row)[:5] for row in rows]
    assert found[0] == ["2", "desil", "5", "4", "KPM-1"]
    assert found[2] == ["5", "desil", "5", "2", "KPM-4"]


def test_what_was_accepted_is_no_longer_counted_as_a_change(siti: Browser) -> None:
    """The draft is empty, and the same list again changes nothing."""
    page = siti.upload(UPLOAD, MONTH.encode())
    done = siti.send(f"{page.url.path}/accept", version="1").text
    assert changes(done) == []
    again = siti.upload(UPLOAD, MONTH.encode()).text
    assert re.findall(r"<dd>(\d+)</dd>", again) == ["0", "4", "0"]


def test_a_mended_row_is_counted_as_the_change_that_it_makes(siti: Browser) -> None:
    """A refused row changes nothing until it is mended; one that is mended to another value counts there."""
    page = siti.upload(UPLOAD, (HEADER + "KPM-1,2026-06-01,,40,\n").encode())
    assert changes(page.text) == []
    mended = siti.fill(f"{page.url.path}/mend", {"version": "1", "2.cell.desil": "3"}).text
    assert changes(mended) == [["5", "3", "1"]]


def test_persons_are_counted_and_never_shown(siti: Browser) -> None:
    """Who comes in and who goes out by number; the recorded numbers are no draft's."""
    row = f"KPM-1,2026-06-01,,,3509904511820001 {OTHER_NIK}\n"
    text = siti.upload(UPLOAD, (HEADER + row).encode()).text
    assert "1 orang dewasa</span>" in text
    assert "2 orang dewasa: 1 masuk, 0 keluar</span>" in text


def test_a_move_names_both_villages(siti: Browser) -> None:
    """The code and the name."""
    row = "KPM-1,2026-06-01,35.09.09.2002,,\n"
    text = siti.upload(UPLOAD, (HEADER + row).encode()).text
    assert re.search(r'part">35\.09\.[\d.]+ [A-Z]\w+', text)
    assert re.search(r'part">35\.09\.09\.2002 [A-Z]\w+', text)


def test_a_new_facilitator_stands_beside_the_one_before(office: Office, siti: Browser) -> None:
    """Of assignments the number before and after."""
    header = "nomor_keluarga,nomor_pendamping,tanggal_mulai\n"
    text = siti.upload(
        "/desk/lists/assignments/file", f"{header}KPM-1,P-2,2026-06-01\n".encode()
    ).text
    assert 'part">P-1</span>' in text
    assert 'part">P-2</span>' in text


def test_a_dry_run_over_http_says_the_same_and_keeps_nothing(office: Office) -> None:
    """What changes by row with old and new value, the totals, and no event."""
    staged = len(office.door.events())
    said = office.door.upload(f"{CHANGES}?dry_run=true", MONTH)
    assert said[0] == {"line": 2, "changes": [{"field": "desil", "before": 5, "after": 4}]}
    totals = {"rows": 4, "accepted": 3, "duplicates": 1, "rejected": 0, "changing": 3}
    assert said[-1] == {"done": True, **totals, "dry_run": True}
    assert len(office.door.events()) == staged
    assert office.door.upload(CHANGES, MONTH)[-1]["accepted"] == 3


def test_an_import_names_no_changes(office: Office) -> None:
    """Only who asks first is shown what is recorded now."""
    said = office.door.upload(CHANGES, MONTH)
    assert [line for line in said if "changes" in line] == []
    assert "changing" not in said[-1]


def test_what_a_dry_run_is_must_be_said_clearly(office: Office) -> None:
    """A misspelt value must not become an import."""
    headers = office.door.bearer("all") | {"Content-Type": "text/csv"}
    for asked in ("dry_run=1", "dry_run=true&dry_run=false", "dryrun=true"):
        answer = office.door.client.post(
            f"{CHANGES}?{asked}", content=MONTH.encode(), headers=headers
        )
        assert answer.status_code == 422


def test_a_dry_run_leaves_the_month_open(office: Office) -> None:
    """It says whether the month could be closed, and does not close it."""
    obliged = {"list": "FAMILIES", "district": "35.09", "first_month": "2026-04"}
    office.door.items("/v1/reports/obligations", obliged)
    asked = "?closes=2026-06&area=35.09&dry_run=true"
    text = a_family_list({"nomor_keluarga": "KPM-9", "nik_pengurus": NIK, "nik_anggota": ""})
    for _ in range(2):
        last = office.door.upload(f"/v1/imports/families{asked}", text)[-1]
        assert last["closing"]["status"] == "accepted"
