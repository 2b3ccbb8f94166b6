"""Parts of releases: taken over when nothing changed, marked when a value did, summed for the nation."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.disclosure.table import Past, Structure, Sum
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import Definition
from services.monitoring.release.changes import as_data, changes
from services.monitoring.release.family import make_family
from services.monitoring.release.figure import FigureId, Row, Status
from services.monitoring.release.nation import make_nation
from services.monitoring.release.parts import (
    GivesAway,
    ReleasedPart,
    inputs_of,
    release_scope,
    require_safe,
)
from services.monitoring.release.reports import Reports
from services.monitoring.release.scope import Scope
from tests.kit.cells import DISTRICT, Places
from tests.kit.depth import examples
from tests.unit.release.families import cell, closed, definition

STOCK = 'kind = "stock"\nmeasure = "enrolled"\nunit = "family"'
OF = definition({"i91.flow": STOCK})
JANUARY = FigureId("91", "enrolled", DISTRICT, "2026-01")


def scope(*cells: Cell, of: Definition = OF, reports: Reports | None = None) -> Scope:
    """The family of province 35 until February."""
    return Scope(of, "35", list(cells), reports or Reports(), Places(), "2026-02")


def enrolled(*counts: int) -> list[Cell]:
    """So many families came in January, February ..."""
    return [
        cell("i91.flow", f"2026-0{month}", value) for month, value in enumerate(counts, start=1)
    ]


def test_a_part_with_the_same_inputs_is_the_part_before() -> None:
    """Not a copy of it that could differ."""
    first = release_scope(scope(*enrolled(50, 30)), [])
    assert release_scope(scope(*reversed(enrolled(50, 30))), [first]) is first


def test_cells_closings_definition_and_month_are_inputs() -> None:
    """Each of them alone makes the part again."""
    known = inputs_of(scope(*enrolled(50)))
    others = [
        scope(*enrolled(51)),
        scope(*enrolled(50), reports=closed((DISTRICT, "2026-01", "FAMILIES"))),
        scope(*enrolled(50), of=definition({"i91.flow": STOCK + "\nfollow_days = 1"})),
        Scope(OF, "35", enrolled(50), Reports(), Places(), "2026-03"),
    ]
    assert len({known, *map(inputs_of, others)}) == len(others) + 1


def test_closings_of_other_provinces_change_nothing() -> None:
    """Only parts whose cells or closings changed are made again."""
    elsewhere = closed(("32.01", "2026-01", "FAMILIES"))
    assert inputs_of(scope(reports=elsewhere)) == inputs_of(scope())


def test_a_changed_value_is_marked_and_listed_with_its_cause() -> None:
    """Thirty families came late: old value, new value, and the mark stays."""
    first = release_scope(scope(*enrolled(50, 30)), [])
    second = release_scope(scope(*enrolled(80, 30)), [first])
    third = release_scope(scope(*enrolled(80, 60)), [first, second])
    marks = [{row.id: row.mark for row in one.rows}[JANUARY] for one in (first, second, third)]
    assert marks == ["", "revised", "revised"]
    listed = {one.id: one for one in changes(first, second, corrected=())}
    assert listed[JANUARY][1:] == (50, 80, "late")
    both = {one.id: one.cause for one in changes(first, second, corrected={JANUARY})}
    assert both[JANUARY] == "corrected"
    assert both[JANUARY._replace(region="35")] == "late"
    assert list(changes(second, second, corrected={JANUARY})) == []
    assert as_data([listed[JANUARY]])[0]["cause"] == "late"


def test_what_is_hidden_now_has_the_cause_of_its_family() -> None:
    """It may be hidden for another's sake: its cause says nothing of its own count."""
    first = release_scope(scope(*enrolled(50, 30)), [])
    rows = tuple(row._replace(value=None, status="hidden") for row in first.rows)
    second = replace(first, rows=rows)
    for corrected, cause in ((set(), "late"), ({JANUARY}, "corrected")):
        found = list(changes(first, second, corrected=corrected))
        assert {(one.new, one.cause) for one in found} == {(None, cause)}
        assert len(found) == len(first.rows)


def test_a_new_definition_is_a_break() -> None:
    """Who compares two releases sees that they count otherwise."""
    first = release_scope(scope(*enrolled(50)), [])
    other = definition({"i91.flow": STOCK}, ["total = enrolled"])
    second = release_scope(scope(*enrolled(90), of=other), [first])
    assert {row.id: row.mark for row in second.rows}[JANUARY] == "break"
    assert next(changes(first, second, corrected=())).cause == "new_definition"


def test_one_late_family_moves_nothing_that_was_shown() -> None:
    """The value shown before stays; it is less than k away."""
    first = release_scope(scope(*enrolled(50, 30)), [])
    second = release_scope(scope(*enrolled(51, 30)), [first])
    assert second is not first
    assert list(changes(first, second, corrected=())) == []


