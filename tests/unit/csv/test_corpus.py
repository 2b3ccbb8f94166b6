"""Bad and odd CSV files, one test or more for each kind, with the exact code that answers it."""

import io
import os
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import pytest
from pydantic import BaseModel, Field

from shared.application.fields import Telephone
from shared.csv.fields import (
    CardNumber,
    Choice,
    Declared,
    Identifier,
    IsoDate,
    Many,
    Maybe,
    Number,
    PlainText,
    VillageRegion,
    YesOrEmpty,
)
from shared.csv.reader import open_file, read
from shared.csv.rows import BadRow, FileRefused, GoodRow, Notice
from shared.events.base import BusinessType, Programme
from shared.security.identity import NationalId

NIK = "3509900101900001"
WOMAN = "3509904101900002"
HEADER = "nomor,nik,nama,tanggal,kode_desa,jumlah"
GOOD = f"A-1,{NIK},Siti Aminah,2026-02-01,35.09.30.2009,3"


class Row(BaseModel):
    """A row as an import of a ministry has it."""

    nomor: Identifier
    nik: NationalId
    nama: PlainText
    tanggal: IsoDate
    kode_desa: VillageRegion
    jumlah: Annotated[Number, Field(ge=0, le=1000)]


def rows(content: bytes | str, model: type[BaseModel] = Row) -> list[Any]:
    """Everything that reading the content yields."""
    data = content.encode() if isinstance(content, str) else content
    return list(read(io.BytesIO(data), model))


def codes(content: bytes | str) -> list[str]:
    """`ok` or the code of each row."""
    return ["ok" if isinstance(row, GoodRow) else row.code for row in rows(content)]


def only(content: bytes | str) -> BadRow:
    """The one row, which must be bad."""
    (row,) = rows(content)
    assert isinstance(row, BadRow)
    return row


def with_cell(column: str, value: str) -> str:
    """A good file with one cell replaced."""
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {column: value}
    return f"{HEADER}\n{','.join(cells.values())}\n"


# B01 empty file, header only


@pytest.mark.parametrize("content", ["", "\n\n", HEADER, HEADER + "\n", HEADER + "\n\n,,,,,\n"])
def test_a_file_without_data_rows_is_named_empty(content: str) -> None:
    """No bytes, blank lines, a header alone and blank rows are all CSV_EMPTY."""
    assert only(content).code == "CSV_EMPTY"


# B02 columns


def test_a_missing_column_is_named() -> None:
    """The bad row's field and message name the column that is missing."""
    row = only("nomor,nama\nA-1,Siti\n")
    assert (row.code, row.field) == ("CSV_COLUMN", "nik")
    assert "kode_desa" in row.message


def test_a_column_given_twice_is_named() -> None:
    """Two columns of one name are refused: nobody knows which one is meant."""
    row = only(f"{HEADER},nama\n{GOOD},x\n")
    assert (row.code, row.field) == ("CSV_COLUMN", "nama")


def test_a_column_that_nobody_asked_for_is_ignored_with_a_word() -> None:
    """Data that Lintas does not need does not come in, and the row is not lost for it."""
    word, row = rows(f"{HEADER},penyakit\n{GOOD},x\n")
    assert (word.code, "penyakit" in word.message) == ("CSV_COLUMN_IGNORED", True)
    assert "penyakit" not in row.raw


def test_one_apostrophe_before_digits_is_how_an_office_keeps_them() -> None:
    """It is taken off numbers of every kind; a second one, or one elsewhere, is named."""

    class Row(BaseModel):
        nik: NationalId
        telepon: PlainText
        nama: PlainText

    (row,) = rows(f"nik,telepon,nama\n'{NIK},'081234567890,'Aisyah\n", Row)
    assert (row.model.nik.reveal(), row.model.telepon) == (NIK, "081234567890")
    assert row.model.nama == "'Aisyah"


@pytest.mark.parametrize("name", ["No", "NO.", "Nomor Urut", "no urut"])
def test_a_column_of_running_numbers_is_passed_over_with_a_word(name: str) -> None:
    """Rows that are only numbered, as prepared sheets have them, are blank."""

    class Row(BaseModel):
        nama: PlainText
        kode: Maybe[PlainText]

    word, first, last = rows(f'{name};nama;kode\n1;Sri;\n2;;\n3;"";\n4;Wati;x\n', Row)
    assert (word.code, name.lower().replace(" ", "_") in word.message) == ("CSV_NUMBERING", True)
    assert [(row.line, row.model.nama) for row in (first, last)] == [(2, "Sri"), (5, "Wati")]


