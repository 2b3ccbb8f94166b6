"""From rows to what the page shows; no browser needed."""

import pytest

from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.page.book import Book, Shown, percent
from services.monitoring.page.page import Asked, Page, view
from services.monitoring.page.parts import bars_of_whole, bars_of_widest
from services.monitoring.page.reporting import OpenMonths
from services.monitoring.page.sections import PLANS, Section
from services.monitoring.page.words import LANGUAGES, Words
from services.monitoring.release.family import parts_of
from services.monitoring.release.figure import FigureId, Row, Status
from services.monitoring.release.remainders import Remainder
from shared.events.beneficiary import TargetMeasure
from shared.messages import Language
from tests.kit.cells import Places
from tests.page.releases import JEMBER, PROBOLINGGO, REGIONS, UNTIL, demo_book

INDONESIAN, ENGLISH = Words("id"), Words("en")


def shown(value: int | None) -> Shown:
    """A figure, or a hidden one."""
    return Shown("hidden" if value is None else "value", value, str(value))


def page(bahasa: str = "", kabupaten: str = "", ukuran: str = "", program: str = "") -> Page:
    """The demo release as asked for."""
    found = view(demo_book(), REGIONS, Asked.of(bahasa, kabupaten, ukuran, program))
    assert found is not None
    return found


def a_book(*rows: tuple[str, str, int | None]) -> Book:
    """Indicator 01 of one kabupaten at the end of June: measure, region, value."""
    return Book(
        1,
        UNTIL,
        [
            Row(
                FigureId("01", measure, region, UNTIL),
                value,
                "hidden" if value is None else "published",
            )
            for measure, region, value in rows
        ],
    )


def test_numbers_and_months_are_written_as_the_language_writes_them() -> None:
    """A dot or a comma for thousands."""
    assert (INDONESIAN.number(56070), ENGLISH.number(56070)) == ("56.070", "56,070")
    assert (INDONESIAN.month("2026-08"), ENGLISH.month("2026-08")) == (
        "Agustus 2026",
        "August 2026",
    )
    assert INDONESIAN.short_month("2026-08") == "Agu 26"


def test_a_hidden_figure_has_no_number_and_a_missing_one_is_not_hidden() -> None:
    """Three different things: a figure, a secret, nothing."""
    book = a_book(("joined", JEMBER, None), ("enrolled", JEMBER, 120))
    kinds = [
        book.show(FigureId("01", measure, JEMBER, UNTIL), INDONESIAN).kind
        for measure in ("joined", "enrolled", "unknown")
    ]
    assert kinds == ["hidden", "value", "none"]


def test_a_figure_that_changed_keeps_its_number_and_has_a_mark() -> None:
    """Readers see that it is another than before."""
    one = FigureId("01", "joined", JEMBER, UNTIL)
    found = Book(1, UNTIL, [Row(one, 50, "published", mark="revised")]).show(one, INDONESIAN)
    assert (found.kind, found.text, found.mark) == ("value", "50", "revised")


def test_what_is_not_reported_is_no_number_and_no_secret() -> None:
    """Four reasons for no number, each with its own word."""
    one = FigureId("01", "joined", JEMBER, UNTIL)
    texts = [
        Book(1, UNTIL, [Row(one, None, status)]).show(one, INDONESIAN).text
        for status in ("hidden", "not_reported", "not_applicable")
    ]
    assert texts == ["dirahasiakan", "belum dilaporkan", "tidak berlaku"]


def test_figures_of_other_programmes_are_never_in_the_headline() -> None:
    """PKH means PKH."""
    one = FigureId("01", "joined", JEMBER, UNTIL)
    rows = [Row(one._replace(programme=p), n, "published") for p, n in (("ALL", 90), ("PKH", 50))]
    assert Book(1, UNTIL, rows).show(one, INDONESIAN).value == 50


def test_percentages_are_made_only_of_shown_figures() -> None:
    """A share would give a hidden count away."""
    assert percent(shown(None), shown(100)) is None
    assert percent(shown(10), shown(None)) is None
    assert percent(shown(10), shown(0)) is None
    assert percent(shown(995), shown(1000)) == 100


