"""Cells that say that their value is lost: results of broken formulas, and what a workbook does not have."""

from collections.abc import Mapping

MERGED, UNCOMPUTED = "#GABUNG!", "#RUMUS!"
"""What the reader of workbooks writes into a cell that lies under a merged one, and into one whose formula
nobody has computed: empty they would look as if nothing had been meant."""
ERRORS = (
    "#N/A", "#DIV/0!", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!",
    "#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#GETTING_DATA",
)  # fmt: skip
"""What spreadsheets write where a formula has no result, also into the CSV files that they make."""
_CODES: Mapping[str, str] = {
    **dict.fromkeys(ERRORS, "CELL_ERROR"),
    MERGED: "CELL_MERGED",
    UNCOMPUTED: "CELL_UNCOMPUTED",
}


def lost_cells(raw: Mapping[str, str]) -> list[tuple[str, str]]:
    """Columns of a row whose value is lost, each with the code that says how."""
    return [(name, _CODES[cell]) for name, cell in raw.items() if cell in _CODES]
