"""Declared pages: a title, columns, rows and acts; routes and HTML follow from the declaration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import APIRouter, Query, Response

from shared.application.context import Context
from shared.database.engine import snapshot, transaction
from shared.desk.edge import HOME, DeskRoute, SignedForm, Visit, Visiting, see
from shared.errors import Refusal
from shared.messages import Language, Phrase, phrase

MAX_CURSOR = 200


@dataclass(frozen=True)
class Row:
    """One line of a page."""

    key: str
    """What an act is given to find it again."""
    cells: Sequence[str | Phrase]
    acts: tuple[str, ...] = ()
    """The names of the acts that this row offers."""


@dataclass(frozen=True)
class Rows:
    """One page of rows, and the cursor of the next one."""

    rows: Sequence[Row]
    next: str | None = None


@dataclass(frozen=True)
class Act:
    """A button: one call of a use case, in one transaction."""

    name: str
    """The last part of its address."""
    label: str
    """The name of a phrase."""
    do: Callable[[Context, str, str], None]
    """Given the row's key and the choice (empty without choices); raises Refusal."""
    scope: str
    choices: Mapping[str, str] | None = None
    """Values that one chooses from, with the names of their phrases."""


@dataclass(frozen=True)
class DeskPage:
    """A page with a table."""

    name: str
    """Its address below `/desk`."""
    title: str
    """The name of a phrase, as each of `columns` is."""
    columns: tuple[str, ...]
    rows: Callable[[Context, str | None], Rows]
    """Given the cursor of the page, None for the first one."""
    scope: str
    acts: tuple[Act, ...] = ()

    @property
    def path(self) -> str:
        """Its address."""
        return f"{HOME}/{self.name}"

    def act(self, name: str) -> Act:
        """The act of a name.

        Raises:
            Refusal: 404 NOT_SERVED.
        """
        for one in self.acts:
            if one.name == name:
                return one
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)


def page_routes(pages: Sequence[DeskPage]) -> APIRouter:
    """The routes of declared pages: GET shows rows, POST `/desk/<page>/<act>` does an act."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for page in pages:
        _add(router, page)
    return router


def _add(router: APIRouter, page: DeskPage) -> None:
    def show(visit: Visiting, after: str | None = Query(None, max_length=MAX_CURSOR)) -> Response:
        return _shown(visit, page, after)

    def act(name: str, signed: SignedForm) -> Response:
        visit, form = signed
        try:
            _do(visit, page.act(name), form)
        except Refusal as refusal:
            return _shown(replace(visit, path=page.path), page, None, refusal)
        return see(page.path)

    router.add_api_route(page.path, show, methods=["GET"])
    router.add_api_route(f"{page.path}/{{name}}", act, methods=["POST"])


def _do(visit: Visit, act: Act, form: Mapping[str, str]) -> None:
    visit.require(act.scope)
    choice = form.get("choice", "")
    if choice not in (act.choices or {"": ""}):
        raise Refusal("CHOICE_UNKNOWN", "choice")
    with transaction(visit.engine) as connection:
        act.do(visit.context(connection), form.get("key", ""), choice)


def _shown(
    visit: Visit, page: DeskPage, after: str | None, refusal: Refusal | None = None
) -> Response:
    visit.require(page.scope)
    with snapshot(visit.engine) as connection:
        found = page.rows(visit.context(connection), after)
    values: dict[str, Any] = {
        "title": phrase(page.title).of(visit.language),
        "columns": [phrase(one).of(visit.language) for one in page.columns],
        "rows": [
            (_in_words(row, visit.language), [_button(visit, page.act(name)) for name in row.acts])
            for row in found.rows
        ],
        "next": found.next,
        "refusal": refusal.in_language(visit.language) if refusal else None,
    }
    return visit.page("page.html", status=refusal.status if refusal else 200, **values)


def _in_words(row: Row, language: Language) -> Row:
    cells = [cell.of(language) if isinstance(cell, Phrase) else cell for cell in row.cells]
    return replace(row, cells=cells)


def _button(visit: Visit, act: Act) -> dict[str, Any]:
    """What the template needs of an act; `allowed` by the account's scopes."""
    choices = {
        value: phrase(name).of(visit.language) for value, name in (act.choices or {}).items()
    }
    label = phrase(act.label).of(visit.language)
    allowed = visit.grant.allows(act.scope)
    return {"name": act.name, "label": label, "choices": choices, "allowed": allowed}