def test_a_list_may_have_a_column_of_its_own_with_such_a_name() -> None:
    """`nomor` of a model is read, not passed over."""

    class Row(BaseModel):
        nomor: PlainText
        nama: Maybe[PlainText]

    (row,) = rows("nomor,nama\n7,\n", Row)
    assert row.model.nomor == "7"


def test_columns_may_come_in_any_order_and_case() -> None:
    """Order, capital letters and spaces in headings do not matter."""
    names, cells = HEADER.split(",")[::-1], GOOD.split(",")[::-1]
    content = ",".join(names).upper().replace("_", " ") + "\n" + ",".join(cells) + "\n"
    (row,) = rows(content)
    assert row.model.nama == "Siti Aminah"


def test_an_optional_column_may_be_absent() -> None:
    """A field with a default needs no column."""

    class Short(BaseModel):
        nomor: Identifier
        catatan: Maybe[PlainText] = None

    (row,) = rows("nomor\nA-1\n", Short)
    assert row.model.catatan is None


def test_a_file_without_header_never_shows_its_first_row() -> None:
    """The first data row taken for a heading is described by its form alone."""
    row = only(f"{GOOD}\n")
    assert row.code == "CSV_COLUMN"
    assert NIK not in row.message
    assert "siti" not in row.message.lower()


# B03, B08, B09 byte order mark, separators, line ends


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_separators_line_ends_and_byte_order_mark_are_recognised(
    separator: str, ending: str, mark: bytes
) -> None:
    """Every combination reads the same, with the right line numbers."""
    text = ending.join([HEADER, GOOD, "", GOOD]) + ending
    found = rows(mark + text.replace(",", separator).encode())
    assert [(row.line, row.model.nomor) for row in found] == [(2, "A-1"), (4, "A-1")]


def test_mixed_line_ends_are_accepted() -> None:
    """LF, CRLF and CR in one file."""
    assert codes(f"{HEADER}\r\n{GOOD}\n{GOOD}\r{GOOD}") == ["ok"] * 3


def test_a_line_end_split_between_two_reads_counts_once() -> None:
    """CR at the end of one piece and LF at the start of the next are one line end."""
    text = f"{HEADER}\r\n{GOOD}\r\n{GOOD}\r\n".encode()

    class OneByte(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size or 1, 1))

    found: list[Any] = list(read(OneByte(text), Row))
    assert [row.line for row in found] == [2, 3]


def test_the_separator_line_of_excel_is_passed_over() -> None:
    """`sep=;` before the header is not data."""
    assert codes("sep=;\n" + f"{HEADER}\n{GOOD}\n".replace(",", ";")) == ["ok"]


def test_an_unknown_separator_gets_a_hint() -> None:
    """A file with bars is CSV_DELIMITER."""
    assert only(f"{HEADER}\n{GOOD}\n".replace(",", "|")).code == "CSV_DELIMITER"


# B04, B05, B26 encoding and control characters


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_refused(encoding: str) -> None:
    """UTF-16 and UTF-32, with or without mark, are CSV_ENCODING; there is no reject file to mend."""
    refused = only(f"{HEADER}\n{GOOD}\n".encode(encoding))
    assert (refused.code, refused.whole_file) == ("CSV_ENCODING", True)
    assert refused.remedy == "simpan ulang sebagai 'CSV UTF-8' / save again as 'CSV UTF-8'"


@pytest.mark.parametrize(
    "bad", [b"Am\xc3\xa9lie Sit\xed", b"Siti \x81A", b"\xc0\xaf", b"\xed\xa0\x80", b"\xc3\x83\xff"]
)
def test_one_row_of_damaged_utf8_is_refused_with_its_byte(bad: bytes) -> None:
    """Row 7 is bad, the others stay; the message has the byte's place in the file."""
    lines = [
        HEADER.encode(),
        *[GOOD.encode()] * 5,
        GOOD.encode().replace(b"Siti Aminah", bad),
        GOOD.encode(),
    ]
    content = b"\n".join(lines)
    found = rows(content)
    assert [row.line for row in found if isinstance(row, BadRow)] == [7]
    assert found[5].code == "CSV_ENCODING"
    with pytest.raises(UnicodeDecodeError) as broken:
        content.decode()
    assert f"at byte {broken.value.start} of" in found[5].message


