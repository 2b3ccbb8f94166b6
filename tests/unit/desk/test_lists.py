"""Lists on the desk: a file is checked, mended and accepted, and nothing of it is lost."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from httpx import Response
from python_calamine import load_workbook
from sqlalchemy import Table, func, select

from services.cooperative import CARD
from services.cooperative.lists import COOPERATIVE, LISTS, MEMBER
from services.cooperative.records import RECORDS
from services.cooperative.tables import METADATA, membership
from shared.database.engine import snapshot
from shared.desk import accepting, checking, mending
from shared.desk.accounts import Role
from shared.desk.desk import Desk
from shared.desk.drafts import MOST
from shared.desk.sessions import IDLE, LONGEST
from shared.desk.tables import draft, draft_row
from shared.http import csv_rows
from shared.outbox.table import outbox
from tests.kit.desk import Browser, DeskDoor, open_desk

MEMBERS = "/desk/lists/members/file"
OTHER = "3509995603030002"
BAD = MEMBER | {"nik": "35099956", "nama": "Dewi Contoh"}


def file_of(*rows: Mapping[str, str]) -> bytes:
    """A CSV file with these rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def counts(page: Response) -> list[int]:
    """The numbers at the top of a draft: new, known, refused, and what was accepted before."""
    return [int(number.replace(".", "")) for number in re.findall(r"<dd>([\d.]+)</dd>", page.text)]


def version(page: Response) -> str:
    """The version that the forms of a draft's page carry."""
    found = re.search(r'name="version" value="(\d+)"', page.text)
    assert found is not None
    return found.group(1)


def path_of(page: Response) -> str:
    """The address of a draft's page."""
    return str(page.url.path).removesuffix("/mend")


