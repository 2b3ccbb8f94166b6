"""What a declared page shows: areas to choose from, cells in one language, a download."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from shared.application.context import Context
from shared.desk.edge import Visit
from shared.desk.pages import (
    Act,
    Asked,
    Cell,
    DeskPage,
    Row,
    Rows,
)
from shared.errors import Refusal
from shared.messages import Language, Words, phrase
from shared.regions import RegionKind, level
from shared.security.tokens import ANYWHERE
from shared.sheets.workbook import table as workbook

MOST_DOWNLOADED = 10_000
DOWNLOAD_ROWS = 500
MONTHS_SHOWN = 24
NOTHING = "–"
_MOST_TITLE = 31
"""Characters of a sheet's name."""
Opened = Mapping[str, Mapping[str, str]]
"""By row and column what a masked cell says."""


def areas_of(context: Context) -> list[tuple[str, str]]:
    """What one may choose as area: those of the account, and the kecamatan in its kabupaten."""
    regions, found = context.regions, list[str]()
    for area in context.grant.areas:
        if area == ANYWHERE:
            kinds = RegionKind.REGENCY, RegionKind.CITY
            found += [ANYWHERE, *(code for code in regions.codes() if regions.kind(code) in kinds)]
        elif regions.exists(area):
            found += [area, *(regions.children(area) if level(area) <= 2 else ())]  # noqa: PLR2004 - kabupaten
    return [(code, "" if code == ANYWHERE else regions.name(code)) for code in dict.fromkeys(found)]


def chosen_area(context: Context, area: str) -> str:
    """The area that was chosen, else the account's first one.

    Raises:
        Refusal: 403 AREA_FORBIDDEN.
    """
    wanted = area or context.grant.areas[0]
    if not context.may_act_in(wanted):
        raise Refusal("AREA_FORBIDDEN", "area")
    return wanted


def months_before(today: date) -> list[str]:
    """This month and those before it, the latest first."""
    last = today.year * 12 + today.month - 1
    return [f"{n // 12}-{n % 12 + 1:02}" for n in range(last, last - MONTHS_SHOWN, -1)]


def opened(visit: Visit, page: DeskPage, context: Context, keys: Sequence[str]) -> Opened:
    """What the masked cells of these rows say.

    Raises:
        Refusal: the account's scopes do not permit it, or the page has none.
    """
    if page.reveal is None:
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)
    visit.require(page.reveal.scope)
    return page.reveal.show(context, keys)


def table(visit: Visit, page: DeskPage, found: Rows, known: Opened) -> dict[str, Any]:
    """What the template needs of a page and its rows."""
    language = visit.language
    may_open = page.reveal is not None and visit.grant.allows(page.reveal.scope)
    return {
        "title": phrase(page.title).of(language),
        "help": phrase(page.help).of(language) if page.help else "",
        "notes": [text_of(one, language) for one in found.notes],
        "search": phrase(page.search).of(language) if page.search else "",
        "columns": [phrase(one).of(language) for one in page.columns],
        "rows": [
            {
                "key": row.key,
                "link": row.link,
                "cells": _texts(page, row, known, language),
                "acts": [_button(visit, page.act(name)) for name in row.acts],
                "masked": may_open and row.key not in known,
            }
            for row in found.rows
        ],
        "may_open": may_open,
        "works": bool(page.acts),
    }


def downloaded(
    visit: Visit, page: DeskPage, context: Context, asked: Asked, *, reveal: bool
) -> bytes:
    """The page as a workbook from the first row on, at most MOST_DOWNLOADED; every cell is text."""
    return workbook(page.name[:_MOST_TITLE], _lines(visit, page, context, asked, reveal=reveal))


def _lines(
    visit: Visit, page: DeskPage, context: Context, asked: Asked, *, reveal: bool
) -> Iterator[Sequence[str]]:
    """The names of the columns, then the cells of each row, in the visitor's language."""
    language = visit.language
    yield [phrase(one).of(language) for one in page.columns]
    for rows in _all_rows(page, context, asked):
        known = opened(visit, page, context, [row.key for row in rows]) if reveal else {}
        yield from (_texts(page, row, known, language) for row in rows)


def _all_rows(page: DeskPage, context: Context, asked: Asked) -> Iterator[Sequence[Row]]:
    asked, count = replace(asked, after=None, limit=DOWNLOAD_ROWS), 0
    while count < MOST_DOWNLOADED:
        found = page.rows(context, asked)
        yield found.rows
        count += len(found.rows)
        if found.next is None:
            return
        asked = replace(asked, after=found.next)


def _texts(page: DeskPage, row: Row, known: Opened, language: Language) -> list[str]:
    says = known.get(row.key, {})
    return [
        text_of(says.get(column, cell), language)
        for column, cell in zip(page.columns, row.cells, strict=True)
    ]


def text_of(cell: Cell, language: Language) -> str:
    """A cell as it is shown in a language."""
    if isinstance(cell, Words):
        values = {name: _value(value, language) for name, value in cell.values.items()}
        return phrase(cell.name).of(language, **values)
    return str(_plain(cell, language))


def _value(value: object, language: Language) -> object:
    """What replaces a name in a text: words of its own, or a plain value."""
    return text_of(value, language) if isinstance(value, Words) else _plain(value, language)


def _plain(value: object, language: Language) -> object:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}" if language == "id" else value.isoformat()
    return value


def _button(visit: Visit, act: Act) -> dict[str, Any]:
    """What the template needs of an act; `allowed` to this person."""
    language = visit.language
    return {
        "name": act.name,
        "label": phrase(act.label).of(language),
        "choices": {
            value: phrase(name).of(language) for value, name in (act.choices or {}).items()
        },
        "dated": act.dated,
        "text": phrase(act.text).of(language) if act.text else "",
        "allowed": act.open_to(visit.grant),
    }