@pytest.mark.parametrize(
    ("bad", "name"),
    [
        (b"Sit\xed", "Sit\u00ed"),
        (b"Siti \x93A\x94", "Siti \u201cA\u201d"),
        (b"Nur\x92aini", "Nur\u2019aini"),
    ],
)
def test_a_row_in_windows_1252_is_accepted_with_a_word(bad: bytes, name: str) -> None:
    """What Excel saves as plain CSV; a file that says it is UTF-8 has no such rows."""
    content = f"{HEADER}\n{GOOD}\n{GOOD}\n".encode().replace(b"Siti Aminah", bad, 1)
    first, second, word = rows(content)
    assert (first.model.nama, second.model.nama) == (name, "Siti Aminah")
    assert (word.code, "lines 2" in word.message) == ("CSV_WINDOWS_1252", True)
    assert codes(b"\xef\xbb\xbf" + content) == ["CSV_ENCODING", "ok"]


def test_a_letter_that_was_lost_before_is_named() -> None:
    """U+FFFD is what a wrong conversion leaves."""
    assert codes(with_cell("nama", "Am\ufffdlie")) == ["CSV_LETTER_LOST"]


def test_a_letter_that_composes_to_a_separator_does_not_split_its_cell() -> None:
    """The Greek question mark is a semicolon in composed form."""
    content = with_cell("nama", "Siti\u037eAminah").replace(",", ";")
    assert rows(content)[0].model.nama == "Siti;Aminah"


@pytest.mark.parametrize(
    "char", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u202e", "\u2066", "\u200f"]
)
def test_control_characters_are_refused(char: str) -> None:
    """NUL, escape sequences and marks that turn the reading direction."""
    assert codes(with_cell("nama", f"Si{char}ti")) == ["CSV_CONTROL_CHAR"]


def test_names_are_stored_in_composed_form() -> None:
    """A decomposed letter becomes the composed one, so that equal names are equal."""
    (row,) = rows(with_cell("nama", "Ame\u0301lie \U0001f600"))
    assert row.model.nama == "Amélie \U0001f600"


# B06, B07, B10, B20 quotes, width, length, truncation


def test_a_quote_that_is_never_closed_costs_one_row() -> None:
    """CSV_QUOTE at the row where it was opened; the rows after it are read."""
    content = f"{HEADER}\n{GOOD}\n" + GOOD.replace("Siti", '"Siti') + f"\n{GOOD}\n{GOOD}\n"
    found = rows(content)
    assert codes(content) == ["ok", "CSV_QUOTE", "ok", "ok"]
    assert found[1].line == 3


def test_a_quoted_cell_may_hold_separator_quote_and_line_end() -> None:
    """What RFC 4180 allows is read as one cell, and the row has its first line's number."""
    content = f"{HEADER}\n" + GOOD.replace("Siti Aminah", '"Siti, ""Ibu""\nAminah"') + f"\n{GOOD}\n"
    found = rows(content)
    assert found[0].model.nama == 'Siti, "Ibu" Aminah'
    assert [row.line for row in found] == [2, 4]


def test_text_after_a_closing_quote_is_refused() -> None:
    """`"a"b` is nothing that can be read with certainty."""
    assert codes(with_cell("nama", '"Siti"x"y"')) == ["CSV_QUOTE"]


@pytest.mark.parametrize(("row", "got"), [(GOOD + ",x", 7), ("A-1,x", 2)])
def test_a_ragged_row_says_how_many_columns_it_has(row: str, got: int) -> None:
    """CSV_WIDTH with got and expected; the next row is read."""
    found = rows(f"{HEADER}\n{row}\n{GOOD}\n")
    assert found[0].code == "CSV_WIDTH"
    assert f"{got} columns, expected 6" in found[0].message
    assert isinstance(found[1], GoodRow)


