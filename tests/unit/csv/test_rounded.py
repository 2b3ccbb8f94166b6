"""Numbers of sixteen digits whose last digit a spreadsheet made 0."""

import io

from pydantic import BaseModel

from shared.csv.fields import CardNumber, Identifier
from shared.csv.reader import read
from shared.csv.rejects import reject_file
from shared.csv.rows import BadRow, GoodRow, Notice

HEADER = b"nomor,nomor_kk\n"


class Row(BaseModel):
    """One column of sixteen digits."""

    nomor: Identifier
    nomor_kk: CardNumber


def content(*last: int) -> bytes:
    """A list whose numbers end like this."""
    return HEADER + b"".join(
        f"A-{n},35099001019{n:04d}{digit}\n".encode() for n, digit in enumerate(last)
    )


def found(file: bytes) -> list[str]:
    """`ok` or the code of each row, and notices."""
    items = read(io.BytesIO(file), Row)
    return ["ok" if isinstance(item, GoodRow) else item.code for item in items]


def rejects(file: bytes) -> bytes:
    """The reject file."""
    bad = {row.line: row for row in read(io.BytesIO(file), Row) if isinstance(row, BadRow)}
    return b"".join(reject_file(io.BytesIO(file), bad))


def test_a_column_that_mostly_ends_in_zero_was_rounded() -> None:
    """Those that end in 0 are refused, the others stay."""
    assert found(content(0, 0, 0)) == ["NUMBER_ROUNDED"] * 3
    assert found(content(0, 7, 0)) == ["NUMBER_ROUNDED", "ok", "NUMBER_ROUNDED"]


def test_one_number_that_ends_in_zero_is_accepted_with_a_word() -> None:
    """Nobody can tell; in a list where one in ten does, not even a word is needed."""
    assert found(content(0)) == ["ok", "NUMBER_ENDS_IN_ZERO"]
    assert found(content(*range(10))) == ["ok"] * 10


def test_the_last_rows_of_a_rounded_list_are_judged_with_those_before() -> None:
    """A list is read in blocks; the one row of the second block is not alone."""
    assert found(content(*[0] * 1_001)) == ["NUMBER_ROUNDED"] * 1_001


def test_rounded_rows_at_the_end_of_a_good_list_are_found() -> None:
    """Two lists in one file: the second half is judged by itself."""
    assert found(content(*[7] * 2_000, *[0] * 1_000))[2_000:] == ["NUMBER_ROUNDED"] * 1_000


def test_a_number_that_is_right_is_accepted_once_somebody_has_checked_it() -> None:
    """With its code it is refused again, without it the numbers are believed."""
    first = rejects(content(0, 0))
    assert found(first) == ["NUMBER_ROUNDED"] * 2
    assert found(first.replace(b"NUMBER_ROUNDED", b"")) == ["ok", "ok"]


def test_the_same_number_in_many_rows_counts_once() -> None:
    """A family card named twice is one number."""
    twice = b"A-1,3509900101900010\nA-2,3509900101900010\n"
    assert found(HEADER + twice) == ["ok", "ok", "NUMBER_ENDS_IN_ZERO"]


def test_the_notice_names_the_column_and_no_number() -> None:
    """How many of how many."""
    (_, word) = read(io.BytesIO(content(0)), Row)
    assert isinstance(word, Notice)
    assert "1 of 1 numbers of the column nomor_kk" in word.message
    assert "3509900" not in word.message + word.remedy