def test_a_hidden_bar_has_no_length() -> None:
    """Neither its number nor its width says anything."""
    hidden, known = bars_of_whole([("a", "A", shown(None)), ("b", "B", shown(40))], shown(200))
    assert (hidden.width, hidden.share) == (0, None)
    assert (known.width, known.share) == (20, 20)
    assert [bar.width for bar in bars_of_widest([("", "", shown(None)), ("", "", shown(5))])] == [
        0,
        100,
    ]


def test_bars_of_nothing_have_no_length() -> None:
    """Zero families make no division by zero."""
    assert [bar.width for bar in bars_of_widest([("", "", shown(0))])] == [0]


def test_the_headline_answers_for_the_last_month() -> None:
    """How many joined, of how many, when and where."""
    head = page().headline
    assert (head.place, head.month, head.silent) == ("Kabupaten Jember", "Juni 2026", ())
    assert head.joined.value is not None
    assert head.is_whole


def test_the_headline_answers_for_the_last_month_that_is_reported() -> None:
    """Probolinggo's list of members of June is open, and that of exits of March: May is the answer.

    Both are named with their lists, also the earlier one after which others were closed.
    """
    head = page(kabupaten=PROBOLINGGO).headline
    assert head.month == "Mei 2026"
    assert head.silent == (
        OpenMonths("Maret 2026", ("keluarga yang keluar",)),
        OpenMonths("Juni 2026", ("anggota koperasi",)),
    )
    assert head.joined.value is not None


def test_the_bar_of_the_whole_needs_all_three_states() -> None:
    """With one of them hidden, the gap would show it."""
    book = a_book(
        ("joined", JEMBER, None),
        ("not_joined", JEMBER, 100),
        ("unknown", JEMBER, 0),
        ("enrolled", JEMBER, None),
    )
    found = view(book, REGIONS, Asked())
    assert found is not None
    assert not found.headline.is_whole


def test_the_table_has_every_kecamatan_and_twelve_months_newest_first() -> None:
    """Jember has 31 kecamatan; the kabupaten itself comes first, hidden ones together last."""
    table = page().table
    assert len(table.lines) == 1 + 31 + 1
    assert (table.lines[0].label, table.lines[0].is_total) == ("Kabupaten Jember", True)
    assert (len(table.heads), table.heads[0], table.heads[-1]) == (12, "Jun 26", "Jul 25")
    assert all(len(line.cells) == 12 for line in table.lines)


def test_hidden_kecamatan_are_said_together_below_the_others() -> None:
    """In the language of the reader; where nothing follows there is no number."""
    others = [
        Remainder(
            FigureId("01", "joined", JEMBER, UNTIL, "PKH"), "family", 2, 29, 0, 0, 1565, 1485, 1637
        )
    ]
    rows = [Row(FigureId("01", "joined", JEMBER, month, "PKH"), 3640, "published", "family")
            for month in ("2026-05", UNTIL)]  # fmt: skip
    book = Book(1, UNTIL, rows, others)
    found = [view(book, REGIONS, Asked(language)) for language in ("id", "en")]
    lines = [one.table.lines[-1] for one in found if one]
    assert [(line.label, line.is_derived) for line in lines] == [
        ("Kecamatan lainnya (dirahasiakan)", True),
        ("Other kecamatan (hidden)", True),
    ]
    assert [[cell.text for cell in line.cells] for line in lines] == [
        ["sekitar 1.565 (1.485–1.637), 2 kec.", "-"],
        ["about 1,565 (1,485–1,637), 2 kec.", "-"],
    ]
    other = view(book, REGIONS, Asked(measure="enrolled"))
    assert other is not None
    assert not any(line.is_derived for line in other.table.lines)


def test_the_measure_of_the_table_can_be_chosen() -> None:
    """Enrolled families are at least as many as those that joined."""
    joined, enrolled = page(ukuran="joined"), page(ukuran="enrolled")
    assert enrolled.measure_name == "seluruh keluarga terdaftar"
    assert (enrolled.table.lines[0].cells[0].value or 0) > (
        joined.table.lines[0].cells[0].value or 0
    )


def test_another_kabupaten_can_be_chosen() -> None:
    """Its 24 kecamatan are shown, then hidden ones together, and the choice is marked."""
    found = page(kabupaten=PROBOLINGGO)
    assert len(found.table.lines) == 1 + 24 + 1
    assert [one.code for one in found.districts if one.is_chosen] == [PROBOLINGGO]


