"""Days in numbers are taken only in an order that their file proves."""

import io
from datetime import date

import pytest
from pydantic import BaseModel

from shared.csv.days import iso_month
from shared.csv.fields import Identifier, IsoDate, Maybe
from shared.csv.reader import read
from shared.csv.rows import BadRow, GoodRow


class Row(BaseModel):
    """Two columns of days."""

    nomor: Identifier
    masuk: IsoDate
    keluar: Maybe[IsoDate]


def days(*rows: str, day_first: bool = False) -> list[object]:
    """The two days of each good row, the code of any other."""
    content = "nomor,masuk,keluar\n" + "".join(f"A-{n},{row}\n" for n, row in enumerate(rows))
    items = list(read(io.BytesIO(content.encode()), Row, day_first=day_first))
    return [
        (item.model.masuk, item.model.keluar) if isinstance(item, GoodRow) else item.code
        for item in items
        if isinstance(item, GoodRow | BadRow)
    ]


FIRST = date(2026, 2, 1)


@pytest.mark.parametrize("text", ["01/02/2026", "1-2-2026", "1.2.2026"])
def test_the_last_row_proves_the_order_of_the_first(text: str) -> None:
    """A day above 12 anywhere in the column is proof, even after a thousand rows."""
    rows = [f"{text},-"] * 1_100
    assert days(*rows, "28/02/2026,")[0] == (FIRST, None)
    assert days(*rows, "12/02/2026,") == ["DATE_AMBIGUOUS"] * 1_101


def test_a_column_proves_the_order_of_the_whole_file() -> None:
    """An office types all columns by one habit; the proof may lie in another column or row."""
    assert days("28/02/2026,01/02/2026") == [(date(2026, 2, 28), FIRST)]
    assert days("01/02/2026,", "2026-01-01,28/02/2026")[0] == (FIRST, None)


def test_a_file_that_contradicts_itself_is_proven_by_column() -> None:
    """A number above 12 that comes second anywhere: only columns with a proof of their own are read."""
    rows = ("28/02/2026,02/28/2026", "01/02/2026,", "2026-01-05,01/02/2026")
    assert days(*rows) == ["DATE_AMBIGUOUS", (FIRST, None), "DATE_AMBIGUOUS"]


def test_a_column_in_both_orders_is_not_guessed() -> None:
    """A day above 12 in the second place takes the proof away."""
    assert days("01/02/2026,", "28/02/2026,", "02/28/2026,") == ["DATE_AMBIGUOUS"] * 3


def test_a_day_that_does_not_exist_proves_nothing() -> None:
    """31 February in numbers is a mistake, whatever the order."""
    assert days("31/02/2026,", "01/02/2026,") == ["DATE_INVALID", "DATE_AMBIGUOUS"]


def test_a_month_by_name_needs_no_proof() -> None:
    """Indonesian names, in any letters; a day that does not exist is refused."""
    assert days("1 Februari 2026,1-FEBRUARI-2026") == [(FIRST, FIRST)]
    assert days("30 Februari 2026,") == ["DATE_INVALID"]


def test_an_office_that_writes_day_first_needs_no_proof() -> None:
    """By its setting, unless the file itself says otherwise: then columns prove themselves, as ever."""
    assert days("01/02/2026,", day_first=True) == [(FIRST, None)]
    assert days("01/02/2026,02/28/2026", day_first=True) == ["DATE_AMBIGUOUS"]
    rows = ("28/02/2026,02/28/2026", "01/02/2026,")
    assert days(*rows, day_first=True) == ["DATE_AMBIGUOUS", (FIRST, None)]


def test_what_is_wrong_with_a_day_comes_with_every_way_to_write_one() -> None:
    """The remedy names what lists take, not one form alone."""
    content = b"nomor,masuk,keluar\nA-1,31/02/2026,\n"
    (bad,) = (item for item in read(io.BytesIO(content), Row) if isinstance(item, BadRow))
    assert bad.code == "DATE_INVALID"
    for written in ("2026-02-28", "28 Februari 2026", "28/02/2026"):
        assert written in bad.remedy.partition(" / ")[0]


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026-06", "2026-06"), ("Juni 2026", "2026-06"), ("JUNI-2026", "2026-06"), ("6/2026", "2026-06"),
        ("06-2026", "2026-06"), ("12.2026", "2026-12"), ("2026-06-01", "2026-06"),
    ],
)  # fmt: skip
def test_a_month_is_read_as_offices_write_it(text: str, month: str) -> None:
    """By number or name, and as a spreadsheet keeps it: there is no order to prove."""
    assert iso_month(text) == month


@pytest.mark.parametrize(
    "text", ["", "Juni", "06/26", "2026-06-15", "01/06/2026", "Juny 2026", "26-06"]
)
def test_what_is_no_certain_month_stays_as_it_is(text: str) -> None:
    """A day within a month may be another thing in the wrong column."""
    assert iso_month(text) == text
