"""The other indicators, and the whole of a draft."""

import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.release.attainment import band_of
from services.monitoring.release.cells import Cells, month_before, months
from services.monitoring.release.cohorts import is_followed
from services.monitoring.release.compose import draft
from services.monitoring.release.disclosure_state import rows
from services.monitoring.release.figure import FigureId
from tests.kit.cells import DISTRICT, SUBDISTRICTS, Places, World


def exact(world: World, until: str, indicator: str) -> dict[tuple[str, str, str], int]:
    """Exact values of an indicator by measure, period and band."""
    found = world.found(until)
    return {
        (one.measure, one.period, one.band): figure.exact
        for one, figure in found.items()
        if one.indicator == indicator
    }


def test_a_funnel_counts_those_who_went_on_and_those_who_did_not() -> None:
    """200 referred, 120 applied, 80 approved, 50 active."""
    world = World()
    for step, count in (("referred", 200), ("applied", 120), ("approved", 80), ("activated", 50)):
        world.put(f"i03.{step}", "2026-01", count, band="2026-01")
    found = exact(world, "2026-01", "03")
    assert found["not_applied", "2026-01", ""] == 80
    assert found["not_approved", "2026-01", ""] == 40
    assert found["not_activated", "total", ""] == 30


def test_steps_after_the_release_do_not_count_yet() -> None:
    """Who applies in March has not applied in a release up to February."""
    world = World()
    world.put("i03.referred", "2026-01", 100, band="2026-01")
    world.put("i03.applied", "2026-01", 60, band="2026-03")
    assert exact(world, "2026-02", "03")["applied", "2026-01", ""] == 0
    assert exact(world, "2026-03", "03")["applied", "2026-01", ""] == 60


def test_the_total_of_a_funnel_is_the_sum_of_its_cohorts() -> None:
    """Cohorts after the release are not in it."""
    world = World()
    for month, count in (("2026-01", 100), ("2026-02", 50), ("2026-03", 70)):
        world.put("i03.referred", month, count, band=month)
    assert exact(world, "2026-02", "03")["referred", "total", ""] == 150


def test_only_cohorts_with_ninety_full_days_are_judged_on_training() -> None:
    """The end of January plus 90 days is the first of May."""
    assert not is_followed("2026-01", "2026-04")
    assert is_followed("2026-01", "2026-05")
    assert is_followed("2026-03", "2026-06")


def test_the_ninetieth_day_may_be_the_last_of_the_release() -> None:
    """30 November plus 90 days is 28 February; the day counts."""
    assert is_followed("2025-11", "2026-02")
    assert not is_followed("2025-12", "2026-02")


def test_training_counts_the_trained_and_the_others() -> None:
    """A cohort that is too young is left out of the total as well."""
    world = World()
    world.put("i16.activated", "2026-01", 60)
    world.put("i16.trained_90", "2026-01", 40)
    world.put("i16.activated", "2026-05", 99)
    found = exact(world, "2026-05", "16")
    assert found["not_trained_90", "2026-01", ""] == 20
    assert found["activated", "total", ""] == 60
    assert ("activated", "2026-05", "") not in found


@pytest.mark.parametrize(
    ("graduated", "target", "band"),
    [
        (0, 10, "000"),
        (1, 200, "000"),
        (1, 10, "001-049"),
        (49, 100, "001-049"),
        (5, 10, "050-099"),
        (99, 100, "050-099"),
        (10, 10, "100-149"),
        (149, 100, "100-149"),
        (15, 10, "150+"),
        (40, 10, "150+"),
    ],
)
def test_attainment_is_banded_by_whole_per_cent(graduated: int, target: int, band: str) -> None:
    """Rounded down, and not capped at 100."""
    assert band_of(graduated, target) == band


