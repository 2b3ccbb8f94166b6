"""Hidden kecamatan together: the range holds the true number, and a reader of all releases has it already."""

from collections.abc import Iterator, Sequence

import pytest

from services.monitoring.disclosure import K
from services.monitoring.disclosure.bounds import tighten
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.reader import Reader
from services.monitoring.disclosure.table import Past, Structure, Sum, Table, as_published
from services.monitoring.feed.others import OTHER_NAMES, others_csv, read_others
from services.monitoring.release.figure import FigureId, Row, Status
from services.monitoring.release.remainders import Remainder, remainders
from tests.kit.cells import DISTRICT, Places
from tests.unit.disclosure.histories import history

TOTAL = FigureId("01", "joined", DISTRICT, "2026-06", "PKH")
NOTHING = Structure()
SEEDS = range(60)
Released = tuple[Table, list[Row], tuple[Remainder, ...]]


def place(code: str, value: int | None, status: Status = "published") -> Row:
    """A kecamatan."""
    return Row(TOTAL._replace(region=f"{DISTRICT}.{code}"), value, status, "family")


def total(value: int | None, status: Status = "published") -> Row:
    """The kabupaten."""
    return Row(TOTAL, value, status, "family")


def named(one: tuple[str, str, int]) -> FigureId:
    """A figure of the random histories as a release names it."""
    measure, where, month = one
    region = DISTRICT if where == "all" else f"{DISTRICT}.{int(where[1:]) + 1:02}"
    return FigureId("01", measure, region, f"2026-{month + 1:02}")


def as_figures(table: Table) -> Table:
    """A table of the random histories with the names of a release."""
    known = table.structure
    sums = (Sum(named(one.total), tuple(map(named, one.parts))) for one in known.sums)
    before = {named(one): named(last) for one, last in known.before.items()}
    counts = {named(one): count for one, count in table.counts.items()}
    return Table(counts, Structure(tuple(sums), frozenset(), before))


def releases(seed: int) -> Iterator[Released]:
    """What each release of a random history shows, and says of its hidden kecamatan."""
    past: list[Past] = []
    earlier: list[list[Row]] = []
    for table in map(as_figures, history(seed)):
        past.append(Past(table.counts, decide(table, past)))
        shown = as_published(past[-1].values, table.structure)
        rows = [
            Row(one, value, "hidden" if value is None else "published", "family")
            for one, value in sorted(shown.items())
        ]
        yield table, rows, remainders(rows, earlier, table.structure)
        earlier.append(rows)


@pytest.fixture(scope="module")
def histories() -> Sequence[Sequence[Released]]:
    """Late events, corrections, resignations, moves and exits, in two to six releases."""
    return [list(releases(seed)) for seed in SEEDS]


def test_the_range_holds_the_true_number(histories: Sequence[Sequence[Released]]) -> None:
    """In every release of every history; and so does the value."""
    said = 0
    for table, rows, others in (one for many in histories for one in many):
        hidden = [row.id for row in rows if row.value is None]
        for other in others:
            inside = [one for one in hidden if one._replace(region=DISTRICT) == other.id != one]
            true = sum(table.counts[one] for one in inside)
            assert len(inside) == other.hidden
            assert other.low <= true <= other.high, other
            assert other.low <= other.value <= other.high
            said += 1
    assert said > 300


def test_who_holds_all_releases_knows_it_already(histories: Sequence[Sequence[Released]]) -> None:
    """What the audit takes a reader to know of total and parts is at least as narrow as each range."""
    for many in histories:
        shown = [{row.id: row.value for row in rows} for _, rows, _ in many]
        structures = [table.structure for table, _, _ in many]
        reader = Reader(shown, structures, sticky=True)
        tighten(reader)
        for number, (_, _, others) in enumerate(many):
            for other in others:
                at = reader.counts[number, other.id]
                parts = [
                    reader.counts[number, one]
                    for one, value in shown[number].items()
                    if value is not None and one._replace(region=DISTRICT) == other.id != one
                ]
                low = reader.lower[at] - sum(reader.upper[n] for n in parts)
                high = reader.upper[at] - sum(reader.lower[n] for n in parts)
                assert max(low, 0) >= other.low
                assert high <= other.high


