"""Figures, sums and statuses of a table family, from cells made by hand and the header alone."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.disclosure.decide import decide
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.figures.sums import InvalidSum, read_sum
from services.monitoring.release.family import Family
from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.periods import TOTAL
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import InvalidCells
from services.monitoring.release.table_sums import SumBroken
from tests.kit.cells import DISTRICT
from tests.kit.depth import examples
from tests.unit.release.families import cell, closed, definition, family

OTHER = "35.13"
STOCK = 'kind = "stock"\nmeasure = "enrolled"\nunit = "family"'
COHORT = 'kind = "cohort"\nmeasures = ["referred", "applied"]\nunit = "person"\nfollow_days = 90'


def count(found: Family, measure: str, region: str, period: str, *rest: str) -> int | None:
    """The exact count of a figure; None where it has none."""
    return found.table.counts.get(FigureId("91", measure, region, period, *rest))


def row(found: Family, measure: str, region: str, period: str, *rest: str) -> Row:
    """The row of a figure."""
    one = FigureId("91", measure, region, period, *rest)
    return next(line for line in found.rows(decide(found.table)) if line.id == one)


def test_a_stock_adds_up_the_changes_of_all_months() -> None:
    """Months without a cell repeat the one before; later cells do not count."""
    changes = [("2026-01", 50), ("2026-03", -8), ("2026-05", 9)]
    found = family(
        definition({"i91.flow": STOCK}), [cell("i91.flow", *one) for one in changes], "2026-04"
    )
    shown = [count(found, "enrolled", DISTRICT, f"2026-0{month}") for month in range(1, 6)]
    assert shown == [50, 50, 42, 42, None]


def test_what_is_dated_before_the_programme_is_in_its_first_month() -> None:
    """One slip to 1206 makes no thousand rows, and no family is lost."""
    cells = [cell("i91.flow", "1206-06", 20), cell("i91.flow", "2007-02", 30)]
    found = family(definition({"i91.flow": STOCK}), cells, "2007-02")
    assert {one.period: n for one, n in found.table.counts.items() if one.region == DISTRICT} == {
        "2007-01": 20,
        "2007-02": 50,
    }


def test_all_programmes_and_the_province_are_sums() -> None:
    """Nobody writes them down: elementary programmes of kabupaten are all that is counted."""
    part = STOCK + '\nprogrammes = "recipients"'
    cells = [
        cell("i91.flow", "2026-01", 40, programme="PKH"),
        cell("i91.flow", "2026-01", 25, programme="SEMBAKO"),
        cell("i91.flow", "2026-01", 30, region=OTHER, programme="PKH"),
    ]
    found = family(definition({"i91.flow": part}), cells, "2026-01")
    assert count(found, "enrolled", DISTRICT, "2026-01", "ALL") == 65
    assert count(found, "enrolled", "35", "2026-01", "PKH") == 70
    assert count(found, "enrolled", "35", "2026-01", "ALL") == 95
    assert count(found, "enrolled", OTHER, "2026-01", "SEMBAKO") == 0
    assert count(found, "enrolled", DISTRICT, "2026-01", "PKH_PLUS") is None


def test_a_programme_that_the_part_does_not_know_is_refused() -> None:
    """A cell without a programme would be in ALL and in no part of it."""
    part = STOCK + '\nprogrammes = "recipients"'
    with pytest.raises(InvalidCells, match=r"i91\.flow"):
        family(definition({"i91.flow": part}), [cell("i91.flow", "2026-01", 1)], "2026-01")


def test_a_measure_that_no_part_gives_is_what_remains() -> None:
    """100 referred, 60 applied: 40 did not; cohorts and their total alike."""
    of = definition({"i91.step": COHORT}, ["referred = applied + not_applied"])
    cells = [
        cell("i91.step", month, value, band=measure)
        for month, measure, value in (
            ("2026-01", "referred", 100),
            ("2026-01", "applied", 60),
            ("2026-02", "referred", 50),
            ("2026-03", "referred", 999),
        )
    ]
    found = family(of, cells, "2026-05")
    assert count(found, "not_applied", DISTRICT, "2026-01") == 40
    assert count(found, "referred", DISTRICT, TOTAL) == 150
    assert count(found, "not_applied", "35", TOTAL) == 90
    assert count(found, "referred", DISTRICT, "2026-03") is None


def test_what_remains_of_two_cohorts_needs_both() -> None:
    """Of those who joined in March the second month is not over: nothing remains to be counted."""
    line = 'kind = "cohort"\nmeasure = "kept_{0}"\nunit = "person"\nfollow_days = {0}'
    parts = {"i91.one": line.format(30), "i91.two": line.format(60)}
    of = definition(parts, ["kept_30 = kept_60 + ended"])
    cells = [
        cell("i91.one", "2026-01", 100),
        cell("i91.two", "2026-01", 60),
        cell("i91.one", "2026-03", 50),
    ]
    found = family(of, cells, "2026-04")
    assert count(found, "ended", DISTRICT, "2026-01") == 40
    assert count(found, "kept_30", DISTRICT, "2026-03") == 50
    assert count(found, "ended", DISTRICT, "2026-03") is None


def test_a_sum_over_bands_makes_its_total() -> None:
    """Facilitators by attainment add up to the facilitators."""
    part = 'kind = "year"\nmeasure = "by_band"\nbands = ["000", "150+"]\ndisclosure = "open"'
    of = definition({"i91.band": part}, ["facilitators = by_band[*]"])
    cells = [cell("i91.band", "2026", 7, band="000"), cell("i91.band", "2025", 4, band="150+")]
    found = family(of, cells, "2026-03")
    assert count(found, "facilitators", DISTRICT, "2026") == 7
    assert count(found, "by_band", DISTRICT, "2026", "", "150+") == 0


def test_a_snapshot_is_shown_for_the_last_month_alone() -> None:
    """Cooperatives of 1950 count, and no month of theirs is shown."""
    part = 'kind = "snapshot"\nmeasure = "registered"\nunit = "cooperative"\ndisclosure = "open"'
    cells = [cell("i91.reg", "1950-03", 5), cell("i91.reg", "2026-02", -1)]
    found = family(definition({"i91.reg": part}), cells, "2026-02")
    assert count(found, "registered", DISTRICT, "2026-02") == 4
    assert row(found, "registered", DISTRICT, "2026-02").value == 4


def test_a_month_that_an_office_has_not_closed_is_not_reported() -> None:
    """Zero is a statement: it is shown only where the office that would know has reported."""
    of = definition({"i91.flow": STOCK}, needs=["FAMILIES", "EXITS"])
    january = [(DISTRICT, "2026-01", one) for one in ("FAMILIES", "EXITS")]
    reports = closed(
        *january, (DISTRICT, "2026-02", "FAMILIES"), open=[(OTHER, "2026-01", "EXITS")]
    )
    found = family(of, [cell("i91.flow", "2026-01", 50)], "2026-02", reports)
    assert row(found, "enrolled", DISTRICT, "2026-01")[1:4] == (50, "published", "family")
    assert row(found, "enrolled", DISTRICT, "2026-02").status == "not_reported"
    assert row(found, "enrolled", OTHER, "2026-01").status == "not_reported"
    assert row(found, "enrolled", "35", "2026-01")[1:] == (50, "published", "family", "", 1, 2)
    assert row(found, "enrolled", "35", "2026-02").status == "not_reported"


def test_without_any_closing_a_figure_that_needs_a_list_is_not_reported() -> None:
    """No office has said that its list is complete."""
    of = definition({"i91.flow": STOCK}, needs=["FAMILIES"])
    found = family(of, [cell("i91.flow", "2026-01", 50)], "2026-01")
    assert found.table.counts == {}
    assert {line.status for line in found.rows({})} == {"not_reported"}


def test_a_cohort_needs_every_month_of_its_follow_up() -> None:
    """January plus 90 days ends in May."""
    of = definition({"i91.step": COHORT}, needs=["MEMBERS"])
    some = [(DISTRICT, f"2026-0{month}", "MEMBERS") for month in (1, 2, 3, 4)]
    cells = [cell("i91.step", "2026-01", 30, band="referred")]
    open_may = family(of, cells, "2026-05", closed(*some))
    assert row(open_may, "referred", DISTRICT, "2026-01").status == "not_reported"
    all_closed = family(of, cells, "2026-05", closed(*some, (DISTRICT, "2026-05", "MEMBERS")))
    assert row(all_closed, "referred", DISTRICT, TOTAL).value == 30


def test_a_figure_that_cannot_exist_is_not_applicable() -> None:
    """Nobody is absent from a meeting that was not held."""
    sessions = 'kind = "flow"\nmeasure = "sessions"\ndisclosure = "open"'
    attended = 'kind = "flow"\nmeasure = "attended"\napplies_where = "sessions"'
    of = definition({"i91.held": sessions, "i91.came": attended})
    cells = [cell("i91.held", "2026-02", 3), cell("i91.came", "2026-02", 40)]
    found = family(of, [*cells, cell("i91.held", "2026-01", 0)], "2026-03")
    assert row(found, "attended", DISTRICT, "2026-02").value == 40
    assert row(found, "attended", DISTRICT, "2026-03").status == "not_applicable"


GRADUATED = 'kind = "year"\nmeasure = "graduated"\nmade_by = "i91.own"\nprogrammes = "recipients"'


@pytest.mark.parametrize(
    ("results", "number"),
    [
        ({"a": 40}, 1),
        ({"a": 25, "b": 15}, 2),
        ({"a": 30}, 2),  # ten are nobody's: the one would learn of them
        ({"a": 20, "b": 10}, 3),
        ({"a": 20, "b": 10, "c": 10}, 3),
        ({}, None),
    ],
)
def test_results_of_persons_are_counted_by_person(
    results: dict[str, int], number: int | None
) -> None:
    """Of forty graduations in a year; and fewer than three persons are hidden."""
    of = definition({"i91.all": GRADUATED, "i91.own": ""})
    cells = [cell("i91.all", "2026-02", 40, programme="PKH")]
    cells += [
        cell("i91.own", "2026-02", value, programme="PKH", band=name)
        for name, value in results.items()
    ]
    table = family(of, cells, "2026-03").table
    year = FigureId("91", "graduated", DISTRICT, "2026", "PKH")
    everyone = (year, year._replace(programme="ALL"), year._replace(region="35"))
    assert {table.contributors.get(one) for one in everyone} == {number}
    hidden = number is not None and number < 3
    assert decide(table)[year] == (None if hidden else 40)


def test_results_after_the_last_month_do_not_count() -> None:
    """A release to March does not know who graduates in April."""
    of = definition({"i91.all": GRADUATED, "i91.own": ""})
    cells = [cell("i91.all", "2026-02", 40, programme="PKH")]
    cells += [
        cell("i91.own", month, 40, programme="PKH", band=name)
        for month, name in (("2026-02", "a"), ("2026-04", "b"), ("2026-04", "c"))
    ]
    found = family(of, cells, "2026-03").table.contributors
    assert set(found.values()) == {1}


def test_cells_that_break_a_sum_are_refused_by_name() -> None:
    """A kabupaten that is not the sum of its kecamatan is an error of the definition."""
    part = STOCK + '\nlevels = ["kabupaten", "kecamatan"]'
    cells = [cell("i91.flow", "2026-01", 9), cell("i91.flow", "2026-01", 8, region="35.09.01")]
    with pytest.raises(SumBroken, match=r"enrolled 35\.09 2026-01"):
        family(definition({"i91.flow": part}), cells, "2026-01")


@pytest.mark.parametrize("text", ["enrolled", "a + b", "a = b * c", "a = B"])
def test_what_is_no_sum_is_refused(text: str) -> None:
    """The header is read before anything is counted."""
    with pytest.raises(InvalidSum, match="not a sum"):
        read_sum(text)


@examples(25)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter(values: list[int], order: random.Random) -> None:
    """A family is a function of the set of its cells."""
    part = STOCK + '\nprogrammes = "recipients"'
    cells: list[Cell] = [
        cell("i91.flow", f"2026-0{1 + place % 3}", value, programme=("PKH", "SEMBAKO")[place % 2])
        for place, value in enumerate(values)
    ]
    turned = order.sample(cells, len(cells))
    of = definition({"i91.flow": part})
    one, other = family(of, cells, "2026-03"), family(of, turned, "2026-03")
    assert one.rows(decide(one.table)) == other.rows(decide(other.table))


def test_a_declared_sum_is_none_where_a_part_lacks_a_kabupaten_or_a_cohort() -> None:
    """One measure needs a list that the other kabupaten has not closed: the province has more of one."""
    parts = {
        "i91.all": 'kind = "stock"\nmeasure = "operating"\nunit = "cooperative"\nneeds = ["COOPERATIVES"]',
        "i91.size": 'kind = "stock"\nmeasure = "by_size"\nunit = "cooperative"\nneeds = ["COOPERATIVES", "MEMBERS"]',
    }  # fmt: skip
    of = definition(parts, ["operating = by_size[*]"])
    cells = [
        cell(part, "2026-01", 30, region, band="20+" if part == "i91.size" else "")
        for part in parts
        for region in (DISTRICT, OTHER)
    ]
    reports = closed(
        *((d, "2026-01", "COOPERATIVES") for d in (DISTRICT, OTHER)),
        (DISTRICT, "2026-01", "MEMBERS"),
        open=[(OTHER, "2026-01", "MEMBERS")],
    )
    found = family(of, cells, "2026-01", reports)
    assert count(found, "operating", "35", "2026-01") == 60
    assert row(found, "by_size", "35", "2026-01", "", "20+")[5:] == (1, 2)


def counts_of_offices(*cells: Cell) -> dict[tuple[str, ...], int | str]:
    """Indicator 28 of February 2026 where every list is closed: measure, region, programme, band."""
    lists = DEFINITIONS["28"].header.needs
    months = ("2026-01", "2026-02")
    reports = closed(*((DISTRICT, month, one) for month in months for one in lists))
    made = family(DEFINITIONS["28"], cells, "2026-02", reports)
    found = {**made.table.counts, **made.missing}
    return {
        (one.measure, one.region, one.programme, one.band): value
        for one, value in found.items()
        if one.period == "2026-02"
    }


def test_what_no_office_has_declared_is_not_reported_and_never_zero() -> None:
    """Nor are differences of counts that nobody has given; a declared zero is a zero."""
    declared = cell("i28.declarations", "2026-02", 1, band="BENEFICIARY")
    apart = cell("i28.log_apart", "2026-02", 1, band="BENEFICIARY.000-010")
    found = counts_of_offices(declared, apart)
    assert found["declared", DISTRICT, "PKH", "BENEFICIARY"] == 0
    assert found["declared", DISTRICT, "PKH", "COOPERATIVE"] == "not_reported"
    assert found["log_apart", DISTRICT, "", "BENEFICIARY.011-050"] == 0
    assert found["log_apart", DISTRICT, "", "COOPERATIVE.011-050"] == "not_reported"
    assert found["offices_apart", DISTRICT, "", "000-010"] == "not_reported"
    assert found["declared", "35", "PKH", "COOPERATIVE"] == "not_reported"


def test_offices_are_compared_where_both_have_declared() -> None:
    """Then every class has a number, those without a kabupaten a zero."""
    found = counts_of_offices(
        *(cell("i28.declarations", "2026-02", 1, band=b) for b in ("BENEFICIARY", "COOPERATIVE")),
        cell("i28.offices_apart", "2026-02", 1, band="011-050"),
    )
    bands = ("000-010", "011-050", "051+")
    assert [found["offices_apart", DISTRICT, "", band] for band in bands] == [0, 1, 0]
    assert found["compared", DISTRICT, "", ""] == 1


def test_a_count_of_pkh_alone_is_not_called_one_of_all_programmes() -> None:
    """Nobody has declared a count of all."""
    found = counts_of_offices(
        cell("i28.declarations", "2026-02", 1, band="BENEFICIARY"),
        cell("i28.declared", "2026-02", 40, programme="PKH", band="BENEFICIARY"),
    )
    assert {key[2] for key in found if key[0] == "declared"} == {"PKH"}
    assert found["declared", DISTRICT, "PKH", "BENEFICIARY"] == 40


def test_a_sum_over_kabupaten_says_how_many_offices_have_declared() -> None:
    """One of one, or none of one."""
    lists = DEFINITIONS["28"].header.needs
    reports = closed(*((DISTRICT, "2026-01", one) for one in lists))
    declared = cell("i28.declarations", "2026-01", 1, band="BENEFICIARY")
    made = family(DEFINITIONS["28"], [declared], "2026-01", reports)
    one = FigureId("28", "declared", "35", "2026-01", "PKH", "BENEFICIARY")
    assert made.reporting[one] == (1, 1)
    assert made.reporting[one._replace(band="COOPERATIVE")] == (0, 1)


def targets(*cells: Cell) -> dict[tuple[str, ...], tuple[int | None, str]]:
    """Value and status of each target of indicator 09: measure, place, year, programme, band."""
    found = family(DEFINITIONS["09"], cells, "2026-06", Reports(are_counted=False))
    return {tuple(one.id[1:]): (one.value, one.status) for one in found.rows(decide(found.table))}


def test_a_target_that_nobody_set_is_not_a_target_of_nothing() -> None:
    """Of another year, programme, purpose or kabupaten; what was set is shown, and adds up."""
    found = targets(
        cell("i09.facilitators_target", "2026", 12),
        cell("i09.programme_target", "2026", 400, programme="PKH", band="JOINED"),
        cell("i09.programme_target", "2026", 90, programme="PKH_PLUS", band="GRADUATED"),
        cell("i09.programme_target", "2025", 300, programme="PKH", band="JOINED", region=OTHER),
    )
    none = (None, "not_applicable")
    assert found["facilitators_target", DISTRICT, "2026", "", ""] == (12, "published")
    assert found["facilitators_target", OTHER, "2026", "", ""] == none
    assert found["facilitators_target", "35", "2026", "", ""] == (12, "published")
    assert found["facilitators_target", "35", "2025", "", ""] == none
    joined = {
        key[2:4]: said
        for key, said in found.items()
        if key[0] == "programme_target" and key[1] == DISTRICT and key[4] == "JOINED"
    }
    assert joined["2026", "PKH"] == joined["2026", "ALL"] == (400, "published")
    assert joined["2026", "PKH_PLUS"] == none
    assert found["programme_target", DISTRICT, "2026", "ALL", "GRADUATED"] == (90, "published")
    assert found["programme_target", OTHER, "2026", "PKH", "JOINED"] == none
    assert found["programme_target", "35", "2025", "PKH", "JOINED"] == (300, "published")
