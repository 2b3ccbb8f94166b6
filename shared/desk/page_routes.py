"""The routes of declared pages.

GET shows rows, GET `.xlsx` downloads them; POST `/desk/<page>/show` opens masked cells, `/xlsx` downloads
with them, `/<act>` does an act. The filters are in the address of each, so that one comes back to where
one was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Response

from shared.application.context import Context
from shared.database.engine import transaction
from shared.desk.edge import DeskRoute, SignedForm, Visit, Visiting, see
from shared.desk.page_tables import areas_of, chosen_area, downloaded, months_before, opened, table
from shared.desk.pages import Act, Asked, DeskPage, Given
from shared.errors import Refusal
from shared.messages import phrase
from shared.sheets.workbook import MEDIA_TYPE

MAX_CURSOR, MAX_FIND = 200, 40
MOST_SHOWN = "*"
"""The key that opens every row of the page."""


def page_routes(pages: Sequence[DeskPage]) -> APIRouter:
    """The routes of these pages."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    for page in pages:
        _add(router, page)
    return router


def _filters(
    area: Annotated[str, Query(max_length=13)] = "",
    month: Annotated[str, Query(pattern=r"^(2\d{3}-(0[1-9]|1[0-2]))?$")] = "",
    after: Annotated[str | None, Query(max_length=MAX_CURSOR)] = None,
    find: Annotated[str, Query(max_length=MAX_FIND)] = "",
) -> Asked:
    return Asked(area, after, month, find.strip())


Filters = Annotated[Asked, Depends(_filters)]


def _add(router: APIRouter, page: DeskPage) -> None:
    def show(visit: Visiting, asked: Filters, done: str = Query("", max_length=40)) -> Response:
        return _shown(visit, page, asked, done=done)

    def download(visit: Visiting, asked: Filters) -> Response:
        return _downloaded(visit, page, asked, reveal=False)

    def act(name: str, signed: SignedForm, asked: Filters) -> Response:
        visit, form = signed
        visit = replace(visit, path=page.path)
        if name == "xlsx":
            return _downloaded(visit, page, asked, reveal=True)
        if name == "show":
            return _shown(visit, page, asked, show=form.get("key", ""))
        try:
            _do(visit, page, page.act(name), form)
        except Refusal as refusal:
            return _shown(visit, page, asked, refusal)
        return see(f"{page.path}?{_query(asked, done=name)}")

    router.add_api_route(page.path, show, methods=["GET"])
    router.add_api_route(f"{page.path}.xlsx", download, methods=["GET"])
    router.add_api_route(f"{page.path}/{{name}}", act, methods=["POST"])


def _do(visit: Visit, page: DeskPage, act: Act, form: Mapping[str, str]) -> None:
    _require_open(visit, page)
    visit.require(act.scope)
    if not act.offered(visit.grant):
        raise Refusal("OFFICE_ONLY")
    choice = form.get("choice", "")
    if choice not in (act.choices or {"": ""}):
        raise Refusal("CHOICE_UNKNOWN", "choice")
    with transaction(visit.engine) as connection:
        context = visit.context(connection)
        day = _day(form.get("day", "")) if act.dated else context.today
        text = form.get("text", "").strip() if act.text else ""
        act.do(context, Given(form.get("key", ""), choice, day, text))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("FIELD_VALUE.field", "day", code="FIELD_VALUE") from None


def _require_open(visit: Visit, page: DeskPage) -> None:
    visit.require(page.scope)
    if not page.offered(visit.grant):
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)


def _shown(
    visit: Visit,
    page: DeskPage,
    asked: Asked,
    refusal: Refusal | None = None,
    *,
    show: str = "",
    done: str = "",
) -> Response:
    """The page; `show` is the key of a row whose masked cells are opened, or all of them."""
    _require_open(visit, page)
    with transaction(visit.engine) as connection:
        context = visit.context(connection)
        asked = _completed(page, asked, context)
        found = page.rows(context, asked)
        keys = [row.key for row in found.rows if show in (row.key, MOST_SHOWN)]
        known = opened(visit, page, context, keys) if keys and show else {}
        values = table(visit, page, found, known) | {
            "areas": areas_of(context) if page.areas else [],
            "months": months_before(context.today) if page.months else (),
            "today": context.today.isoformat(),
        }
    query = _query(asked)
    values |= {
        "asked": asked,
        "query": query,
        "next_query": _query(replace(asked, after=found.next)) if found.next else "",
        "first_query": _query(replace(asked, after=None)) if asked.after else "",
        "done": _label(visit, page, done),
        "refusal": refusal.in_language(visit.language) if refusal else None,
    }
    return visit.page("page.html", status=refusal.status if refusal else 200, **values)


def _completed(page: DeskPage, asked: Asked, context: Context) -> Asked:
    """The filters with what was not chosen."""
    month = asked.month or f"{context.today:%Y-%m}" if page.months else ""
    return replace(asked, area=chosen_area(context, asked.area), month=month)


def _label(visit: Visit, page: DeskPage, name: str) -> str:
    """What was done, by the name in the address; nothing for a name of no act."""
    for act in page.acts:
        if act.name == name:
            return phrase(act.label).of(visit.language)
    return ""


def _downloaded(visit: Visit, page: DeskPage, asked: Asked, *, reveal: bool) -> Response:
    _require_open(visit, page)
    with transaction(visit.engine) as connection:
        context = visit.context(connection)
        asked = _completed(page, asked, context)
        content = downloaded(visit, page, context, asked, reveal=reveal)
    name = f"{page.name}-{asked.area}-{context.today.isoformat()}.xlsx".replace("*", "semua")
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def _query(asked: Asked, **more: str) -> str:
    known = {
        "area": asked.area,
        "month": asked.month,
        "after": asked.after or "",
        "find": asked.find,
    } | more
    return urlencode({name: value for name, value in known.items() if value})