def test_a_few_people_are_never_named(histories: Sequence[Sequence[Released]]) -> None:
    """Each range has eleven values, or no small one."""
    for other in (other for many in histories for _, _, others in many for other in others):
        assert other.low >= K or other.high - other.low + 1 >= K
    tight = [total(15), place("01", 0), place("02", None, "hidden"), place("03", None, "hidden")]
    assert remainders(tight, [], NOTHING) != ()
    rows = [total(35), place("01", 30), *tight[2:]]
    assert remainders(rows, [], NOTHING) == ()


def test_values_that_are_new_are_two_people_away_and_others_twelve() -> None:
    """A figure of 45 in a kabupaten of 105; then both show again what they showed before."""
    rows = [total(105), place("01", 45), place("02", None, "hidden"), place("03", None, "hidden")]
    (first,) = remainders(rows, [], NOTHING)
    assert first[2:] == (2, 1, 0, 0, 60, 56, 64)
    (second,) = remainders(rows, [rows], NOTHING)
    assert second[2:] == (2, 1, 0, 0, 60, 36, 84)


def test_a_month_that_shows_the_value_of_the_month_before_may_have_stayed() -> None:
    """The neighbour is the last month before that shows a value."""
    may = [
        row._replace(id=row.id._replace(period="2026-05")) for row in (total(105), place("01", 50))
    ]
    rows = [*may, total(105), place("01", 45), place("02", None, "hidden")]
    known = Structure(before={row.id: row.id._replace(period="2026-05") for row in rows[2:]})
    (june,) = remainders(rows, [], known)
    assert june[-3:] == (60, 93 - 47, 117 - 43)


def test_zero_and_open_figures_are_exact() -> None:
    """Nobody is nobody."""
    rows = [total(105), place("01", 0), place("02", 40), place("03", None, "hidden")]
    (found,) = remainders(rows, [], Structure(open=frozenset({TOTAL})))
    assert found[2:] == (1, 2, 0, 0, 65, 63, 67)


def test_what_is_not_reported_or_cannot_exist_is_counted_apart() -> None:
    """It is in no sum, and never among the hidden ones."""
    rows = [
        total(105),
        place("01", 45),
        place("02", None, "hidden"),
        place("03", None, "not_reported"),
        place("04", None, "not_applicable"),
        place("05", None, "not_applicable"),
    ]
    (found,) = remainders(rows, [], NOTHING)
    assert found[2:6] == (1, 1, 1, 2)


def test_nobody_is_fewer_than_none() -> None:
    """The range ends at zero, and the value lies in it."""
    rows = [total(55), place("01", 55), place("02", None, "hidden")]
    (found,) = remainders(rows, [rows], NOTHING)
    assert found[-3:] == (0, 0, 24)


@pytest.mark.parametrize(
    "rows",
    [
        [total(105), place("01", None, "hidden")],
        [total(105), place("01", 105)],
        [total(None, "hidden"), place("01", 45), place("02", None, "hidden")],
        [total(None, "not_reported"), place("01", None, "not_reported")],
        [place("01", 45), place("02", None, "hidden")],
    ],
    ids=["all are hidden", "none is hidden", "the total is hidden", "not reported", "no total"],
)
def test_nothing_is_said_where_nothing_follows(rows: list[Row]) -> None:
    """The total says it already, or nobody does."""
    assert remainders(rows, [], NOTHING) == ()


def test_the_file_gives_back_what_was_written() -> None:
    """By the names of its columns; every line says that it is derived."""
    others = [
        Remainder(TOTAL, "family", 2, 1, 0, 3, 60, 56, 64),
        Remainder(TOTAL._replace(period="2026", band="D1"), "person", 9, 1, 0, 0, 1200, 0, 1300),
        Remainder(TOTAL._replace(period="total", programme=""), "family", 1, 1, 0, 0, 40, 30, 50),
    ]
    body = others_csv(others, Places())
    assert read_others(body) == others
    lines = [line.split(",") for line in body.decode().splitlines()]
    assert tuple(lines[0]) == OTHER_NAMES
    assert [line[-1] for line in lines[1:]] == ["derived"] * 3
    assert lines[1][:6] == ["I01", "joined", "ID-35.09", "Wilayah 35.09", "2026-M06", "month"]
