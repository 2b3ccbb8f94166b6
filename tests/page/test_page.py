"""The page in a real browser: wide, narrow, keyboard, no outside, nothing hidden in the HTML."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow.parquet as pq
import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI
from rich.console import Console

from lintas.answers import OFFICES, Answers, show
from lintas.pilot.late import BEFORE_LAST_MONTH
from services.monitoring import feeds, pages
from services.monitoring.feed.files import OTHERS as OTHERS_FILE
from services.monitoring.feed.files import feed_files
from services.monitoring.feed.metadata import Publisher
from services.monitoring.feed.store import save_files
from services.monitoring.page.page import Asked
from services.monitoring.pages import render
from services.monitoring.release import store
from services.monitoring.release.figures import figures_csv, figures_json
from services.monitoring.release.store import Release
from services.monitoring.tables import METADATA
from shared.database.engine import open_engine, transaction
from shared.wire.signatures import Trust
from tests import parts
from tests.page.agreement import (
    OTHERS,
    READ_PAGE,
    Feed,
    page_against_feed,
    printed_against_feed,
    printed_tables,
)
from tests.page.conftest import serve
from tests.page.releases import (
    DISTRICTS,
    REGIONS,
    RELEASE_ID,
    UNTIL,
    demo_book,
    demo_others,
    demo_rows,
)

CONTRAST = """() => {
  const linear = x => (x /= 255) <= .03928 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4;
  const light = c => .2126 * linear(c[0]) + .7152 * linear(c[1]) + .0722 * linear(c[2]);
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const ground = (e) => { for (; e; e = e.parentElement) {
    const c = numbers(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c.slice(0, 3); }
    return [255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('body *')) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const a = light(numbers(getComputedStyle(e).color)), b = light(ground(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) poor.push(`${e.className} ${e.textContent.trim()} ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server with the demo release."""
    engine = open_engine(parts.current().fresh_database())
    METADATA.create_all(engine)
    rows = demo_rows()
    bodies = (
        figures_json(UNTIL, rows),
        figures_csv(rows),
        b'{"files":{},"rows":{},"recorded_until":{}}',
    )
    with transaction(engine) as connection:
        made = Release(RELEASE_ID, 7, UNTIL, *bodies, datetime(2026, 7, 20, tzinfo=UTC))
        store.save(connection, made)
        save_files(connection, 7, feed_files(rows, REGIONS, demo_others()))
    api = FastAPI()
    api.include_router(pages.router(engine, REGIONS))
    api.include_router(feeds.router(engine, Publisher("", "CC-BY-4.0"), Trust({})))
    yield from serve(api)
    engine.dispose()


def test_the_page_answers_the_question_first(wide: Any, address: str) -> None:
    """The number is above the fold, in Indonesian."""
    wide.goto(address)
    assert wide.get_attribute("html", "lang") == "id"
    answer = wide.locator(".answer")
    assert "keluarga PKH di Kabupaten Jember" in answer.inner_text()
    assert answer.bounding_box()["y"] < 400


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_the_page_never_scrolls_sideways(browser: Any, address: str, width: int) -> None:
    """Wide tables scroll inside their own frame."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    for query in ("", "?bahasa=en", "?kabupaten=35.13&ukuran=enrolled", "?program=ALL"):
        page.goto(f"{address}/{query}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(browser: Any, address: str, width: int) -> None:
    """With everything unfolded, in both languages and for all programmes."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    for query in ("", "?bahasa=en&kabupaten=35.13&program=ALL"):
        page.goto(f"{address}/{query}")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
    page.close()


def test_paper_has_every_number_and_cuts_none_off(browser: Any, address: str) -> None:
    """A4 upright: no table is wider than the sheet, folded tables are printed, choices are not."""
    page = browser.new_page(viewport={"width": 718, "height": 1000})
    page.emulate_media(media="print")
    for query in ("", "?bahasa=en&kabupaten=35.13&program=ALL"):
        page.goto(f"{address}/{query}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 718
        for table in page.locator("table").all():
            box = table.bounding_box()
            assert box["x"] + box["width"] <= 718
            assert table.locator("tbody td").first.is_visible()
        assert page.locator("form:visible, nav:visible, summary:visible").count() == 0
        assert page.locator(".choice .legend").is_visible()
    page.close()


def test_nothing_is_loaded_from_outside_and_nothing_breaks_the_policy(
    wide: Any, address: str
) -> None:
    """One host, no complaint from the browser, the strict policy in force."""
    answer = wide.goto(address)
    assert answer.headers["content-security-policy"].startswith("default-src 'self'")
    assert {url.split("/")[2] for url in wide.asked} == {address.split("/")[2]}
    assert wide.complaints == []


def test_the_style_is_there(wide: Any, address: str) -> None:
    """The style sheet's address follows its bytes, and the page names the right one."""
    wide.goto(address)
    assert wide.evaluate("getComputedStyle(document.querySelector('.stack')).height") == "28px"


def test_bars_are_as_long_as_their_figures(wide: Any, address: str) -> None:
    """The widest bar fills its track."""
    wide.goto(address)
    widths = wide.evaluate(
        "[...document.querySelectorAll('.bars .fill')].map(r => r.getBoundingClientRect().width)"
    )
    tracks = wide.evaluate(
        "[...document.querySelectorAll('.bars .track')].map(r => r.getBoundingClientRect().width)"
    )
    assert max(widths) == pytest.approx(max(tracks), abs=1)
    assert len(widths) > 15


def test_a_kabupaten_can_be_chosen_with_the_keyboard_alone(wide: Any, address: str) -> None:
    """No script is needed: a form, a list, a button."""
    wide.goto(address)
    wide.focus("#kabupaten")
    wide.keyboard.press("ArrowDown")
    wide.keyboard.press("Tab")
    wide.keyboard.press("Enter")
    wide.wait_for_url("**kabupaten=35.13**")
    assert "Kabupaten Probolinggo" in wide.locator(".answer").inner_text()


def test_the_other_language_keeps_the_choice(wide: Any, address: str) -> None:
    """Who reads about Probolinggo goes on reading about Probolinggo."""
    wide.goto(f"{address}/?kabupaten=35.13&ukuran=unknown")
    wide.click("text=English")
    assert wide.get_attribute("html", "lang") == "en"
    assert wide.input_value("#kabupaten") == "35.13"
    assert wide.input_value("#ukuran") == "unknown"


def test_every_table_says_what_its_rows_and_columns_are(wide: Any, address: str) -> None:
    """Heads have a scope, tables a caption, lists a label."""
    wide.goto(address)
    assert wide.locator("th:not([scope])").count() == 0
    assert wide.locator("table").count() == wide.locator("table > caption").count() >= 4
    assert wide.locator("select").count() == wide.locator("label[for]").count() == 3
    ids = wide.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("language", ["id", "en"])
def test_text_has_contrast_with_its_ground(wide: Any, address: str, language: str) -> None:
    """At least 4.5 to 1 everywhere."""
    wide.goto(f"{address}/?bahasa={language}")
    wide.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert wide.evaluate(CONTRAST) == []


def test_hidden_cells_are_marked_for_eyes_and_ears(wide: Any, address: str) -> None:
    """A hatched cell with a dot, the word for who listens, and a legend."""
    wide.goto(address)
    cell = wide.locator("td.secret").first
    assert "dirahasiakan" in cell.text_content()
    assert "gradient" in cell.evaluate("e => getComputedStyle(e).backgroundImage")
    assert "1 sampai 10" in wide.locator("main > section:has(#ukuran) .legend").inner_text()


def test_the_latest_month_is_in_sight_on_a_telephone(narrow: Any, address: str) -> None:
    """The first column of figures is the newest, beside the names."""
    narrow.goto(address)
    head = narrow.locator("table thead th").nth(1)
    assert head.inner_text() == "Jun 26"
    box = head.bounding_box()
    assert box["x"] + box["width"] <= 390


def test_names_stay_in_sight_while_a_table_is_scrolled(narrow: Any, address: str) -> None:
    """The first column is fixed."""
    narrow.goto(address)
    before = narrow.locator("tbody th").nth(3).bounding_box()["x"]
    narrow.evaluate("document.querySelector('.scroll').scrollLeft = 300")
    assert narrow.locator("tbody th").nth(3).bounding_box()["x"] == pytest.approx(before, abs=1)


def test_the_page_links_to_the_very_bytes_it_was_made_from(wide: Any, address: str) -> None:
    """Release 7, complete up to June, and its files."""
    wide.goto(address)
    assert "rilis 7" in wide.locator(".mark").inner_text()
    assert "Memuat bulan sampai Juni 2026" in wide.locator(".mark").inner_text()
    assert "Lengkap" not in wide.inner_text("body")
    link = wide.locator(".mark a").first.get_attribute("href")
    assert wide.request.get(f"{address}{link}").body() == figures_csv(demo_rows())


def test_a_month_that_is_not_reported_is_named_and_never_called_complete(
    wide: Any, address: str
) -> None:
    """Probolinggo's list of members of June is open, and that of exits of March."""
    wide.goto(f"{address}/?kabupaten=35.13")
    assert "pada akhir Mei 2026" in wide.locator(".answer").inner_text()
    assert wide.locator(".headline .open li").all_inner_texts() == [
        "Maret 2026: keluarga yang keluar",
        "Juni 2026: anggota koperasi",
    ]
    wide.click("text=English")
    assert wide.locator("#open_months li").all_inner_texts() == [
        "March 2026: families that left",
        "June 2026: cooperative members",
    ]


def test_a_programme_is_chosen_without_a_script(wide: Any, address: str) -> None:
    """The headline stays PKH; the unit and the programme stand beside the numbers below it."""
    wide.goto(address)
    answer = wide.locator(".answer").inner_text()
    assert wide.input_value("#program") == "PKH"
    wide.select_option("#program", "ALL")
    wide.click(".choice button")
    wide.wait_for_url("**program=ALL**")
    assert wide.locator(".answer").inner_text() == answer
    assert "keluarga, semua program" in wide.locator("#kecamatan").inner_text()
    wide.click("text=English")
    assert wide.input_value("#program") == "ALL"
    assert "families, all programmes" in wide.locator("#kecamatan").inner_text()


@pytest.mark.parametrize("program", ["PKH", "ALL"])
def test_every_number_of_the_page_has_its_unit_beside_it(
    wide: Any, address: str, program: str
) -> None:
    """In the bars beside the number, in the tables in the caption."""
    wide.goto(f"{address}/?program={program}")
    for figure in wide.locator(".count, .states dd").all():
        text = figure.text_content()
        if any(character.isdigit() for character in text):
            assert figure.locator(".unit").text_content(), text
    for caption in wide.locator("table caption").all_text_contents():
        assert " · " in caption


def test_the_html_has_no_number_that_the_release_has_not() -> None:
    """Every figure in a table or bar is a shown one, or a share of shown ones."""
    html = render(demo_book(), REGIONS, Asked())
    published = {row.value for row in demo_rows() if row.value is not None}
    shown = re.findall(r"<td>\s*([\d.]+)\s*</td>", html)
    shown += re.findall(r'<span class="count">\s*([\d.]+)\b', html)
    assert len(shown) > 100
    assert {int(text.replace(".", "")) for text in shown} <= published


def feed(browser: Any, address: str, programme: str) -> Feed:
    """The files of the release, as anybody gets them."""
    base = f"{address}/v1/releases/7"
    data, others = (
        browser.request.get(f"{base}/{name}").body() for name in ("data.csv", OTHERS_FILE)
    )
    return Feed(data, others, programme)


@pytest.mark.parametrize("program", ["PKH", "SEMBAKO", "ALL"])
@pytest.mark.parametrize("district", DISTRICTS)
def test_every_number_of_the_page_is_that_of_the_feed(
    wide: Any, address: str, district: str, program: str
) -> None:
    """Each cell, bar, share, unit and status, as read from the browser, beside the feed's files."""
    wide.goto(f"{address}/?kabupaten={district}&program={program}")
    shown = wide.evaluate(READ_PAGE)
    compared = list(page_against_feed(shown, feed(wide, address, program), district))
    assert [one for one in compared if one[1] != one[2]] == []
    if program == "PKH":
        assert any(one[0].startswith(OTHERS) and one[1] != "-" for one in compared)
    bars = sum(len(section["bars"]) for section in shown["sections"])
    assert len(compared) == shown["cells"] + bars + 2 + len(shown["states"])
    assert len(compared) > 300


def test_the_feed_says_the_same_in_all_its_forms(wide: Any, address: str) -> None:
    """CSV, JSON and Parquet have the same lines with the same numbers."""
    base = f"{address}/v1/data?release=7&format="
    text, data, columns = (
        wide.request.get(f"{base}{form}").body() for form in ("csv", "json", "parquet")
    )
    lines = json.loads(data)
    assert pq.read_table(io.BytesIO(columns)).to_pylist() == lines
    written = [{k: "" if v is None else str(v) for k, v in one.items()} for one in lines]
    assert Feed(text, b"", "PKH").rows == written
    assert len(lines) == len(demo_rows())


def test_every_number_of_the_printed_tables_is_that_of_the_feed(wide: Any, address: str) -> None:
    """The demo prints them from `figures.json` of the release."""
    months = [{"month": BEFORE_LAST_MONTH, "joined": 1, "not_joined": 1, "unknown": 1}]
    exact = {one: {"months": months, "reconciliation": {"difference": 0}} for one in OFFICES}
    files = {
        "figures.json": wide.request.get(f"{address}/v1/releases/7/figures.json").body(),
        "changes.json": b'{"changes":[]}',
        OTHERS_FILE: wide.request.get(f"{address}/v1/releases/7/{OTHERS_FILE}").body(),
    }
    paper = io.StringIO()
    show(Answers(UNTIL, 7, (), exact, (), files), REGIONS, Console(file=paper, width=300))
    tables = printed_tables(paper.getvalue())
    compared = list(printed_against_feed(tables, feed(wide, address, "PKH")))
    assert [one for one in compared if one[1] != one[2]] == []
    assert len(compared) > 4 + 33 * 6 + 6 + 4 + 3
    assert any(one[0].startswith(OTHERS) and one[1] != "-" for one in compared)


def test_a_number_that_is_not_that_of_the_feed_is_found(wide: Any, address: str) -> None:
    """The comparison can fail: two cells and one bar are changed in the browser."""
    wide.goto(address)
    wide.evaluate("document.querySelector('#funnel td').textContent = '4.711'")
    wide.evaluate("document.querySelector('#funnel .count').textContent = '4.711 orang, PKH'")
    wide.evaluate("document.querySelector('tr:last-child td').textContent = 'sekitar 4.711'")
    known = feed(wide, address, "PKH")
    compared = page_against_feed(wide.evaluate(READ_PAGE), known, DISTRICTS[0])
    assert len([one for one in compared if one[1] != one[2]]) == 3


def test_a_page_without_a_release_says_so() -> None:
    """The first weeks of a new installation."""
    assert "Belum ada rilis" in render(None, REGIONS, Asked())
    assert "No release yet" in render(None, REGIONS, Asked("en"))


def test_a_page_without_a_release_says_that_figures_are_coming_and_asks_again() -> None:
    """How much has arrived, in the reader's language; a page with figures never loads itself again."""
    nothing, some = (render(None, REGIONS, Asked(), number) for number in (0, 12_345))
    assert "Belum ada peristiwa yang diterima." in nothing
    assert re.search(r"Angka sedang disiapkan\.\s+Sudah diterima <strong>12\.345</strong>", some)
    assert re.search(
        r"Received so far: <strong>12,345</strong>", render(None, REGIONS, Asked("en"), 12_345)
    )
    again = '<meta http-equiv="refresh" content="10">'
    assert again in nothing
    assert again in some
    assert again not in render(demo_book(), REGIONS, Asked())


def test_the_page_is_answered_with_304_when_it_has_not_changed(wide: Any, address: str) -> None:
    """The hash of the page is its ETag."""
    first = wide.request.get(address)
    again = wide.request.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status, again.status) == (200, 304)