def test_a_file_that_breaks_off_is_called_truncated() -> None:
    """The last line has neither all columns nor an end."""
    assert codes(f"{HEADER}\n{GOOD}\n{GOOD[:20]}") == ["ok", "CSV_TRUNCATED"]


def test_a_disk_that_goes_away_keeps_the_rows_before() -> None:
    """A failing read ends the file as CSV_TRUNCATED after the rows that were whole."""

    class Failing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            piece = super().read(size)
            if not piece:
                raise OSError("gone")
            return piece

    found: list[Any] = list(read(Failing(f"{HEADER}\n{GOOD}\n{GOOD}\n".encode()), Row))
    assert [type(row).__name__ for row in found] == ["GoodRow", "GoodRow", "BadRow"]
    assert found[2].code == "CSV_TRUNCATED"


def test_a_cell_over_the_limit_is_refused() -> None:
    """A cell of 20,000 characters in a line that is short enough."""
    assert codes(with_cell("nama", "x" * 20_000)) == ["CSV_FIELD_TOO_LONG"]


def test_a_name_over_its_own_limit_says_the_limit() -> None:
    """The field's limit is in the message."""
    row = only(with_cell("nama", "x" * 201))
    assert (row.code, row.field) == ("CSV_FIELD_TOO_LONG", "nama")
    assert "200" in row.message


def test_a_line_of_fifty_megabytes_is_passed_over_in_little_memory() -> None:
    """The line is CSV_FIELD_TOO_LONG, the rows around it are read, memory stays under 5 MB."""
    import tracemalloc

    pieces = [f"{HEADER}\n{GOOD}\n".encode(), *[b"x" * 1_000_000] * 50, f"\n{GOOD}\n".encode()]
    stream = cast("BinaryIO", Pieces(iter(pieces)))
    list(read(io.BytesIO(f"{HEADER}\n{GOOD}\n".encode()), Row))
    tracemalloc.start()
    found: list[Any] = list(read(stream, Row))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row.line for row in found] == [2, 3, 4]
    assert found[1].code == "CSV_LINE_TOO_LONG"
    assert peak < 5_000_000