def number(desk: DeskDoor, table: Table) -> int:
    """How many rows a table has."""
    with snapshot(desk.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def accept(browser: Browser, page: Response) -> Response:
    """Press the button that accepts what is good."""
    return browser.send(f"{path_of(page)}/accept", version=version(page))


def mend(browser: Browser, page: Response, **fields: str) -> Response:
    """Fill cells in and save; `l3_nik` is the cell `nik` of row 3, `l3__compared` its tick."""
    named = {
        re.sub(r"^l(\d+)_(.*)$", lambda m: f"{m[1]}.{'cell.' if m[2][0] != '_' else ''}{m[2].strip('_')}", name): value
        for name, value in fields.items()
    }  # fmt: skip
    return browser.fill(f"{path_of(page)}/mend", {"version": version(page), **named})


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[DeskDoor]:
    """The desk of the cooperative service with its lists and one officer, and a cooperative."""
    made = open_desk(tmp_path, CARD, METADATA, Desk(lists=LISTS, months=True, records=RECORDS))
    made.account()
    browser = made.browser()
    browser.sign_in()
    accept(browser, browser.upload("/desk/lists/cooperatives/file", file_of(COOPERATIVE)))
    yield made
    made.engine.dispose()


@pytest.fixture
def browser(desk: DeskDoor) -> Browser:
    """The officer's browser, signed in."""
    made = desk.browser()
    made.sign_in()
    return made


def test_a_file_is_checked_and_nothing_of_it_is_kept_but_the_draft(
    desk: DeskDoor, browser: Browser
) -> None:
    """Rules have decided, in a transaction that was rolled back: no event, no row."""
    staged = number(desk, outbox)
    page = browser.upload(MEMBERS, file_of(MEMBER, MEMBER, BAD), "anggota juli.csv")
    assert counts(page) == [1, 1, 1]
    assert "anggota juli.csv" in page.text
    assert (number(desk, outbox), number(desk, membership)) == (staged, 0)
    assert number(desk, draft_row) == 3


def test_a_refused_row_is_mended_and_accepted(desk: DeskDoor, browser: Browser) -> None:
    """The good rows first, the mended one after; then the draft is empty."""
    page = browser.upload(MEMBERS, file_of(MEMBER, BAD))
    assert "Baris 3" in page.text
    assert page.text.count('aria-invalid="true"') == 1
    page = accept(browser, page)
    assert counts(page) == [0, 0, 1, 1, 0]
    page = mend(browser, page, l3_nik=OTHER)
    assert counts(page) == [1, 0, 0, 1, 0]
    page = accept(browser, page)
    assert counts(page) == [0, 0, 0, 2, 0]
    assert "Selesai" in page.text
    assert (number(desk, membership), number(desk, draft_row)) == (2, 0)


def test_what_a_rule_refuses_is_said_in_one_language_under_the_lists_own_name(
    browser: Browser,
) -> None:
    """An unknown cooperative: the column of the list, reason and remedy, Indonesian or English."""
    page = browser.upload(MEMBERS, file_of(MEMBER | {"nomor_koperasi": "KMP-TIDAK-ADA"}))
    assert counts(page) == [0, 0, 1]
    assert "<code>nomor_koperasi</code>" in page.text
    (indonesian,) = re.findall(r"<strong>(.*)</strong>", page.text)
    (english,) = re.findall(
        r"<strong>(.*)</strong>", browser.open(f"{path_of(page)}?bahasa=en").text
    )
    assert indonesian != english
    assert " / " not in indonesian + english


def test_accepting_again_counts_nothing_twice(desk: DeskDoor, browser: Browser) -> None:
    """The same file a second time is already there, on the page and when it is accepted."""
    accept(browser, browser.upload(MEMBERS, file_of(MEMBER)))
    staged = number(desk, outbox)
    page = browser.upload(MEMBERS, file_of(MEMBER))
    assert counts(page) == [0, 1, 0]
    assert counts(accept(browser, page)) == [0, 0, 0, 0, 1]
    assert number(desk, outbox) == staged


def test_a_form_sent_twice_accepts_once(desk: DeskDoor, browser: Browser) -> None:
    """The second press has the version of the first: it is refused, and changes nothing."""
    page = browser.upload(MEMBERS, file_of(MEMBER))
    accept(browser, page)
    staged = number(desk, outbox)
    assert accept(browser, page).status_code == 409
    assert number(desk, outbox) == staged


def test_of_two_officers_the_second_is_told_and_loses_nothing(
    desk: DeskDoor, browser: Browser
) -> None:
    """She sees what is there now beside what she typed, and may save it knowingly."""
    desk.account("budi", name="Budi Contoh")
    colleague = desk.browser()
    colleague.sign_in("budi")
    mine = browser.upload(MEMBERS, file_of(BAD, BAD | {"nama": "Ani Contoh"}))
    theirs = colleague.open(path_of(mine))
    mend(colleague, theirs, l2_nama="Dewi Lestari")
    page = mend(browser, mine, l2_nik=OTHER, l2_nama="Dewi C.")
    assert page.status_code == 409
    assert OTHER in page.text
    assert "Dewi C." in page.text
    assert "sekarang: Dewi Lestari" in page.text
    page = mend(browser, page, l2_nik=OTHER, l2_nama="Dewi Lestari")
    assert counts(page) == [1, 0, 1]


def test_what_was_typed_for_a_row_that_is_gone_is_shown(desk: DeskDoor, browser: Browser) -> None:
    """A colleague took the row out; the typed number is on the page, and used nowhere."""
    desk.account("budi", name="Budi Contoh")
    colleague = desk.browser()
    colleague.sign_in("budi")
    mine = browser.upload(MEMBERS, file_of(BAD))
    mend(colleague, colleague.open(path_of(mine)), l2__dropped="1")
    page = mend(browser, mine, l2_nik=OTHER)
    assert page.status_code == 409
    assert f"nik: {OTHER}" in page.text
    assert number(desk, draft_row) == 0


def test_a_session_that_ends_while_cells_are_mended_loses_nothing(
    desk: DeskDoor, browser: Browser
) -> None:
    """What was typed is saved, nothing is shown; after signing in one is back at the draft."""
    page = browser.upload(MEMBERS, file_of(BAD))
    desk.clock.moment += IDLE
    answer = mend(browser, page, l2_nik=OTHER)
    assert answer.url.path == "/desk/sign-in"
    assert OTHER not in answer.text
    back = browser.sign_in()
    assert back.url.path == path_of(page)
    assert counts(back) == [1, 0, 0]


def test_a_session_that_ends_while_a_file_is_sent_loses_nothing(
    desk: DeskDoor, browser: Browser
) -> None:
    """The file is a draft of the office; after signing in one sees it."""
    browser.open("/desk/lists/members")
    desk.clock.moment += IDLE
    answer = browser.upload(MEMBERS, file_of(MEMBER))
    assert answer.url.path == "/desk/sign-in"
    assert counts(browser.sign_in()) == [1, 0, 0]


@pytest.mark.parametrize("how", ["long ago", "signed out", "another form"])
def test_a_session_that_is_over_keeps_nothing(desk: DeskDoor, browser: Browser, how: str) -> None:
    """Ten hours later, after signing out, or without the form's key, no file is taken."""
    browser.open("/desk/lists/members")
    cookies = dict(browser.client.cookies)
    if how == "signed out":
        key = browser.form_key
        browser.send("/desk/sign-out")
        browser.client.cookies.update(cookies)
        browser.form_key = key
    elif how == "long ago":
        desk.clock.moment += LONGEST
    else:
        desk.clock.moment += IDLE
        browser.form_key = "x"
    before = number(desk, draft)
    browser.upload(MEMBERS, file_of(MEMBER))
    assert number(desk, draft) == before


def test_an_ended_session_accepts_and_deletes_nothing(desk: DeskDoor, browser: Browser) -> None:
    """These are acts of somebody who is there; the sign-in leads back to the draft."""
    page = browser.upload(MEMBERS, file_of(MEMBER))
    desk.clock.moment += IDLE
    for act in ("accept", "delete"):
        answer = browser.send(f"{path_of(page)}/{act}", version=version(page))
        assert answer.url.path == "/desk/sign-in"
    assert (number(desk, membership), number(desk, draft_row)) == (0, 1)
    assert browser.sign_in().url.path == path_of(page)


def test_a_draft_is_its_offices_own(desk: DeskDoor, browser: Browser) -> None:
    """A colleague opens it, for another office there is none, in every way to reach it."""
    page = browser.upload(MEMBERS, file_of(MEMBER, BAD))
    desk.account("ani", office="dinsos", name="Ani Contoh")
    stranger = desk.browser()
    stranger.sign_in("ani")
    assert stranger.open(path_of(page)).status_code == 404
    assert stranger.open(f"{path_of(page)}/rest").status_code == 404
    for act in ("mend", "accept", "delete"):
        fields = {"version": version(page), "3.dropped": "1"}
        sent = stranger.fill(f"{path_of(page)}/{act}", fields)
        assert sent.status_code == 404
    assert "daftar.csv" not in stranger.open("/desk/drafts").text
    assert number(desk, draft_row) == 2
    assert stranger.open("/desk/drafts/no-such").status_code == 404


def test_a_reader_neither_sends_nor_sees(desk: DeskDoor, browser: Browser) -> None:
    """Without the scope of the list there is no form, no draft and no upload."""
    page = browser.upload(MEMBERS, file_of(MEMBER))
    desk.account("rudi", role=Role.READER, name="Rudi Contoh")
    reader = desk.browser()
    reader.sign_in("rudi")
    assert "/desk/lists/members" not in reader.open("/desk").text
    assert reader.open("/desk/lists/members").status_code == 403
    assert reader.open(path_of(page)).status_code == 403
    assert "daftar.csv" not in reader.open("/desk/drafts").text
    assert reader.upload(MEMBERS, file_of(MEMBER)).status_code == 403
    assert reader.open("/desk/lists/none").status_code == 404


def test_who_accepts_answers_for_the_area(desk: DeskDoor, browser: Browser) -> None:
    """An office's draft may hold rows of areas in which this officer may not act: they stay."""
    page = browser.upload(MEMBERS, file_of(MEMBER))
    desk.account("budi", areas=("35.13",), name="Budi Contoh")
    elsewhere = desk.browser()
    elsewhere.sign_in("budi")
    page = accept(elsewhere, elsewhere.open(path_of(page)))
    assert counts(page) == [0, 0, 1]
    assert number(desk, membership) == 0


def test_rows_are_sealed_in_the_database(desk: DeskDoor, browser: Browser) -> None:
    """Neither number nor name nor the file's name lies in it as they are."""
    browser.upload(MEMBERS, file_of(MEMBER, BAD), "anggota Sri Utami.csv")
    with snapshot(desk.engine) as connection:
        kept = [*connection.execute(select(draft)), *connection.execute(select(draft_row))]
    text = repr([tuple(row) for row in kept])
    assert not any(value in text for value in (MEMBER["nik"], "Sri Utami", "35099956", "Dewi"))


def test_markup_in_a_cell_is_text(browser: Browser) -> None:
    """Every cell and the file's name are escaped."""
    page = browser.upload(MEMBERS, file_of(BAD | {"nama": '"><script>x</script>'}), "<b>.csv")
    assert "<script>x" not in page.text
    assert "<b>" not in page.text


def test_a_mark_goes_when_a_person_has_compared_the_row(browser: Browser) -> None:
    """Numbers that a spreadsheet rounded are refused until somebody says that they are right."""
    rows = [MEMBER | {"nik": f"3509995603030{n}0", "nama": f"Warga {n}"} for n in range(10, 13)]
    page = browser.upload(MEMBERS, file_of(*rows))
    assert counts(page) == [0, 0, 3]
    page = mend(browser, page, l2__compared="1", l3_nama="Warga Lain")
    assert counts(page) == [1, 0, 2]
    page = mend(browser, page, l3_nik=OTHER)
    assert counts(page) == [2, 0, 1]
    page = mend(browser, page, l4_nama="Warga Dua Belas")
    assert counts(page) == [2, 0, 1]


def test_the_order_of_days_is_known_after_its_proof_has_left(browser: Browser) -> None:
    """03/08/2025 was proven by 16/08/2025 in another row, which is accepted first."""
    days = ("tanggal_daftar", "tanggal_persetujuan")
    proof = MEMBER | dict.fromkeys(days, "16/08/2025")
    unproven = BAD | dict.fromkeys(days, "03/08/2025")
    page = accept(browser, browser.upload(MEMBERS, file_of(proof, unproven)))
    assert counts(page)[:3] == [0, 0, 1]
    page = mend(browser, page, l3_nik=OTHER)
    assert counts(page)[:3] == [1, 0, 0]
    assert "2025-08-03" in browser.open(f"{path_of(page)}?rows=new").text


def test_a_row_of_empty_cells_stays_refused(browser: Browser) -> None:
    """Mending must not make a row vanish."""
    page = browser.upload(MEMBERS, file_of(BAD))
    empty = {f"l2_{name}": "" for name in MEMBER}
    assert counts(mend(browser, page, **empty, l2__compared="1")) == [0, 0, 1]


def test_the_rest_is_a_file_that_can_be_mended_and_sent(browser: Browser) -> None:
    """One row a refused row, with reasons in one language; mended, it is accepted."""
    page = browser.upload(MEMBERS, file_of(MEMBER, BAD | {"nama": "=1+1"}))
    answer = browser.open(f"{path_of(page)}/rest")
    assert answer.headers["content-disposition"].startswith("attachment")
    (header, cells) = load_workbook(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    row = dict(zip(map(str, header), map(str, cells), strict=True))
    assert (row["baris"], row["kolom_salah"], row["nik"], row["nama"]) == (
        "3", "nik", "35099956", "=1+1",
    )  # fmt: skip
    assert " / " not in row["alasan"]
    assert counts(browser.upload(MEMBERS, answer.content, "sisa.xlsx")) == [0, 0, 1]
    again = browser.upload(MEMBERS, file_of(row | {"nik": OTHER, "nama": "Dewi"}))
    assert counts(again) == [1, 0, 0]


def test_the_template_of_a_list_is_downloaded(browser: Browser) -> None:
    """By who may send the list; the page leads to it."""
    assert 'href="/desk/lists/members/template"' in browser.open("/desk/lists/members").text
    book = load_workbook(io.BytesIO(browser.open("/desk/lists/members/template").content))
    assert book.get_sheet_by_index(0).to_python()[0] == list(MEMBER)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "kosong"),
        (b"a,b\n1,2\n", "kolom"),
        (b"PK\x03\x04broken", "tidak dapat dibaca"),
    ],
)
def test_a_file_that_is_no_list_is_refused_on_the_page(
    desk: DeskDoor, browser: Browser, content: bytes, words: str
) -> None:
    """The form comes again with the reason, and no draft is left over."""
    before = number(desk, draft)
    page = browser.upload("/desk/lists/consents/file", content)
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert words in page.text
    assert number(desk, draft) == before