def test_the_target_is_the_sum_over_facilitators() -> None:
    """258 facilitators with 10 each: 2,580, typed by nobody."""
    world = World()
    for number in range(258):
        world.put("i08.target", "2026", 10, band=f"f{number}")
        world.put("i08.graduated", "2026-02", 5 if number < 100 else 0, region=f"f{number}")
    found = exact(world, "2026-02", "08")
    assert found["target", "2026", ""] == 2580
    assert found["facilitators", "2026", ""] == 258
    assert found["graduated", "2026", ""] == 500
    assert found["facilitators_by_attainment", "2026", "050-099"] == 100
    assert found["facilitators_by_attainment", "2026", "000"] == 158


def test_graduations_of_other_years_and_later_months_do_not_count() -> None:
    """A year's attainment is made of its own months up to the release."""
    world = World()
    world.put("i08.target", "2026", 10, band="f1")
    for month in ("2025-12", "2026-01", "2026-03"):
        world.put("i08.graduated", month, 4, region="f1")
    assert exact(world, "2026-02", "08")["graduated", "2026", ""] == 4


def test_modules_are_counted_by_the_year_of_their_first_month() -> None:
    """Coverage grows through the year."""
    world = World()
    world.put("i15.module", "2026-01", 30, band="FAMILY_FINANCE")
    world.put("i15.module", "2026-02", 20, band="FAMILY_FINANCE")
    world.put("i15.module", "2025-11", 70, band="FAMILY_FINANCE")
    found = exact(world, "2026-02", "15")
    assert found["families_with_module", "2026", "FAMILY_FINANCE"] == 50
    assert found["families_with_module", "2025", "FAMILY_FINANCE"] == 70


def test_cooperatives_are_open_and_exact() -> None:
    """Seven cooperatives are not seven people."""
    world = World()
    world.put("i21.registered", "2025-11", 248)
    world.put("i21.operating", "2026-01", 7)
    found = world.found("2026-02")
    assert found[FigureId("21", "registered", DISTRICT, "2026-02")].shown == 248
    assert found[FigureId("21", "operating", DISTRICT, "2026-02")].shown == 7


def test_reconciliation_is_the_difference_of_both_sides() -> None:
    """Families say 40 joined, members' side says 38."""
    world = World()
    world.families("2026-01", 0, "joined", 40)
    differences = [
        figure.exact
        for side in (40, 38)
        for figure in world.draft("2026-01", {DISTRICT: side})[("open",)]
    ]
    assert differences == [0, 2]


def test_months_cross_the_year() -> None:
    """December is followed by January."""
    assert list(months("2025-11", "2026-02")) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert list(months("2026-03", "2026-02")) == []
    assert month_before("2026-01") == "2025-12"


@given(st.randoms(use_true_random=False))
def test_the_order_of_cells_does_not_matter(shuffler: random.Random) -> None:
    """The same set of cells, the same rows."""
    world = a_busy_world()
    cells = list(world.cells())
    expected = rows(draft(Cells(cells, "2026-03"), Places()))
    shuffler.shuffle(cells)
    assert rows(draft(Cells(cells, "2026-03"), Places())) == expected


def a_busy_world() -> World:
    """Something of everything."""
    world = World()
    chance = random.Random(5)
    for month, place, state in product(
        ("2026-01", "2026-02", "2026-03"), range(3), ("joined", "not_joined", "unknown")
    ):
        world.families(month, place, state, chance.randrange(30), 0)
    for number in range(20):
        world.put("i08.target", "2026", 10, band=f"f{number}")
        world.put("i08.graduated", "2026-02", chance.randrange(16), region=f"f{number}")
    for month in ("2026-01", "2026-02"):
        world.put("i03.referred", month, 90, band=month)
        world.put("i03.applied", month, chance.randrange(60), band=month)
    return world


def test_rows_are_in_order_and_no_id_comes_twice() -> None:
    """The order of the bytes follows from the ids."""
    ids = [row.id for row in rows(a_busy_world().draft("2026-03"))]
    assert ids == sorted(set(ids))
    assert {one.region for one in ids if one.indicator == "01"} == {DISTRICT, *SUBDISTRICTS}