class Pieces(io.RawIOBase):
    """A stream that is made while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, size: int = -1) -> bytes:
        """The next piece, whatever its size."""
        return next(self._pieces, b"") if size else b""


# B11 many rows


@pytest.mark.long
def test_forty_thousand_rows_are_read_in_constant_memory() -> None:
    """The peak of reading 40,000 rows is hardly more than that of 2,000: less than 3 bytes a row."""
    import tracemalloc

    def peak(blocks: int) -> tuple[int, int]:
        block = f"{GOOD}\n".encode() * 1000
        pieces = iter([f"{HEADER}\n".encode(), *(block for _ in range(blocks))])
        tracemalloc.start()
        count = sum(isinstance(row, GoodRow) for row in read(cast("BinaryIO", Pieces(pieces)), Row))
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return count, used

    small, large = peak(2), peak(40)
    assert (small[0], large[0]) == (2_000, 40_000)
    assert large[1] < small[1] + 100_000


# B12, B13, B14 NIK


@pytest.mark.parametrize(
    "value", ["3.27101E+15", "3.50990010190E+15", "3,27101E+15".replace(",", ".")]
)
def test_a_nik_that_excel_made_a_number_is_recognised(value: str) -> None:
    """NIK_SCIENTIFIC, with the remedy to store the column as text."""
    row = only(with_cell("nik", value))
    assert (row.code, row.field) == ("NIK_SCIENTIFIC", "nik")
    assert "Teks" in row.remedy


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (NIK[:-1], "NIK_LENGTH"),
        (NIK + "1", "NIK_LENGTH"),
        ("509900101900001", "NIK_LENGTH"),
        ("350990010190000A", "NIK_FORMAT"),
        (NIK.translate({48 + n: 0xFF10 + n for n in range(10)}), "NIK_DIGITS"),
        (NIK.translate({48 + n: 0x0660 + n for n in range(10)}), "NIK_DIGITS"),
        ("3509 9001 0190 0001", "NIK_SEPARATED"),
        ("3509.9001.0190.0001", "NIK_SEPARATED"),
        ("350990-010190-0001", "NIK_SEPARATED"),
        (f"''{NIK}", "NIK_APOSTROPHE"),
        (f"\u2019{NIK}", "NIK_APOSTROPHE"),
        (f'="{NIK}"', "NIK_FORMULA"),
        (f"={NIK}", "NIK_FORMULA"),
        (f"{NIK}.0", "NIK_SCIENTIFIC"),
        ("3509900101900000", "NIK_ROUNDED"),
        ("0509900101900001", "NIK_REGION"),
        ("3509000101900001", "NIK_REGION"),
    ],
)
def test_each_damage_of_a_nik_is_named_for_what_it_is(value: str, code: str) -> None:
    """Lengths, other digits, marks, formulas, zeros at the end; nothing is shown."""
    row = only(with_cell("nik", value))
    assert (row.code, row.field) == (code, "nik")
    assert value not in row.message + row.remedy


CARD = "3509900101900001"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("3.50990E+15", "NUMBER_SCIENTIFIC"),
        ("3,50990010190000E+15", "NUMBER_SCIENTIFIC"),
        (f"{CARD}.0", "NUMBER_SCIENTIFIC"),
        (f"{CARD},00", "NUMBER_SCIENTIFIC"),
        (f'="{CARD}"', "NUMBER_FORMULA"),
        (f"{CARD}'", "NUMBER_APOSTROPHE"),
        ("3509 9001 0190 0001", "NUMBER_SEPARATED"),
        ("\uff13" + CARD[1:], "NUMBER_DIGITS"),
        (CARD[:-1], "NUMBER_LENGTH"),
        (CARD + "1", "NUMBER_LENGTH"),
        (CARD[:-1] + "A", "NUMBER_FORMAT"),
        ("", "FIELD_REQUIRED"),
    ],
)
def test_each_damage_of_a_card_number_is_named_for_what_it_is(value: str, code: str) -> None:
    """As for a NIK: the same accidents, the same care not to show it."""

    class Family(BaseModel):
        nomor: Identifier
        nomor_kk: CardNumber

    quoted = value.replace('"', '""')
    (row,) = rows(f'nomor,nomor_kk\nA-1,"{quoted}"\n', Family)
    assert (row.code, row.field) == (code, "nomor_kk")
    assert not value or value not in row.message + row.remedy
    assert rows(f"nomor,nomor_kk\nA-1,{CARD}\n", Family)[0].model.nomor_kk == CARD


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("8.12346E+11", "NUMBER_SCIENTIFIC"),
        ("6,28123E+12", "NUMBER_SCIENTIFIC"),
        ("81234567890.0", "NUMBER_SCIENTIFIC"),
        ("81234567890", "NUMBER_ZERO_LOST"),
        ("331487550", "NUMBER_ZERO_LOST"),
        ('="081234567890"', "NUMBER_FORMULA"),
        ("''081234567890", "NUMBER_APOSTROPHE"),
        ("\uff10\uff18\uff11\uff12345678", "NUMBER_DIGITS"),
        ("0812.3456.7890", "FIELD_FORMAT"),
        ("tidak ada", "FIELD_FORMAT"),
        ("123", "FIELD_FORMAT"),
        ("081234567890", "ok"),
        ("+6281234567890", "ok"),
        ("6281234567890", "ok"),
        ("0331 487-550", "ok"),
        ("4875501", "ok"),
        ("(0331) 487550", "ok"),
        ("+62 (331) 487-550", "ok"),
        ("12345", "FIELD_FORMAT"),
        ("081234567890123456789", "FIELD_FORMAT"),
        ("48755011", "ok"),
        ("", "ok"),
    ],
)
def test_each_damage_of_a_telephone_number_is_named_for_what_it_is(value: str, code: str) -> None:
    """A zero is lost where no number in the country can be; a short local number is one."""

    class Person(BaseModel):
        nomor: Identifier
        telepon: Maybe[Telephone]

    quoted = value.replace('"', '""')
    (row,) = rows(f'nomor,telepon\nA-1,"{quoted}"\n', Person)
    assert ("ok" if isinstance(row, GoodRow) else row.code) == code
    if isinstance(row, BadRow):
        assert row.field == "telepon"
        assert value not in row.message + row.remedy


def test_the_length_of_a_short_nik_is_reported() -> None:
    """Fifteen digits are one too few, and the message says fifteen."""
    assert "here are 15" in only(with_cell("nik", NIK[1:])).message


@pytest.mark.parametrize("days", ["310290", "000190", "720190", "321290", "011390"])
def test_an_impossible_date_in_a_nik_is_refused(days: str) -> None:
    """NIK_DATE for 31 February, day 0, day 72 and month 13."""
    value = f"350990{days}0001"
    row = only(with_cell("nik", value))
    assert (row.code, row.field) == ("NIK_DATE", "nik")
    assert value not in row.message + row.remedy


@pytest.mark.parametrize("day", range(41, 72, 5))
def test_the_days_of_women_are_accepted(day: int) -> None:
    """Day plus 40 marks a woman."""
    assert codes(with_cell("nik", f"350990{day}01900002")) == ["ok"]


# B15 dates


@pytest.mark.parametrize(
    "value",
    ["01/02/2026", "1/2/26", "11-12-2026", "12/31/2026", "01.02.2026", "1 2 2026", "29/2/24"],
)
def test_day_first_dates_are_ambiguous(value: str) -> None:
    """The file is not guessed at: DATE_AMBIGUOUS, with the form to use."""
    row = only(with_cell("tanggal", value))
    assert (row.code, row.field) == ("DATE_AMBIGUOUS", "tanggal")
    assert "2026-02-01" in row.remedy
    assert value not in row.message


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "45000",
        "0000-01-01",
        "1899-12-31",
        "2101-01-01",
        "20260201",
        "2026-W01-1",
        "2026-2-1",
        "2026-02-01T00:00",
        "\u0662\u0660\u0662\u0666-\u0660\u0662-\u0660\u0661",
        "kemarin",
        "31/02/2026",
        "29-2-25",
        "13.13.2026",
        "0/1/2026",
    ],
)
def test_what_is_no_iso_date_is_invalid(value: str) -> None:
    """Impossible days in any order, Excel's day numbers, years out of range and other forms."""
    assert codes(with_cell("tanggal", value)) == ["DATE_INVALID"]