def test_a_draft_is_deleted_by_its_office_or_by_time(desk: DeskDoor, browser: Browser) -> None:
    """By an act, or when its days are over and the next file comes."""
    first, second = (browser.upload(MEMBERS, file_of(BAD)) for _ in range(2))
    assert "31 Juli 2026" in first.text
    answer = browser.send(f"{path_of(first)}/delete", version=version(first))
    assert answer.url.path == "/desk/drafts"
    assert browser.open(path_of(first)).status_code == 404
    desk.clock.pass_by(days=31)
    browser.sign_in()
    browser.upload(MEMBERS, file_of(MEMBER))
    assert browser.open(path_of(second)).status_code == 404
    assert number(desk, draft_row) == 1


def test_an_office_has_so_many_drafts_and_no_more(
    desk: DeskDoor, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database cannot be filled by sending one file again and again."""
    monkeypatch.setattr("shared.desk.drafts.MOST", 3)
    answers = [browser.upload(MEMBERS, file_of(BAD)).status_code for _ in range(3)]
    assert answers == [200, 200, 409]
    assert number(desk, draft) < MOST


def test_a_file_with_too_many_rows_leaves_nothing(
    desk: DeskDoor, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit and what to do are said."""
    monkeypatch.setattr(mending, "MAX_ROWS", 2)
    before = number(desk, draft)
    page = browser.upload(MEMBERS, file_of(MEMBER, BAD, BAD))
    assert page.status_code == 413
    assert "Bagi menjadi beberapa berkas" in page.text
    assert (number(desk, draft), number(desk, draft_row)) == (before, 0)


def test_rows_are_decided_and_accepted_in_chunks(
    desk: DeskDoor, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spans, chunks and pages that are smaller than the file give the same."""
    monkeypatch.setattr(checking, "SPAN", 4)
    monkeypatch.setattr(mending, "SPAN", 4)
    monkeypatch.setattr(csv_rows, "CHUNK", 2)
    monkeypatch.setattr(accepting, "CHUNK", 2)
    rows = [MEMBER | {"nik": f"3509995603030{n}1", "nama": f"Warga {n}"} for n in range(10, 21)]
    page = browser.upload(MEMBERS, file_of(*rows[:5], BAD, *rows[5:]))
    assert counts(page) == [11, 0, 1]
    page = mend(browser, page, l7_nik=OTHER)
    assert counts(page) == [12, 0, 0]
    accept(browser, page)
    desk.work()
    assert counts(browser.open(path_of(page)))[:4] == [0, 0, 0, 12]
    assert number(desk, membership) == 12


def test_rows_of_a_large_draft_are_paged(browser: Browser) -> None:
    """25 a page; the next page goes on after the last line."""
    rows = [MEMBER | {"nik": f"3509995603030{n}1", "nama": f"Warga {n}"} for n in range(10, 40)]
    page = browser.upload(MEMBERS, file_of(*rows))
    assert "Warga 34" in page.text
    assert "Warga 35" not in page.text
    (following,) = re.findall(r'href="([^"]*)" rel="next"', page.text)
    assert "Warga 35" in browser.open(following.replace("&amp;", "&")).text


def test_home_shows_lists_and_drafts(browser: Browser) -> None:
    """What one may send, and what waits."""
    page = browser.upload(MEMBERS, file_of(MEMBER, BAD))
    home = browser.open("/desk")
    assert path_of(page) in home.text
    assert "akan diterima 1, sudah ada 0, ditolak 1" in home.text
    assert "/desk/lists/cooperatives" in home.text