@pytest.mark.parametrize("late", [1, 5])
def test_one_late_family_proves_nothing_and_freezes_nothing(late: int) -> None:
    """A naive release of the exact counts is refused; ours is safe, and goes on when more come.

    The reader has both releases: the late ones are of January, the others are of February.
    """
    first = release_scope(scope(*enrolled(50, 30)), [])
    second = release_scope(scope(*enrolled(50 + late, 70)), [first])
    third = release_scope(scope(*enrolled(50 + late + 20, 70)), [first, second])
    family = make_family(scope(*enrolled(50 + late, 70)))
    exact = {row.id: family.table.counts[row.id] for row in second.rows}
    naive = replace(second, rows=tuple(row._replace(value=exact[row.id]) for row in second.rows))
    with pytest.raises(GivesAway):
        require_safe([first, naive], [family.table.structure] * 2)
    require_safe([first, second], [family.table.structure] * 2)
    shown = [{row.id: row.value for row in one.rows} for one in (first, second, third)]
    february = JANUARY._replace(period="2026-02")
    now = 50 + late + 70
    assert [one[february] for one in shown[:2]] == [80, now - now % 5]
    assert [one[JANUARY] for one in shown[:2]] == [50, 50]
    assert shown[2][JANUARY] == 50 + late + 20 - (50 + late + 20) % 5


def province(code: str, value: int, status: Status = "published") -> ReleasedPart:
    """A province with one figure."""
    one = FigureId("91", "enrolled", code, "2026-01")
    shown = value if status == "published" else None
    counts = {} if status == "not_reported" else {one: value}
    row = Row(one, shown, status, "family", "", int(bool(counts)), 1)
    return ReleasedPart("", "", (row,), Past(counts, dict.fromkeys(counts, shown)))


def national(*provinces: ReleasedPart) -> Row:
    """The nation's figure."""
    family, values = make_nation(provinces, {"enrolled": OF.header.parts["i91.flow"]})
    return family.rows(values)[0]


def test_the_nation_is_the_sum_of_provinces_that_can_count() -> None:
    """It says how many of how many have reported."""
    found = national(province("35", 60), province("32", 40), province("11", 0, "not_reported"))
    assert found[1:] == (100, "published", "family", "", 2, 3)


def test_a_national_sum_that_gives_a_hidden_province_away_is_hidden() -> None:
    """The sum of all counts minus the shown ones would be what the others hide."""
    lone = (province("35", 60), province("32", 7, "hidden"))
    assert national(*lone).status == "hidden"
    assert national(*lone, province("11", 40, "hidden")).status == "hidden"


@examples(20)
@given(
    st.lists(st.lists(st.integers(0, 40), min_size=2, max_size=2), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_releases_made_again_have_the_same_rows(
    states: list[list[int]], order: random.Random
) -> None:
    """In any order of cells, with parts taken over where another process made them itself."""
    first: list[ReleasedPart] = []
    again: list[ReleasedPart] = []
    for state in states:
        first.append(release_scope(scope(*enrolled(*state)), first))
        turned = order.sample(enrolled(*state), len(state))
        again.append(release_scope(scope(*turned), again))
    assert [one.rows for one in first] == [one.rows for one in again]


def test_a_part_that_gives_something_away_is_not_kept() -> None:
    """Whoever decided so: the audit reads what is shown, and names the figure."""
    all_, part, rest = (
        JANUARY._replace(measure=one) for one in ("enrolled", "joined", "not_joined")
    )
    values: dict[FigureId, int | None] = {all_: 100, part: 90, rest: None}
    rows = [Row(one, n, "hidden" if n is None else "published") for one, n in values.items()]
    counts = {all_: 100, part: 90, rest: 10}
    made = ReleasedPart("", "", tuple(rows), Past(counts, values))
    with pytest.raises(GivesAway, match="not_joined"):
        require_safe([made], [Structure((Sum(all_, (part, rest)),))])
    require_safe([made], [Structure()])


def test_values_that_no_counts_can_explain_are_not_kept() -> None:
    """A sum of fifty and fifty that shows two hundred."""
    all_, part, rest = (
        JANUARY._replace(measure=one) for one in ("enrolled", "joined", "not_joined")
    )
    rows = tuple(Row(one, n, "published") for one, n in ((all_, 200), (part, 50), (rest, 50)))
    made = ReleasedPart("", "", rows, Past({}, {}))
    with pytest.raises(GivesAway, match="no counts"):
        require_safe([made], [Structure((Sum(all_, (part, rest)),))])


def test_a_release_before_a_list_was_closed_has_the_sums_of_its_own_figures() -> None:
    """Enrolled beside one state of two: they are not equal, and the next release is no contradiction."""
    parts = {
        f"i91.{name}": f'kind = "flow"\nmeasure = "{name}"\nunit = "family"\nneeds = ["{name}"]'
        for name in ("enrolled", "joined", "not_joined")
    }
    of = definition(parts, sums=["enrolled = joined + not_joined"])
    cells = [
        cell(f"i91.{name}", "2026-01", count)
        for name, count in (("enrolled", 300), ("joined", 180), ("not_joined", 120))
    ]
    lists = [(DISTRICT, month, name) for name in ("enrolled", "joined", "not_joined")
             for month in ("2026-01", "2026-02")]  # fmt: skip
    partly = closed(*lists[:4], open=lists[4:])
    first = release_scope(scope(*cells, of=of, reports=partly), [])
    second = release_scope(scope(*cells, of=of, reports=closed(*lists)), [first])
    silent = {row.id.measure for row in first.rows if row.status == "not_reported"}
    assert silent == {"not_joined"}
    assert {row.value for row in second.rows if row.id.period == "2026-01"} == {300, 180, 120}
