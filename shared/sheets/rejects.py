"""The refused rows of a workbook as a workbook: text columns, ready to be mended and sent again."""

from collections.abc import Mapping
from tempfile import TemporaryFile
from typing import BinaryIO

from shared.csv.rejects import reject_rows
from shared.csv.rows import REJECT_COLUMNS, BadRow
from shared.messages import phrase
from shared.sheets.reader import PACKED, as_csv
from shared.sheets.workbook import table


def is_workbook(stream: BinaryIO) -> bool:
    """Whether a file is a workbook, by its first bytes; it is read from its beginning again."""
    start = stream.read(len(PACKED))
    stream.seek(0)
    return start == PACKED


def reject_workbook(
    source: BinaryIO,
    refused: Mapping[int, BadRow],
    wanted: Mapping[str, bool],
    header_line: int = 0,
) -> bytes:
    """The refused rows, the columns of a reject file before their own cells, the wrong cell marked.

    `source` is a real file; `wanted` are the columns of its list, by which its sheet is found. Cells are
    text as the reader saw them: a number that a spreadsheet rounded is shown as rounded.
    """
    with TemporaryFile() as spooled:
        as_csv(source, spooled, wanted)
        spooled.seek(0)
        name = phrase("list.template.rejected").id
        place = REJECT_COLUMNS.index("kolom_salah")
        return table(name, reject_rows(spooled, refused, header_line), naming=place)
