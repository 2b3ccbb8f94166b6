"""The beginning of a CSV file: its kind, separator and columns; and how a record is decoded."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from shared.csv_lines import MAX_RECORD_BYTES, Broken, Line
from shared.csv_messages import shape_of
from shared.csv_rows import REJECT_COLUMNS, BadRow, bad_row

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_BOM = b"\xef\xbb\xbf"
_PREAMBLE = re.compile(rb"\s*\Z|sep=.\s*\Z")
_MAGIC = {
    b"PK\x03\x04": "Excel xlsx / zip",
    b"\xd0\xcf\x11\xe0": "Excel xls",
    b"\x1f\x8b": "gzip",
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"<": "HTML / XML",
}


@dataclass(frozen=True)
class Header:
    """Names of the columns in the order of the file, and what stands between them."""

    names: list[str]
    separator: str

    @cached_property
    def passed_over(self) -> tuple[str, ...]:
        """The columns of a reject file that is sent again."""
        return tuple(name for name in self.names if name in REJECT_COLUMNS)


def without_preamble(source: Iterator[Line | Broken]) -> Iterator[Line | Broken]:
    """Drop the BOM, leading blank lines and Excel's `sep=` line."""
    for item in source:
        first = item._replace(data=item.data.removeprefix(_BOM)) if isinstance(item, Line) else item
        if isinstance(first, Broken) or not _PREAMBLE.match(first.data):
            yield first
            break
    yield from source


def header(source: Iterator[Line | Broken], wanted: Mapping[str, bool]) -> Header | BadRow:
    """The header of the file, or why it has none that will do."""
    first = next(source, None)
    if first is None:
        return bad_row(1, "", "CSV_EMPTY")
    if isinstance(first, Broken):
        return bad_row(first.line, "", first.code, limit=MAX_RECORD_BYTES)
    text = decode(first)
    return text if isinstance(text, BadRow) else _columns(first.number, text, wanted)


def foreign_file(start: bytes) -> BadRow | None:
    """Why a file that begins like this is no CSV file in UTF-8; nothing if it may be one."""
    found = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)
    if found:
        return bad_row(1, "", "FILE_TYPE", found=found)
    sample = start[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or sample.count(0) > len(sample) // 4:
        return bad_row(1, "", "CSV_ENCODING", offset=0)
    return None


def _columns(line: int, text: str, wanted: Mapping[str, bool]) -> Header | BadRow:
    guesses = [Header(_names(text, separator), separator) for separator in ",;\t"]
    head = max(guesses, key=lambda guess: len(wanted.keys() & set(guess.names)))
    names = head.names
    if len(names) == 1 < len(wanted) and not names[0].isidentifier():
        return bad_row(line, "", "CSV_DELIMITER")
    missing = [name for name, required in wanted.items() if required and name not in names]
    twice = sorted({name for name in names if names.count(name) > 1})
    foreign = [name for name in names if name not in wanted and name not in REJECT_COLUMNS]
    if missing or twice or foreign:
        lists = missing, twice, _shown(foreign, names, wanted)
        return bad_row(
            line,
            (missing or twice or [""])[0],
            "CSV_COLUMN",
            found=_faults(("kurang", "ganda", "tidak dikenal"), lists),
            found_en=_faults(("missing", "twice", "unknown"), lists),
            expected=", ".join(wanted),
        )
    return head


def _faults(words: Sequence[str], lists: Sequence[Sequence[str]]) -> str:
    told = (
        f"{word}: {', '.join(listed)}" for word, listed in zip(words, lists, strict=True) if listed
    )
    return "; ".join(told)


def _names(text: str, separator: str) -> list[str]:
    try:
        cells = next(csv.reader([text], delimiter=separator))
    except (csv.Error, StopIteration):
        cells = []
    return [re.sub(r"\s+", "_", cell.strip().lower()) for cell in cells]


def _shown(foreign: list[str], names: list[str], wanted: Mapping[str, bool]) -> list[str]:
    """Unknown headings; if no other is known the line may be somebody's data: only its form."""
    if not wanted.keys() & set(names):
        return [shape_of(name) for name in foreign]
    return [name if re.fullmatch(r"[a-z_]{1,40}", name) else shape_of(name) for name in foreign]


def decode(record: Line) -> str | BadRow:
    """The text of a record in composed form, or why it is none."""
    try:
        text = record.data.decode()
    except UnicodeDecodeError as error:
        return bad_row(record.number, "", "CSV_ENCODING", offset=record.offset + error.start)
    if (found := _FORBIDDEN.search(text)) is not None:
        return bad_row(record.number, "", "CSV_CONTROL_CHAR", found=f"U+{ord(found.group()):04X}")
    return text if text.isascii() else unicodedata.normalize("NFC", text)
