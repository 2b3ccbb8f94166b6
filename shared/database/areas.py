"""Conditions on columns that hold region codes."""

from sqlalchemy import Column, ColumnElement, or_, true

EVERYWHERE = "*"


def within(column: Column[str], area: str) -> ColumnElement[bool]:
    """The condition that a region is the area itself or lies below it; of `*` every region."""
    if area == EVERYWHERE:
        return true()
    return or_(column == area, column.startswith(area + ".", autoescape=True))
