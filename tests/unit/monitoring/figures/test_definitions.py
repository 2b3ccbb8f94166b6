"""Each definition is one whole file, and its hash sees all that can change the figure."""

import re

import pytest
from sqlglot import exp, parse_one

from services.monitoring.figures import definitions
from services.monitoring.figures.definitions import (
    DEFINITIONS,
    Definition,
    InvalidDefinition,
    define,
)
from services.monitoring.figures.files import (
    INDICATORS,
    VIEWS,
    UnknownTable,
    names_read,
    views_read,
)
from services.monitoring.log.columns import SCHEMAS
from shared.events.training import Module
from tests.kit.figures import cells_of_events
from tests.kit.random_world import world

QUERIES = {**VIEWS, **{name: text.partition("*/")[2] for name, text in INDICATORS.items()}}
COOPERATIVES = INDICATORS["cooperatives"]
CLOCKS = {"now", "today", "random", "uuid", "gen_random_uuid", "get_current_timestamp"}


def hashes(views: dict[str, str]) -> dict[str, str]:
    """The hash of every definition over other views."""
    return {number: define(one.name, one.text, views).sha256 for number, one in DEFINITIONS.items()}


def test_the_indicators_are_defined() -> None:
    """By number, in order, after obligations and closings."""
    assert (
        " ".join(DEFINITIONS) == "00 01 02 03 05 07 08 09 10 11 12 13 14 15 16 19 21 22 24 27 28 29"
    )


@pytest.mark.long
def test_every_part_is_described_and_every_described_part_is_counted() -> None:
    """In random worlds, small and large, until each part has had a cell."""
    uncounted = {
        part for one in DEFINITIONS.values() for part in one.header.parts if part[0] == "i"
    }
    # two persons of one old cooperative, one of a family, in turn: the traps count it
    apart = {part for part in uncounted if part.startswith("i24.")}
    for seed in range(60):
        if uncounted <= apart:
            break
        wanted = [one for one in DEFINITIONS.values() if uncounted & one.header.parts.keys()]
        counted = {key[0] for key in cells_of_events(world(seed, 90 + 310 * (seed % 2)), wanted)}
        assert counted <= {part for one in wanted for part in one.header.parts}
        uncounted -= counted
    assert uncounted <= apart


def test_a_part_carries_the_number_of_its_definition() -> None:
    """So that nobody has to look for it."""
    for number, one in DEFINITIONS.items():
        named = "report" if number == "00" else f"i{number}"
        assert {part.partition(".")[0] for part in one.header.parts} == {named}


@pytest.mark.parametrize("lacking", ["name_id", "unit", "needs", "version", "since", "constraints"])
def test_a_header_without_a_field_is_refused(lacking: str) -> None:
    """By the name of the field."""
    text = re.sub(rf"^{lacking} = .*\n", "", COOPERATIVES, flags=re.MULTILINE)
    with pytest.raises(InvalidDefinition, match=lacking):
        define("cooperatives", text)


def test_a_header_with_an_unknown_field_is_refused() -> None:
    """A slip in a field's name must not pass as a comment."""
    with pytest.raises(InvalidDefinition, match="follow_upp"):
        define("cooperatives", COOPERATIVES.replace("[follow_up]", "[follow_upp]"))


@pytest.mark.parametrize("named", ["i08.families", "i08.nowhere"])
def test_results_of_persons_are_those_of_an_internal_part(named: str) -> None:
    """A slip would leave a figure of one person open, and no other figure names persons."""
    text = INDICATORS["target_attainment"]
    assert 'made_by = "i08.by_facilitator"' in text
    with pytest.raises(InvalidDefinition, match=named):
        define("slip", text.replace("i08.by_facilitator", named, 1))


def test_a_file_without_a_header_is_refused() -> None:
    """A query alone defines nothing."""
    with pytest.raises(InvalidDefinition, match="header"):
        define("cooperatives", COOPERATIVES.partition("*/")[2])


def test_a_query_over_nothing_known_is_refused() -> None:
    """With the way from the file to the name."""
    with pytest.raises(UnknownTable, match="cooperative_statuss"):
        define(
            "cooperatives",
            COOPERATIVES.replace("from cooperative_status", "from cooperative_statuss"),
        )


def test_a_view_that_reads_itself_is_refused() -> None:
    """Instead of looking for its beginning without an end."""
    with pytest.raises(UnknownTable, match="stay <- family_version <- stay"):
        views_read("select 1 from stay", {**VIEWS, "family_version": "select * from stay"})


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_a_changed_view_moves_the_hashes_of_its_readers_and_no_other(view: str) -> None:
    """Directly or through other views."""
    before, after = hashes({**VIEWS}), hashes({**VIEWS, view: VIEWS[view] + "-- changed\n"})
    moved = {number for number in before if before[number] != after[number]}
    assert moved == {number for number, one in DEFINITIONS.items() if view in one.views}


