"""Render reason and remedy of a code in both languages."""

from collections.abc import Mapping

from pydantic_core import PydanticCustomError

from shared.messages import catalogue

_SHAPE = 24


MARKS = frozenset({"CSV_QUOTE", "CSV_ENCODING", "CSV_LINE_TOO_LONG", "NUMBER_ROUNDED"})
"""Codes of rows that may be wrong although their form is right: a person must check them."""


def problem(code: str, **context: str | int) -> PydanticCustomError:
    """The error that a field's validator raises; the reader turns it into a bad row."""
    return PydanticCustomError(code, "{detail}", {"detail": code, **context})


def name_of(code: str) -> str:
    """The name of a code's message; one that has none of its own has that of a wrong form."""
    name = f"{code}.row"
    return name if name in catalogue() else "FIELD_FORMAT.row"


def render(code: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Reason and remedy of a code, Indonesian with the English beside."""
    text = catalogue()[name_of(code)]
    return text.message(context), text.remedy(context)


def render_row(code: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Render a row's code; for a marked code add how to remove the mark in the reject file."""
    if code not in MARKS:
        return render(code, context)
    reason, remedy = render(code, context)
    halves = zip(remedy.split(" / "), render_marked(code)[1].split(" / "), strict=True)
    return reason, " / ".join(f"{own}; {unmark}" for own, unmark in halves)


def render_marked(code: str) -> tuple[str, str]:
    """Reason and remedy for a row of a reject file that still has its mark."""
    return render("MARKED", {"code": code})


def shape_of(value: object) -> str:
    """The shape of a value without its content: digits as 9, letters as a, at most 24 characters."""
    text = str(value)
    marks = (
        "9" if c.isdigit() else "a" if c.isalpha() else c if c in " ./,+-:" else "?"
        for c in text[:_SHAPE]
    )
    return "".join(marks) + ("..." if len(text) > _SHAPE else "") or "kosong"