def test_another_programme_can_be_chosen_below_the_headline() -> None:
    """The headline stays with PKH; the tables and sections are those of the other programme."""
    pkh, everybody = page(), page(program="ALL")
    assert [one.code for one in pkh.programmes] == ["PKH", "SEMBAKO", "ALL"]
    assert [one.code for one in everybody.programmes if one.is_chosen] == ["ALL"]
    assert everybody.headline == pkh.headline
    ours, theirs = (one.table.lines[0].cells[0].value or 0 for one in (pkh, everybody))
    assert theirs > ours
    assert (pkh.table_unit, everybody.table_unit) == ("keluarga, PKH", "keluarga, semua program")


def test_a_programme_with_nobody_in_a_section_leaves_it_out() -> None:
    """Figures without a programme stay; nothing of PKH is shown under another name."""
    names = {one.name for one in page(program="SEMBAKO").sections}
    assert "cooperatives" in names
    assert "funnel" not in names
    units = {one.unit for one in page(program="SEMBAKO").sections}
    assert not any("PKH" in unit for unit in units)


def test_all_says_so_where_it_has_persons_of_no_recipient_family() -> None:
    """ALL of a funnel is not the same people as ALL of the families."""
    rows = [
        Row(FigureId("03", "referred", JEMBER, "total", programme), 50, "published", "person")
        for programme in ("PKH", "NONE", "ALL")
    ]
    book = Book(1, UNTIL, rows).of_programme("ALL")
    shown = book.show(FigureId("03", "referred", JEMBER, "total"), INDONESIAN)
    assert shown.unit == "orang, semua program dan bukan penerima"


def reported(*closed: str) -> Book:
    """Six months of one kabupaten in which the list of members is owed; those given are closed."""
    months = [f"2026-{month:02d}" for month in range(1, 7)]
    rows = []
    for month in months:
        status: Status = "published" if month in closed else "not_reported"
        value = 40 if month in closed else None
        rows.append(Row(FigureId("01", "joined", JEMBER, month, "PKH"), value, status, "family"))
        for one in ("FAMILIES", "EXITS", "MEMBERS"):
            is_closed = int(one != "MEMBERS" or month in closed)
            for measure, number in (("lists_expected", 1), ("lists_closed", is_closed)):
                which = FigureId("00", measure, JEMBER, month, band=one)
                rows.append(Row(which, number, "published", "record"))
    return Book(1, UNTIL, rows)


def test_an_open_month_before_a_closed_one_is_named_with_its_list() -> None:
    """February and March are open, all others closed: the answer is of June, and both are named."""
    book = reported("2026-01", "2026-04", "2026-05", "2026-06")
    found = view(book, REGIONS, Asked())
    assert found is not None
    assert found.headline.month == "Juni 2026"
    expected = (OpenMonths("Februari 2026–Maret 2026", ("anggota koperasi",)),)
    assert (found.headline.silent, found.open_months) == (expected, expected)


def test_two_open_months_with_a_closed_one_between_are_two() -> None:
    """Never a range that has a month in it that was closed."""
    found = view(reported("2026-01", "2026-03", "2026-05", "2026-06"), REGIONS, Asked("en"))
    assert found is not None
    assert [one.months for one in found.headline.silent] == ["February 2026", "April 2026"]


def test_where_nothing_is_closed_every_month_is_named() -> None:
    """The reader learns whom to ask, and not only that there is no answer."""
    found = view(reported(), REGIONS, Asked())
    assert found is not None
    assert found.headline.joined.kind == "not_reported"
    assert found.headline.silent == (OpenMonths("Januari 2026–Juni 2026", ("anggota koperasi",)),)


def test_an_older_release_names_the_months_without_their_lists() -> None:
    """It has no indicator 00: nothing is said about lists, and nothing is called closed."""
    row = Row(FigureId("01", "joined", JEMBER, UNTIL, "PKH"), None, "not_reported", "family")
    found = view(Book(1, UNTIL, [row]), REGIONS, Asked())
    assert found is not None
    assert (found.headline.silent, found.open_months) == ((OpenMonths("Juni 2026", ()),), None)


