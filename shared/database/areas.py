"""Conditions on columns that hold region codes."""

from sqlalchemy import Column, ColumnElement, or_


def within(column: Column[str], area: str) -> ColumnElement[bool]:
    """Whether a region lies in an area: the area itself or anything below it."""
    return or_(column == area, column.startswith(area + ".", autoescape=True))
