"""Pages of drafts: the preview, mending, accepting, the rest as a file, deleting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError

from shared.application.lists import ListOf
from shared.database.engine import snapshot
from shared.desk import drafts, mending
from shared.desk.accepting import accept
from shared.desk.closing import Closing
from shared.desk.draft_view import Asked, listed, seen
from shared.desk.drafts import Draft
from shared.desk.edge import DeskRoute, Form, LateVisiting, SignedForm, Visit, Visiting, kept, see
from shared.desk.list_routes import DRAFTS, LISTS, Lists, download, list_for
from shared.desk.mending import Mend
from shared.desk.rest import rest_of
from shared.errors import Refusal
from shared.http.month_closing import AskedClosing

_MOST_LINE = 2**31 - 1
_OTHERS = ("DRAFT_CHANGED", "DRAFT_BUSY")
"""Others were quicker: the page shows what they did."""


def draft_routes(lists: Sequence[ListOf[Any]]) -> APIRouter:
    """The routes of drafts of these lists."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    known = {one.name: one for one in lists}
    path = f"{DRAFTS}/{{key}}"
    for address, method, endpoint in (
        (DRAFTS, "GET", _all(known)),
        (path, "GET", _show(known)),
        (f"{path}/rest", "GET", _rest(known)),
        (f"{path}/mend", "POST", _mend(known)),
        (f"{path}/accept", "POST", _change(known, _accepted)),
        (f"{path}/stop", "POST", _stop(known)),
        (f"{path}/delete", "POST", _change(known, _deleted)),
    ):
        router.add_api_route(address, endpoint, methods=[method])
    return router


def _all(lists: Lists) -> Callable[..., Response]:
    def endpoint(visit: Visiting) -> Response:
        return visit.page("drafts.html", drafts=listed(visit, lists))

    return endpoint


def _show(lists: Lists) -> Callable[..., Response]:
    def endpoint(
        visit: Visiting,
        key: str,
        rows: str = Query("", max_length=10),
        after: int = Query(0, ge=0, le=_MOST_LINE),
    ) -> Response:
        one, draft = _found(visit, lists, key)
        return _page(visit, one, draft, Asked(rows, after))

    return endpoint


def _mend(lists: Lists) -> Callable[..., Response]:
    def endpoint(request: Request, key: str, form: Form, visit: LateVisiting) -> Response:
        visit.session.require_form(form.get("form_key", ""))
        one, draft = _found(visit, lists, key)
        mends = mends_of(one, form)
        try:
            mending.mend(visit.officer, one, draft.id, _version(form), mends)
        except Refusal as refusal:
            if refusal.name not in _OTHERS or visit.session.ended:
                raise
            return _changed(visit, lists, key, refusal, mends)
        return kept(request, visit, _path(draft))

    return endpoint


def _change(
    lists: Lists, do: Callable[[Visit, ListOf[Any], Draft, Mapping[str, str]], str]
) -> Callable[..., Response]:
    def endpoint(key: str, signed: SignedForm) -> Response:
        visit, form = signed
        one, draft = _found(visit, lists, key)
        try:
            return see(do(visit, one, draft, form))
        except Refusal as refusal:
            if refusal.name not in _OTHERS:
                raise
            return _changed(visit, lists, key, refusal)

    return endpoint


def _accepted(visit: Visit, one: ListOf[Any], draft: Draft, form: Mapping[str, str]) -> str:
    accept(visit.officer, one, draft.id, _version(form), _closing(form))
    return _path(draft)


def _deleted(visit: Visit, _one: ListOf[Any], draft: Draft, form: Mapping[str, str]) -> str:
    mending.delete(visit.officer, draft.id, _version(form))
    return DRAFTS


def _stop(lists: Lists) -> Callable[..., Response]:
    """What works on the draft ends; a draft whose file was still being checked is gone."""

    def endpoint(key: str, signed: SignedForm) -> Response:
        visit, _ = signed
        _, draft = _found(visit, lists, key)
        stays = mending.stop(visit.officer, draft.id)
        return see(_path(draft) if stays else DRAFTS)

    return endpoint


def _closing(form: Mapping[str, str]) -> Closing | None:
    """The month that a form asks to close, as `35.09/2026-06`."""
    asked = form.get("closing", "")
    if not asked:
        return None
    district, _, month = asked.partition("/")
    try:
        one = AskedClosing(closes=month, area=district, nil="nil" in form)
    except ValidationError:
        raise Refusal("CHOICE_UNKNOWN", "closing") from None
    return Closing(one.closes, one.area, one.nil)


def _rest(lists: Lists) -> Callable[..., Response]:
    def endpoint(visit: Visiting, key: str) -> Response:
        one, draft = _found(visit, lists, key)
        return download(f"{one.name}-{draft.id}.xlsx", rest_of(visit, one, draft))

    return endpoint


def mends_of(one: ListOf[Any], form: Mapping[str, str]) -> dict[int, Mend]:
    """What a person did to the rows that a form shows; other fields of it are not looked at."""
    found: dict[int, Mend] = {}
    for name, value in form.items():
        line, _, what = name.partition(".")
        if not (line.isascii() and line.isdigit() and len(line) < len(str(_MOST_LINE))):
            continue
        before = found.get(int(line), Mend({}))
        if what.startswith("cell.") and what[5:] in one.columns:
            cells = {**before.cells, what[5:]: " ".join(value.split())}
            found[int(line)] = replace(before, cells=cells)
        elif what == "compared":
            found[int(line)] = replace(before, compared=True)
        elif what == "dropped":
            found[int(line)] = replace(before, dropped=True)
    return found


def _found(visit: Visit, lists: Lists, key: str) -> tuple[ListOf[Any], Draft]:
    """A draft of the visitor's office, and its list, which the account may send."""
    try:
        wanted = UUID(key)
    except ValueError:
        raise Refusal("DRAFT_GONE") from None
    with snapshot(visit.engine) as connection:
        draft = drafts.find(connection, visit.host.keys.cipher, wanted, visit.office)
    return list_for(visit, lists, draft.list), draft


def _changed(
    visit: Visit, lists: Lists, key: str, refusal: Refusal, mends: Mapping[int, Mend] | None = None
) -> Response:
    """The draft as somebody else left it, with what this person filled in."""
    one, draft = _found(visit, lists, key)
    return _page(visit, one, draft, Asked(typed=mends), refusal)


def _page(
    visit: Visit, one: ListOf[Any], draft: Draft, asked: Asked, refusal: Refusal | None = None
) -> Response:
    reason = refusal.in_language(visit.language) if refusal else None
    values = seen(visit, one, draft, asked) | {"refusal": reason, "target": _path(draft)}
    status = refusal.status if refusal else 200
    return visit.page("draft.html", status=status, upload=f"{LISTS}/{one.name}", **values)


def _path(draft: Draft) -> str:
    return f"{DRAFTS}/{draft.id}"


def _version(form: Mapping[str, str]) -> int:
    given = form.get("version", "")
    return (
        int(given)
        if given.isascii() and given.isdigit() and len(given) < len(str(_MOST_LINE))
        else 0
    )