def test_a_list_that_the_headline_does_not_need_is_open_all_the_same() -> None:
    """The headline has its answer; the list of open months names it."""
    assert page(kabupaten=JEMBER).open_months == ()
    row = FigureId("00", "lists_expected", JEMBER, UNTIL, band="TRAININGS")
    book = Book(
        1,
        UNTIL,
        [
            Row(row, 1, "published", "record"),
            Row(row._replace(measure="lists_closed"), 0, "published", "record"),
            Row(FigureId("01", "joined", JEMBER, UNTIL, "PKH"), 40, "published", "family"),
        ],
    )
    found = view(book, REGIONS, Asked())
    assert found is not None
    assert found.headline.silent == ()
    assert found.open_months == (OpenMonths("Juni 2026", ("pelatihan",)),)


def test_unknown_choices_fall_back_to_the_default() -> None:
    """Nothing from the address reaches the page unless it is one of the choices."""
    found = page("xx", "<script>", "'; drop", "<b>")
    assert (found.district, found.measure, found.programme) == (JEMBER, "joined", "PKH")
    assert found.headline.month == "Juni 2026"


def test_english_is_there_for_who_asks() -> None:
    """The same figures in other words."""
    assert page("en").headline.month == "June 2026"
    assert page("en").headline.joined.value == page().headline.joined.value


def section(name: str, kabupaten: str = "", bahasa: str = "") -> Section:
    """A section of the page."""
    (found,) = (one for one in page(bahasa, kabupaten).sections if one.name == name)
    return found


def test_the_funnel_has_six_steps_and_a_total_line() -> None:
    """From referral to membership, followed 180 days: cohorts from May to December."""
    funnel = section("funnel")
    assert [bar.label for bar in funnel.bars] == [
        "dirujuk ke koperasi",
        "dihubungi",
        "berminat",
        "mendaftar",
        "disetujui",
        "resmi menjadi anggota",
    ]
    assert (funnel.unit, funnel.indicators, funnel.when) == (
        "orang, PKH",
        "03",
        "semua bulan",
    )
    assert funnel.table.lines[0].is_total
    assert [line.label for line in funnel.table.lines[1:3]] == ["Desember 2025", "November 2025"]


def test_targets_show_graduations_beside_the_target() -> None:
    """Two units beside each other, never added."""
    targets = section("targets")
    assert [bar.shown.value for bar in targets.bars] == [900, 2_580]
    assert targets.unit == "keluarga, PKH / keluarga, target"


def test_cooperatives_are_shown_exactly() -> None:
    """10 of 248 operate."""
    found = section("cooperatives")
    assert [bar.shown.value for bar in found.bars] == [248, 10, 238]
    assert [bar.share for bar in found.bars] == [100, 4, 96]


def test_attendance_is_listed_newest_first_out_of_those_who_could() -> None:
    """Of the families whose group met."""
    attendance = section("attendance")
    assert attendance.table.lines[0].label == "Juni 2026"
    assert attendance.bars[1].share == 80
    assert len(section("modules").bars) == 7


def test_every_label_and_title_is_there_in_both_languages() -> None:
    """Of every figure that a section may show, with every band and unit of its definition."""
    for words in (INDONESIAN, ENGLISH):
        for plan in PLANS:
            assert words.text(f"section.{plan.name}")
            for figure in plan.figures:
                indicator, _, measure = figure.partition(".")
                part = parts_of(DEFINITIONS[indicator])[0][measure]
                for band in part.bands or ("",):
                    assert words.item(indicator, measure, band)
                assert words.unit(part.unit)


def test_a_release_with_little_in_it_still_has_a_page() -> None:
    """Sections without figures are empty, not broken."""
    found = view(a_book(("joined", JEMBER, 40)), REGIONS, Asked())
    assert found is not None
    assert found.sections == ()


def test_an_empty_release_has_no_page() -> None:
    """There is no kabupaten to show."""
    assert view(Book(1, UNTIL, []), REGIONS, Asked()) is None


def test_a_region_without_a_name_is_shown_by_its_code() -> None:
    """A list that is older than the data does not break the page."""
    found = view(a_book(("joined", "99.01", 40)), Places(), Asked())
    assert found is not None
    assert found.headline.place == "99.01"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", TargetMeasure)
def test_a_programme_target_has_a_name_on_the_page(
    language: Language, measure: TargetMeasure
) -> None:
    """The definition declares no bands for it: an office that sets the first one is not met by an error."""
    assert "target" in Words(language).item("09", "programme_target", measure)
