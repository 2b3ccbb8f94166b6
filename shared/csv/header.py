"""Read the beginning of a CSV file: its kind, title lines, separator and column names."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from shared.csv.lines import MAX_RECORD_BYTES, Line, Lines, joined
from shared.csv.messages import shape_of
from shared.csv.rows import MARK_COLUMN, REJECT_COLUMNS, BadRow, Notice, bad_file, notice
from shared.csv.text import lenient_text, raw_cells, unreadable
from shared.messages import Language, phrase

BOM = b"\xef\xbb\xbf"
SEPARATORS = ",;\t"
MAX_LINES_ABOVE = 20
NUMBERING = frozenset(
    {"no", "no.", "nr", "nr.", "nomor", "nomor_urut", "no_urut", "no._urut", "urut", "#"}
)
"""How offices call a column that numbers the rows."""
_FAULTS = ("missing", "twice", "unknown")
_PREAMBLE = re.compile(rb"(\xef\xbb\xbf)?\s*(sep=.)?\s*\Z")
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
    """The column names in the order of the file, and their separator."""

    line: Line
    names: Sequence[str]
    separator: str
    above: tuple[int, ...] = ()
    """Numbers of the title lines above the header, which are skipped."""

    @cached_property
    def width(self) -> int:
        """The number of columns, without nameless columns at the end."""
        return max((place for place, name in enumerate(self.names, 1) if name), default=0)

    @property
    def filled(self) -> int:
        """The number of cells that are not empty."""
        return sum(map(bool, self.names))

    def places(self, wanted: Iterable[str]) -> list[tuple[str, int]]:
        """The wanted columns that the header has, with their indexes."""
        return [(name, self.names.index(name)) for name in wanted if name in self.names]

    @cached_property
    def place_of_mark(self) -> int | None:
        """The index of the code column of a reject file; None in any other file."""
        return self.names.index(MARK_COLUMN) if MARK_COLUMN in self.names else None

    def numbering(self, wanted: Iterable[str]) -> list[tuple[str, int]]:
        """The columns that only number the rows, with their indexes."""
        named = enumerate(self.names[: self.width])
        return [(name, place) for place, name in named if name in NUMBERING - {*wanted}]

    def foreign(self, wanted: Iterable[str]) -> list[str]:
        """Columns that are not wanted; a nameless one by its number."""
        known = {*wanted, *REJECT_COLUMNS, *NUMBERING}
        named = enumerate(self.names[: self.width], 1)
        return [name or f"#{place}" for place, name in named if name not in known]


def foreign_file(start: bytes) -> BadRow | None:
    """The refusal of a file that is not CSV in UTF-8 by its first bytes; None if it may be."""
    found = next((kind for magic, kind in _MAGIC.items() if start.startswith(magic)), None)
    if found:
        return bad_file(1, "", "FILE_TYPE", found=found)
    sample = start[:4096]
    wide = sample.count(0) > len(sample) // 4 and not start.startswith(BOM)
    if wide or start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return bad_file(1, "", "CSV_ENCODING", offset=0)
    return None


def find_header(lines: Lines, wanted: Mapping[str, bool]) -> Header | BadRow:
    """Find the first line with every required column, below a few titles at most, or say why not.

    A title line fills at most half as many cells as the list has columns.
    """
    required = {name for name, needed in wanted.items() if needed}
    found: list[Header] = []
    for head in islice(headers(lines, len(wanted)), MAX_LINES_ABOVE):
        if required <= set(head.names):
            return _checked(head, wanted, found)
        found.append(head)
        if head.line.fault == "CSV_LINE_TOO_LONG" or head.filled * 2 > len(wanted):
            break
    if not found:
        return bad_file(1, "", "CSV_EMPTY")
    return _wrong(max(found, key=lambda head: len(wanted.keys() & set(head.names))), wanted)


def headers(lines: Lines, columns: int) -> Iterator[Header]:
    """Read each line that is not blank as a header; skip the BOM and Excel's `sep=` line.

    `columns` is the least number of columns of the table: a title must not swallow its rows.
    """
    for line in lines:
        if _PREAMBLE.match(line.data):
            continue
        first = line._replace(data=line.data.removeprefix(BOM)) if line.number == 1 else line
        separator = _separator(lenient_text(first.data))
        whole = joined(first, lines, separator, columns)
        head = Header(whole, _names(lenient_text(whole.data), separator), separator)
        if head.filled:
            yield head


def notices(head: Header, wanted: Mapping[str, bool]) -> Iterator[Notice]:
    """Notices about what is skipped: title lines and columns that are not wanted."""
    if head.above:
        lines = ", ".join(map(str, head.above))
        yield notice(
            "CSV_TITLE", header_line=head.line.number, lines=lines, header=head.line.number
        )
    if numbering := head.numbering(wanted):
        yield notice("CSV_NUMBERING", found=", ".join(name for name, _ in numbering))
    if foreign := head.foreign(wanted):
        yield notice("CSV_COLUMN_IGNORED", found=", ".join(map(_shown, foreign)))


def _checked(head: Header, wanted: Mapping[str, bool], above: Sequence[Header]) -> Header | BadRow:
    if (bad := unreadable(head.line, lenient_text(head.line.data))) is not None:
        return replace(bad, whole_file=True)
    if head.line.fault or any(head.names.count(name) > 1 for name in wanted):
        return _wrong(head, wanted)
    passed_over = tuple(title.line.number for title in above)
    return Header(head.line, head.names, head.separator, passed_over)


def _wrong(head: Header, wanted: Mapping[str, bool]) -> BadRow:
    line, names = head.line.number, head.names
    if head.line.fault:
        return bad_file(line, "", head.line.fault, limit=MAX_RECORD_BYTES)
    if len(names) == 1 < len(wanted) and not names[0].isidentifier():
        return bad_file(line, "", "CSV_DELIMITER")
    missing = [name for name, required in wanted.items() if required and name not in names]
    twice = [name for name in wanted if names.count(name) > 1]
    # Without a known heading the line may be personal data: show only its shape.
    known = wanted.keys() & set(names)
    foreign = [_shown(name) if known else shape_of(name) for name in head.foreign(wanted)]
    lists = missing, twice, foreign
    return bad_file(
        line,
        (missing or twice)[0],
        "CSV_COLUMN",
        found=_faults("id", lists),
        found_en=_faults("en", lists),
        expected=", ".join(wanted),
    )


def _faults(language: Language, lists: Sequence[Sequence[str]]) -> str:
    words = (phrase(f"list.column.{fault}").of(language) for fault in _FAULTS)
    parts = (
        f"{word}: {', '.join(listed)}" for word, listed in zip(words, lists, strict=True) if listed
    )
    return "; ".join(parts)


def _separator(text: str) -> str:
    """The separator that yields the most valid headings, whoever reads the file."""
    return max(SEPARATORS, key=lambda mark: sum(map(str.isidentifier, _names(text, mark))))


def _names(text: str, separator: str) -> list[str]:
    return [re.sub(r"\s+", "_", cell.strip().lower()) for cell in raw_cells(text, separator)]


def _shown(heading: str) -> str:
    return heading if re.fullmatch(r"[a-z_.#0-9]{1,40}", heading) else shape_of(heading)