def test_a_leap_day_is_a_date() -> None:
    """29 February exists in 2024 and not in 2025."""
    assert rows(with_cell("tanggal", "2024-02-29"))[0].model.tanggal == date(2024, 2, 29)
    assert codes(with_cell("tanggal", "2025-02-29")) == ["DATE_INVALID"]


# B16 numbers


@pytest.mark.parametrize(
    "value", ["1.000.000", "1,5", "1e309", "NaN", "Infinity", "0x10", "1_000", "\uff13", "+3"]
)
def test_numbers_are_plain_digits(value: str) -> None:
    """Nothing is parsed as a float or guessed: AMOUNT_FORMAT."""
    assert codes(with_cell("jumlah", f'"{value}"')) == ["AMOUNT_FORMAT"]


@pytest.mark.parametrize("value", ["-5", "1001", "9" * 30])
def test_numbers_out_of_range_are_refused(value: str) -> None:
    """Below, above, and far above what any column holds."""
    assert codes(with_cell("jumlah", value)) == ["AMOUNT_RANGE"]


def test_a_row_with_two_faults_names_column_limit_and_remedy_of_each() -> None:
    """The officer mends both at once: no remedy is left without its column."""
    content = with_cell("jumlah", "1001").replace("2026-02-01", "30-02-2026")
    (row,) = rows(content)
    date_remedy, amount_remedy = row.remedy.split("; jumlah: ")
    assert date_remedy.startswith("tanggal: periksa tanggalnya pada dokumen asli")
    assert amount_remedy.endswith(
        "batas: paling banyak 1000 / check the number; limit: at most 1000"
    )


def test_a_wrong_header_is_reported_in_both_languages() -> None:
    """What is missing and what is unknown, each half in its own words."""
    (row,) = rows(f"{HEADER.replace('jumlah', 'banyaknya')}\n{GOOD}\n")
    assert row.message == (
        "susunan kolom salah: kurang: jumlah; tidak dikenal: banyaknya / "
        "wrong columns: missing: jumlah; unknown: banyaknya"
    )


# B17 regions


