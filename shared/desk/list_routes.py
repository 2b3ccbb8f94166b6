"""Pages where an office sends a list: which lists there are, and for each a form with a file."""

import os
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends, Request, Response

from shared.application.lists import ListOf
from shared.application.templates import template_of
from shared.desk.draft_view import words_of_problem
from shared.desk.edge import (
    HOME,
    DeskRoute,
    LateVisiting,
    SignInFirst,
    Visit,
    Visiting,
    kept,
    require_own_site,
)
from shared.desk.mending import FileUnread, keep_for_later, keep_upload
from shared.desk.multipart import FileForm, FormReader
from shared.desk.pages import staff
from shared.errors import Refusal
from shared.http.admission import take_turn
from shared.http.csv_upload import MAX_IMPORT_BYTES
from shared.http.endpoints import chunks
from shared.sheets.workbook import MEDIA_TYPE

LISTS, DRAFTS = f"{HOME}/lists", f"{HOME}/drafts"
Lists = Mapping[str, ListOf[Any]]
AT_ONCE_BYTES = 128 * 1024
"""A file of so many bytes is checked while its officer waits; a larger one in the background."""
UNREAD = 422
"""The status of a page that says why a file cannot be read."""


async def file_form(request: Request, visit: LateVisiting) -> AsyncIterator[FileForm]:
    """A dependency: a form with a file that this session was shown; who is not signed in sends none.

    Raises:
        Refusal: FORM_BROKEN, FORM_FOREIGN; 413 and 408 as for every body.
    """
    require_own_site(request)
    reader = FormReader(request.headers.get("content-type", ""))
    with reader.form.file:
        async for chunk in chunks(request, MAX_IMPORT_BYTES):
            reader.feed(chunk)
        await take_turn(request, patient=True)
        form = reader.finish()
        visit.session.require_form(form.fields.get("form_key", ""))
        yield form


def list_routes(lists: Sequence[ListOf[Any]]) -> APIRouter:
    """The routes of declared lists: GET shows the form, POST `/desk/lists/<list>/file` takes a file."""
    router = APIRouter(include_in_schema=False, route_class=DeskRoute)
    known = {one.name: one for one in lists}

    def show_all(visit: Visiting) -> Response:
        return visit.page("lists.html", lists=list_links(visit, lists))

    def show(name: str, visit: Visiting) -> Response:
        return _shown(visit, list_for(visit, known, name))

    def take(
        name: str,
        request: Request,
        visit: LateVisiting,
        form: Annotated[FileForm, Depends(file_form, scope="function")],
    ) -> Response:
        one = list_for(visit, known, name)
        try:
            keep = keep_upload if _size(form.file) <= AT_ONCE_BYTES else keep_for_later
            key = keep(visit.officer, one, form.file, form.file_name)
        except FileUnread as unread:
            return _unread(visit, one, form, unread)
        return kept(request, visit, f"{DRAFTS}/{key}")

    def template(name: str, visit: Visiting) -> Response:
        one = list_for(visit, known, name)
        return download(f"{one.name}.xlsx", template_of(one))

    router.add_api_route(LISTS, show_all, methods=["GET"])
    router.add_api_route(f"{LISTS}/{{name}}/template", template, methods=["GET"])
    router.add_api_route(f"{LISTS}/{{name}}", show, methods=["GET"])
    router.add_api_route(f"{LISTS}/{{name}}/file", take, methods=["POST"])
    return router


def list_for(visit: Visit, lists: Lists, name: str) -> ListOf[Any]:
    """The list of a name, for an account that may send it.

    Raises:
        Refusal: 404 NOT_SERVED, 403 SCOPE_FORBIDDEN.
    """
    if name not in lists or not staff(visit.grant):
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)
    visit.require(lists[name].scope)
    return lists[name]


def download(name: str, workbook: bytes) -> Response:
    """A workbook to save under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(workbook, media_type=MEDIA_TYPE, headers=headers)


def list_links(visit: Visit, lists: Sequence[ListOf[Any]]) -> list[dict[str, str]]:
    """The lists that the account may send."""
    return [
        {
            "path": f"{LISTS}/{one.name}",
            "title": one.title.of(visit.language),
            "help": one.help.of(visit.language),
        }
        for one in lists
        if visit.grant.allows(one.scope) and staff(visit.grant)
    ]


def _size(file: BinaryIO) -> int:
    """The bytes of a file; it is left at its beginning."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


def _unread(visit: Visit, one: ListOf[Any], form: FileForm, unread: FileUnread) -> Response:
    """Why the file is no such list; nothing is shown to a session that has ended."""
    if visit.session.ended:
        raise SignInFirst
    reason = words_of_problem(visit.language, unread.problem)
    return _shown(visit, one, reason, file=form.file_name, status=UNREAD)


def _shown(
    visit: Visit,
    one: ListOf[Any],
    refusal: tuple[str, str] | None = None,
    *,
    file: str = "",
    status: int = 200,
) -> Response:
    columns = [
        {"name": name, "help": one.column(name).of(visit.language), "needed": needed}
        for name, needed in one.columns.items()
    ]
    title, words = one.title.of(visit.language), one.help.of(visit.language)
    return visit.page(
        "list.html", status=status, title=title, help=words, columns=columns,
        path_of_list=f"{LISTS}/{one.name}", refusal=refusal, file=file, days=visit.host.draft_days,
        order="assumed" if visit.host.day_first else "proven",
    )  # fmt: skip