def test_a_changed_query_or_word_moves_its_hash() -> None:
    """The file is the definition."""
    before = DEFINITIONS["16"]
    for old, new in (("+ 90", "+ 900"), ("within 90 days", "within 900 days")):
        assert old in before.text
        assert define(before.name, before.text.replace(old, new)).sha256 != before.sha256


def test_a_new_column_of_a_table_moves_the_hashes_of_its_readers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A figure over cooperatives does not depend on families."""
    before = {number: one.sha256 for number, one in DEFINITIONS.items()}
    table = "family_exited_v1"
    columns = SCHEMAS[table]
    changed = {**SCHEMAS, table: columns.append(columns.field("reason").with_name("why"))}
    monkeypatch.setattr(definitions, "SCHEMAS", changed)
    moved = {number for number, one in DEFINITIONS.items() if one.sha256 != before[number]}
    assert moved == {number for number, one in DEFINITIONS.items() if table in one.tables}
    assert {"01", "07", "15", "28"} <= moved
    assert not moved & {"14", "27"}


def test_described_is_all_that_readers_need() -> None:
    """Words in both languages, the query, and what it reads."""
    described = DEFINITIONS["21"].described()
    assert described["parts"]["i21.registered"]["id"].startswith("perubahan")
    assert described["query"] == COOPERATIVES.partition("*/\n")[2]
    assert described["caveats"]["id"].startswith("Beroperasi")
    assert {"correction", "cooperative_registered", "cooperative_status"} <= {*described["views"]}


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_query_has_no_float_no_clock_and_no_chance(name: str) -> None:
    """The same events give the same whole numbers whenever they are counted."""
    tree = parse_one(QUERIES[name], read="duckdb")
    kinds = {one.this for one in tree.find_all(exp.DataType)}
    assert not kinds & {exp.DataType.Type.FLOAT, exp.DataType.Type.DOUBLE}
    assert not list(
        tree.find_all(exp.Div, exp.Avg, exp.CurrentDate, exp.CurrentTimestamp, exp.Rand)
    )
    assert not {one.name.lower() for one in tree.find_all(exp.Anonymous)} & CLOCKS
    assert not [one for one in tree.find_all(exp.Literal) if not one.is_string and "." in one.name]


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_choice_among_rows_has_a_last_key(name: str) -> None:
    """The first of a group is the same in any order: its event id or a unique key decides."""
    tree = parse_one(QUERIES[name], read="duckdb")
    for window in tree.find_all(exp.Window):
        if isinstance(window.this, exp.RowNumber):
            keys = [one.this.name for one in window.args["order"].expressions]
            assert keys[-1] in ("sequence", "membership"), window.sql()


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_no_name_inside_a_query_hides_a_view(name: str) -> None:
    """Else what a query reads could not be seen."""
    tree = parse_one(QUERIES[name], read="duckdb")
    own = {one.alias for one in tree.find_all(exp.CTE)}
    assert not own & (VIEWS.keys() | SCHEMAS.keys())


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_view_says_what_one_row_is(name: str) -> None:
    """In its first line."""
    assert VIEWS[name].startswith("-- One row: ")


@pytest.mark.parametrize("table", sorted(SCHEMAS.keys() - {"fact_corrected_v1"}))
def test_every_table_has_its_view_with_corrections_applied(table: str) -> None:
    """All by the same text: whoever reads a view need not think of corrections."""
    view, pattern = table.removesuffix("_v1"), VIEWS["family_exited"]
    kind = view.replace("_", ".", 1)
    own = pattern.replace("family_exited", view).replace("family.exited", kind)
    assert VIEWS[view].partition("\n")[2] == own.partition("\n")[2]


def test_only_the_views_of_events_read_tables() -> None:
    """Whatever reads a table itself would count what was taken back; places count nothing."""
    own = {table.removesuffix("_v1") for table in SCHEMAS} | {"event", "correction", "report_place"}
    readers = {name for name, text in QUERIES.items() if set(names_read(text)) & SCHEMAS.keys()}
    assert readers == own - {"fact_corrected"}


def test_every_view_has_a_reader() -> None:
    """Those without one wait for their figures; `mark` and `report_nil_denied` are read by code."""
    read = {name for text in QUERIES.values() for name in names_read(text)}
    assert VIEWS.keys() - read == {
        "mark", "report_nil_denied", "graduation_proposed", "graduation_verified", "consent_recorded",
        "family_training_offered",
    }  # fmt: skip


def test_a_definition_is_its_file() -> None:
    """Read once more it is equal."""
    again = define("funnel", INDICATORS["funnel"])
    assert isinstance(again, Definition)
    assert (again, again.sha256) == (DEFINITIONS["03"], DEFINITIONS["03"].sha256)


def test_all_modules_are_as_many_as_the_contract_has() -> None:
    """A seventh module would change when a family has had them all."""
    (number,) = re.findall(r"where modules = (\d+)", VIEWS["module_period"])
    assert int(number) == len(Module)
