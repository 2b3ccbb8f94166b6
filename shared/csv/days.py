"""Read days and months as offices write them; `03/01/2026` is a day only in a proven order."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

from pydantic import BaseModel

_MONTHS = [
    "januari",
    "februari",
    "maret",
    "april",
    "mei",
    "juni",
    "juli",
    "agustus",
    "september",
    "oktober",
    "november",
    "desember",
]
_NAMED = re.compile(rf"(\d{{1,2}})[ -]({'|'.join(_MONTHS)})[ -](\d{{4}})", re.ASCII | re.IGNORECASE)
_NUMBERED = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_NAMED_MONTH = re.compile(rf"({'|'.join(_MONTHS)})[ -](\d{{4}})", re.ASCII | re.IGNORECASE)
_NUMBERED_MONTH = re.compile(r"(\d{1,2})[/.-](\d{4})", re.ASCII)
_FIRST_DAY = re.compile(r"(\d{4})-(\d{2})-01", re.ASCII)
MAY_BE_DAY = re.compile(rb"(?<![\d.])\d{1,2}([/.-])\d{1,2}\1\d{4}(?![\d.])")
"""A line without this proves nothing; a region code, 35.09.30.2009, is not one."""
_TWELVE = 12


@cache
def day_columns(row_model: type[BaseModel]) -> tuple[str, ...]:
    """The columns whose schema takes a day."""
    properties = row_model.model_json_schema()["properties"]
    return tuple(name for name, schema in properties.items() if any(map(_is_day, _all(schema))))


def proven(
    rows: Iterable[Mapping[str, str]], columns: Sequence[str], *, assumed: bool = False
) -> frozenset[str]:
    """The columns whose days are written day first, as the file itself proves.

    A day above 12 that comes first proves it for its column, and for the whole file while nowhere in the
    file a number above 12 comes second. A column in which one does is proven by nothing. `assumed`: the
    office writes day first; a file without any such number then needs no proof.
    """
    day_first: set[str] = set()
    month_first: set[str] = set()
    for row in rows:
        for column in columns:
            if found := _NUMBERED.fullmatch(row.get(column, "")):
                first, _, second, year = found.groups()
                if int(first) > _TWELVE and _iso(first, int(second), year):
                    day_first.add(column)
                elif int(second) > _TWELVE:
                    month_first.add(column)
    whole_file = (day_first or assumed) and not month_first
    return frozenset(columns if whole_file else day_first - month_first)


def iso_day(text: str, *, day_first: bool) -> str:
    """The day as YYYY-MM-DD; any text that is no certain day comes back as it is."""
    if found := _NAMED.fullmatch(text):
        day, month, year = found.groups()
        return _iso(day, _MONTHS.index(month.lower()) + 1, year) or text
    if day_first and (found := _NUMBERED.fullmatch(text)):
        day, _, number, year = found.groups()
        return _iso(day, int(number), year) or text
    return text


def iso_month(text: str) -> str:
    """The month as YYYY-MM; any text that is no certain month comes back as it is.

    The first day of a month is what spreadsheets make of one.
    """
    if found := _NAMED_MONTH.fullmatch(text):
        name, year = found.groups()
        return f"{year}-{_MONTHS.index(name.lower()) + 1:02}"
    if found := _NUMBERED_MONTH.fullmatch(text):
        number, year = found.groups()
        return f"{year}-{int(number):02}"
    return "-".join(found.groups()) if (found := _FIRST_DAY.fullmatch(text)) else text


def _iso(day: str, month: int, year: str) -> str:
    with suppress(ValueError):
        return date(int(year), month, int(day)).isoformat()
    return ""


def _all(schema: Any) -> Iterator[Mapping[str, Any]]:
    yield schema
    for inner in schema.get("anyOf", ()):
        yield from _all(inner)


def _is_day(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "date"