@pytest.mark.parametrize(
    "value", ["35.09.30.9999", "99.99.99.9999", "35.09.30", "35.09", "3509", "Silo", "35.1"]
)
def test_codes_that_are_no_village_are_unknown(value: str) -> None:
    """REGION_UNKNOWN for codes that do not exist, and for codes of another level."""
    row = only(with_cell("kode_desa", value))
    assert (row.code, row.field) == ("REGION_UNKNOWN", "kode_desa")


def test_a_code_without_dots_is_understood() -> None:
    """Ten digits are the same code; the model gets the dotted form."""
    assert rows(with_cell("kode_desa", "3509302009"))[0].model.kode_desa == "35.09.30.2009"


# B18 the same row twice


def test_equal_rows_give_equal_models() -> None:
    """Both rows are kept and equal, so that the service can count the second as a duplicate."""
    first, second = rows(f"{HEADER}\n{GOOD}\n{GOOD}\n")
    assert first.model == second.model
    assert (first.line, second.line) == (2, 3)


# B19 formulas


@pytest.mark.parametrize("value", ["=HYPERLINK(1)", "+62", "-1", "@SUM(A1)", "=1+1"])
def test_formulas_are_text(value: str) -> None:
    """A leading = + - @ is part of the text."""
    assert rows(with_cell("nama", value))[0].model.nama == value


# B21 what is no CSV file


@pytest.mark.parametrize(
    "start",
    [
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"\x1f\x8b\x08",
        b"%PDF-1.7",
        b"<html>",
        b"<?xml",
        b"{\\rtf1",
    ],
)
def test_other_files_under_the_name_csv_are_recognised(start: bytes) -> None:
    """Excel, zip, gzip, PDF, HTML and RTF are FILE_TYPE, in one row."""
    row = only(start + random.Random(1).randbytes(200_000) + b'"')
    assert row.code == "FILE_TYPE"
    assert "CSV UTF-8" in row.remedy


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    """A directory, a pipe and a link are FILE_PATH; the file itself opens."""
    real, pipe, link = tmp_path / "a.csv", tmp_path / "pipe.csv", tmp_path / "link.csv"
    real.write_text(f"{HEADER}\n{GOOD}\n")
    os.mkfifo(pipe)
    link.symlink_to(real)
    for path in (tmp_path, pipe, link):
        with pytest.raises(FileRefused) as refused:
            open_file(path)
        assert refused.value.row.code == "FILE_PATH"
    with open_file(real) as stream:
        assert len(list(read(stream, Row))) == 1


# Fields and messages


@pytest.mark.parametrize("column", HEADER.split(","))
def test_an_empty_cell_of_a_required_column_is_named(column: str) -> None:
    """FIELD_REQUIRED with the column, whatever its type."""
    row = only(with_cell(column, " "))
    assert (row.code, row.field) == ("FIELD_REQUIRED", column)


def test_all_problems_of_a_row_are_reported_at_once() -> None:
    """The first is the row's code; the message names every column."""
    row = only(f"{HEADER}\nA 1,12,Siti,01/02/2026,35,x\n")
    assert (row.field, row.code) == ("nomor", "FIELD_FORMAT")
    for column in ("nik", "tanggal", "kode_desa", "jumlah"):
        assert f"{column}: " in row.message


def test_no_refused_value_is_repeated() -> None:
    """None of the cells of a thoroughly bad row is found in what is said about it."""
    cells = ["rahasia satu", "350990010190000X", "n" * 300, "13/13/2026", "35.09.77.1234", "7.654"]
    row = only(f"{HEADER}\n{','.join(cells)}\n")
    assert not [cell for cell in cells if cell in row.message + row.remedy]


