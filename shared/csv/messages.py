"""Render reason and remedy of a code in both languages."""

from collections.abc import Mapping

from pydantic_core import PydanticCustomError

from shared.csv.texts import TEXTS

_SHAPE = 24


MARKS = frozenset({"CSV_QUOTE", "CSV_ENCODING", "CSV_LINE_TOO_LONG", "NUMBER_ROUNDED"})
"""Codes of rows that may be wrong although their form is right: a person must check them."""
_UNMARK = (
    "; dalam berkas penolakan: periksa semua isi baris ini, lalu kosongkan kolom kode",
    "; in the reject file: check every cell of this row, then empty its column kode",
)
_STILL_MARKED = (
    "baris ini masih bertanda {code} dari berkas penolakan",
    "this row still has its mark {code} of the reject file",
)


def problem(code: str, **context: str | int) -> PydanticCustomError:
    """The error that a field's validator raises; the reader turns it into a bad row."""
    return PydanticCustomError(code, "{detail}", {"detail": code, **context})


def render(code: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Reason and remedy of a code, Indonesian with the English beside."""
    text = TEXTS.get(code, TEXTS["FIELD_FORMAT"])
    known = _Known(context)
    reason = f"{text.reason.format_map(known)} / {text.reason_en.format_map(known)}"
    return reason, f"{text.remedy.format_map(known)} / {text.remedy_en.format_map(known)}"


def render_row(code: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Render a row's code; for a marked code add how to remove the mark in the reject file."""
    if code not in MARKS:
        return render(code, context)
    reason, remedy = render(code, context)
    first, second = remedy.split(" / ")
    return reason, f"{first}{_UNMARK[0]} / {second}{_UNMARK[1]}"


def render_marked(code: str) -> tuple[str, str]:
    """Reason and remedy for a row of a reject file that still has its mark."""
    reason = " / ".join(part.format(code=code) for part in _STILL_MARKED)
    return reason, " / ".join(part.removeprefix("; ") for part in _UNMARK)


def shape_of(value: object) -> str:
    """The shape of a value without its content: digits as 9, letters as a, at most 24 characters."""
    text = str(value)
    marks = (
        "9" if c.isdigit() else "a" if c.isalpha() else c if c in " ./,+-:" else "?"
        for c in text[:_SHAPE]
    )
    return "".join(marks) + ("..." if len(text) > _SHAPE else "") or "kosong"


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "-"
