"""A service's desk together with its HTTP doors: facts come in by HTTP and are worked at the desk."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.testclient import TestClient
from python_calamine import CalamineWorkbook
from sqlalchemy import MetaData

from shared.application.context import Keys
from shared.desk.accounts import Role
from shared.desk.desk import Desk
from shared.security.tokens import issue
from shared.service.card import Card
from tests.kit.desk import Browser, DeskDoor, open_desk
from tests.kit.door import ANYONE, NOW, Door


@dataclass
class Office:
    """A desk, its doors for everybody, and its keys."""

    desk: DeskDoor
    door: Door

    @property
    def keys(self) -> Keys:
        """The keys of the service."""
        return self.desk.host.keys

    def signed_in(self, login: str, role: Role, area: str = "35.09", subject: str = "") -> Browser:
        """The browser of a new account."""
        self.desk.account(login, role=role, areas=(area,), subject=subject)
        browser = self.desk.browser()
        assert browser.sign_in(login).status_code == 200
        return browser


def open_office(
    folder: Path,
    card: Card,
    metadata: MetaData,
    desk: Desk,
    routers: Callable[[Keys], Sequence[APIRouter]],
) -> Office:
    """The desk and the doors on one fresh database."""
    made = open_desk(folder, card, metadata, desk)
    for router in routers(made.host.keys):
        made.api.include_router(router)
    scopes = [f"{card.name}:write", f"{card.name}:read"]
    end = NOW + timedelta(days=30)
    path = folder / "keys" / card.name / "tokens.json"
    tokens = {
        name: issue(path, name=f"{name}-2", agency=card.agency, scopes=scopes, areas=[area], expires=end)
        for name, area in ((ANYONE, "*"), ("jember", "35.09"))
    }  # fmt: skip
    return Office(
        made, Door(TestClient(made.api, raise_server_exceptions=False), made.engine, tokens)
    )


def lines(page: str) -> list[list[str]]:
    """The cells of each row of a page's table, without the acts, by the first one."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cell = re.compile(r"<t[hd](?: scope=\"row\"| data-label=\"[^\"]*\")>(.*?)</t[hd]>")
    texts = ([re.sub(r"<[^>]+>", "", one) for one in cell.findall(row)] for row in rows)
    return sorted([unescape(one) for one in row] for row in texts)


def cells_of(content: bytes) -> list[list[Any]]:
    """The cells of a downloaded workbook, as a spreadsheet takes them: texts, numbers, days."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def acts(page: str) -> list[str]:
    """The names of the acts that a page offers, row by row."""
    found = re.findall(r'class="act" method="post" action="/desk/[a-z-]+/([a-z]+)\?', page)
    return [one for one in found if one != "show"]