def test_choices_lists_and_declarations_are_read() -> None:
    """Choice by word or code in any case, Many, Declared by `ya`, Maybe empty."""

    class Kinds(BaseModel):
        program: Choice[Programme]
        anggota: Many[NationalId]
        pernyataan: Declared
        catatan: Maybe[PlainText]

    head = "program,anggota,pernyataan,catatan\n"
    (row,) = rows(f"{head}pkh,{NIK}  {WOMAN},Ya,\n", Kinds)
    assert row.model.program is Programme.PKH
    assert len(row.model.anggota) == 2
    assert row.model.catatan is None
    (bad,) = rows(f"{head}bpnt,{NIK},ya,\n", Kinds)
    assert bad.code == "FIELD_CHOICE"
    assert bad.remedy.startswith(
        "tulis yang benar dari: PKH, PKH Plus, bantuan lain; bila tidak ada"
    )


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("makanan", "10"),
        ("10", "10"),
        ("1", "01"),
        ("01", "01"),
        ("Pertanian dan  Peternakan", "01"),
        ("kayu_dan-anyaman", "16"),
    ],
)
def test_a_code_is_taken_by_its_word_and_as_itself(cell: str, code: str) -> None:
    """Capitals, blanks, hyphens and underscores do not matter; nor does a zero that Excel dropped."""

    class Businesses(BaseModel):
        jenis: Choice[BusinessType]

    (row,) = rows(f"jenis\n{cell}\n", Businesses)
    assert row.model.jenis == code


@pytest.mark.parametrize("cell", ["", "-", "tidak", "mungkin", "1"])
def test_no_refusal_teaches_to_write_a_declaration(cell: str) -> None:
    """Who did not declare it is left out; the remedy never is just `ya`."""

    class Row(BaseModel):
        nama: PlainText
        pernyataan: Declared

    (bad,) = rows(f"nama,pernyataan\nSri,{cell}\n", Row)
    assert (bad.field, bad.code) == ("pernyataan", "NOT_DECLARED")
    assert "hanya bila orang itu menyatakannya" in bad.remedy
    assert "only if the person declared it; otherwise leave this person out" in bad.remedy


def test_a_cell_that_may_say_yes_is_answered_with_empty_first() -> None:
    """`mungkin` must not become `ya`."""

    class Row(BaseModel):
        nama: PlainText
        nihil: YesOrEmpty

    cells = ("ya", "Yes", "", "-", "tidak")
    read = rows("nama,nihil\n" + "".join(f"Sri,{cell}\n" for cell in cells), Row)
    assert [row.model.nihil for row in read] == [True, True, False, False, False]
    (bad,) = rows("nama,nihil\nSri,mungkin\n", Row)
    assert bad.code == "YES_OR_EMPTY"
    assert bad.remedy.startswith("kosongkan kolom ini")


def test_a_bad_nik_in_a_list_is_refused_by_its_code() -> None:
    """A member's NIK is checked like any other, and not shown."""

    class Members(BaseModel):
        anggota: Many[NationalId]

    (row,) = rows(f"anggota\n{NIK} {NIK[:-1]}\n", Members)
    assert (row.code, row.field) == ("NIK_LENGTH", "anggota")
    assert NIK[:-1] not in row.message


@pytest.mark.parametrize("between", [" ", "  ", ";", ", ", "/", " / ", "\n", "\r\n", ";\n", ","])
def test_several_numbers_in_a_cell_are_separated_by_blank_mark_or_line(between: str) -> None:
    """However an office writes a list in one cell."""

    class Members(BaseModel):
        nomor: Identifier
        anggota: Many[NationalId]

    (row,) = rows(f'nomor,anggota\nA-1,"{NIK}{between}{WOMAN}"\n', Members)
    assert [nik.reveal() for nik in row.model.anggota] == [NIK, WOMAN]


@pytest.mark.parametrize("value", ["3,50991E+15", f"{NIK},0", f"{WOMAN}; 3,50991E+15"])
def test_a_comma_inside_a_damaged_number_separates_nothing(value: str) -> None:
    """A spreadsheet set to Indonesian writes 3,5E+15."""

    class Members(BaseModel):
        anggota: Many[NationalId]

    assert [row.code for row in rows(f'anggota\n"{value}"\n', Members)] == ["NIK_SCIENTIFIC"]


def test_the_raw_cells_are_not_shown_by_repr() -> None:
    """A good row printed in a log shows no NIK."""
    assert NIK not in repr(rows(f"{HEADER}\n{GOOD}\n")[0])


def test_random_bytes_never_raise() -> None:
    """Whatever comes, reading answers with rows."""
    random_source = random.Random(20260101)
    for _ in range(300):
        body = random_source.randbytes(random_source.randrange(400))
        mixed = HEADER.encode() + b"\n" + body + b"\n" + GOOD.encode() + b"\n"
        assert all(
            isinstance(row, GoodRow | BadRow | Notice) for row in (*rows(body), *rows(mixed))
        )
