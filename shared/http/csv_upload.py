"""CSV over HTTP: read rows, answer progress and rejected rows, commit every thousand rows.

    @csv_post(router, "/v1/imports/members", MemberRow, scope="cooperative:write")
    def import_members(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
        '''Import members (nomor_koperasi, nik, nama, ...).'''
        return service.import_members(work.connection, [row.model for row in rows], work.now)

The answer is NDJSON. Committed rows stay when the connection breaks; when the client sends the same
file again, these rows are duplicates.
"""

import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from tempfile import TemporaryFile
from typing import Annotated, Any, BinaryIO, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.csv.rows import BadRow, GoodRow, Notice
from shared.database.faults import described, fault_of
from shared.errors import Refusal
from shared.http.admission import take_turn
from shared.http.auth import require
from shared.http.batches import Outcome
from shared.http.csv_rows import RowsDecided, Save, bad_line
from shared.http.endpoints import Work, check_type, chunks
from shared.http.month_closing import DRY_RUN, EMPTY, PARAMETERS, Closing, MonthCloser, asked_in
from shared.http.problems import field_refusal, problem_responses
from shared.security.tokens import Grant
from shared.sheets import reader as intake

_TRIED: dict[str, Any] = {
    "name": DRY_RUN,
    "in": "query",
    "schema": {"type": "boolean", "default": False},
    "description": "Say what would become of each row, and what it changes; keep nothing",
}
MAX_IMPORT_BYTES = 1024 * 1024 * 1024
NDJSON = "application/x-ndjson"
log = logging.getLogger("lintas.imports")
_TEXT = {"schema": {"type": "string"}}
_REQUEST = {"required": True, "content": {kind: {} for kind in intake.MEDIA_TYPES}}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "Progress, rejects, totals", "content": {NDJSON: _TEXT}},
    **problem_responses(400, 401, 403, 408, 409, 413, 415, 422, 503),
}
ImportFunction = Callable[[Work, list[GoodRow[Any]]], Sequence[Outcome]]
Item = GoodRow[Any] | BadRow | Notice
Function = TypeVar("Function", bound=ImportFunction)


def import_csv(
    engine: Engine,
    stream: BinaryIO,
    row_model: type[BaseModel],
    save: Save,
    columns: Sequence[str] | None = None,
    *,
    called: Mapping[str, str] | None = None,
    closing: Closing | None = None,
    dry_run: bool = False,
    day_first: bool = False,
) -> Iterator[dict[str, Any]]:
    """Read, save and report a file; `save` gives one outcome for each good row it gets.

    `day_first` is that of `shared.csv.reader.read`.
    `called` maps the field names of the HTTP items, which rules use, to the column names of the list.

    Yields reject lines {line, field, code, message, remedy} (with `lines` if the row takes several),
    a progress line {rows, accepted, duplicates, rejected} after each transaction, and {done: true,
    ...totals} last; when the work cannot go on: {done: false, code, message, ...totals}, with
    everything before it kept. Always rows = accepted + duplicates + rejected. A reject line with
    `whole_file` refuses the file and counts no row. A line {notice, message, remedy} names what was
    read differently from what is written; it has `header_line` if lines above the header were skipped.
    With `closing` the last line says as `closing` whether the month is closed, and else why not.
    With `dry_run` nothing is kept; a line {line, changes: [{field, before, after}]} for each row that
    would change what is recorded, `changing` beside the totals, and {dry_run: true} in the last one.
    """
    names = ("rows", "accepted", "duplicates", "rejected", *(("changing",) if dry_run else ()))
    totals = dict.fromkeys(names, 0)
    items: Iterator[Item] = intake.read(stream, row_model, columns, day_first=day_first)
    if closing and closing.asked.nil:
        items = (one for one in items if not _is_empty_file(one))
    whole_file: list[BadRow] = []
    closed: dict[str, Any] = {}
    decided = RowsDecided(engine, save, called or {}, dry_run)
    try:
        while chunk := list(islice(items, decided.at_once)):
            whole_file += (one for one in chunk if isinstance(one, BadRow) and one.whole_file)
            yield from _uncounted_lines(chunk)
            yield from decided.lines(_rows(chunk), totals)
            yield dict(totals)
        if closing:
            closed = closing.finish(totals, whole_file, dry_run=dry_run)
    except Refusal as refusal:
        yield {"done": False, "code": refusal.code, "message": refusal.message} | totals
    except (DBAPIError, PoolTimeout) as error:
        fault = fault_of(error)
        if fault is None:
            raise
        log.warning("import stopped: %s", described(error))
        first, second = fault.message_id, fault.message_en
        stopped = Refusal("DATABASE.import", code=fault.code, fault=first, fault_en=second)
        yield {"done": False, "code": stopped.code, "message": stopped.message} | totals
    else:
        yield {"done": True} | totals | closed | ({"dry_run": True} if dry_run else {})


def _uncounted_lines(chunk: Iterable[Item]) -> Iterator[dict[str, Any]]:
    """Notices and refusals of the whole file: they count no row."""
    for item in chunk:
        if isinstance(item, Notice):
            line = {"notice": item.code, "message": item.message, "remedy": item.remedy}
            yield line | ({"header_line": item.header_line} if item.header_line else {})
        elif isinstance(item, BadRow) and item.whole_file:
            yield bad_line(item) | {"whole_file": True}


def _is_empty_file(item: Item) -> bool:
    """Whether it says that there are no rows, which is what nil says too."""
    return isinstance(item, BadRow) and item.code == EMPTY


def _rows(chunk: Iterable[Item]) -> list[GoodRow[Any] | BadRow]:
    return [
        item
        for item in chunk
        if isinstance(item, GoodRow) or (isinstance(item, BadRow) and not item.whole_file)
    ]


def csv_post(
    router: APIRouter,
    path: str,
    row_model: type[BaseModel],
    *,
    scope: str,
    columns: Sequence[str] | None = None,
    called: Mapping[str, str] | None = None,
    closes: MonthCloser | None = None,
) -> Callable[[Function], Function]:
    """Serve a function that saves good rows; rows are idempotent, so the request needs no key.

    `columns` and `called` are those of `import_csv`; `closes` closes the month of the list.
    """
    asks = _asks(require(scope), closes)

    def register(function: Function) -> Function:
        def endpoint(
            request: Request,
            asked: Annotated[tuple[Grant, Closing | None], Depends(asks)],
            dry_run: Annotated[bool, Depends(_dry_run)],
            stream: Annotated[BinaryIO, Depends(_csv_body)],
        ) -> StreamingResponse:
            state, (grant, closing) = request.app.state, asked

            def save(connection: Connection, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
                return function(Work(connection, grant, state.clock()), rows)

            lines = import_csv(
                state.engine, stream, row_model, save, columns,
                called=called, closing=closing, dry_run=dry_run, day_first=state.day_first,
            )  # fmt: skip
            return StreamingResponse(_ndjson(lines, stream), media_type=NDJSON)

        router.add_api_route(
            path,
            endpoint,
            methods=["POST"],
            name=function.__name__,
            description=function.__doc__,
            response_class=StreamingResponse,
            responses=_ANSWERS,
            openapi_extra={"requestBody": _REQUEST} | _parameters(closes),
        )
        return function

    return register


def _parameters(closes: MonthCloser | None) -> dict[str, Any]:
    return {"parameters": [_TRIED, *(PARAMETERS if closes else ())]}


async def _dry_run(request: Request) -> bool:
    """Whether the address asks only to try; in the loop, for a thread would have to wait its turn."""
    given = request.query_params.getlist(DRY_RUN) or ["false"]
    if len(given) > 1 or given[0] not in ("true", "false"):
        raise field_refusal("FIELD_VALUE", DRY_RUN)
    return given[0] == "true"


def _asks(
    caller: Callable[..., Any], closes: MonthCloser | None
) -> Callable[..., Awaitable[tuple[Grant, Closing | None]]]:
    """A dependency: who sends a file, and which month it is to close; refuses before the file."""

    async def asks(
        request: Request, grant: Annotated[Grant, Depends(caller)]
    ) -> tuple[Grant, Closing | None]:
        state, asked = request.app.state, asked_in(request, closes)
        if closes is None or asked is None:
            return grant, None
        closing = Closing(closes, asked, state.engine, grant, state.clock)
        await run_in_threadpool(closing.require)  # a file without a question waits for no thread
        return grant, closing

    return asks


async def _csv_body(request: Request) -> BinaryIO:
    """The file, spooled to an unlinked temporary file: a slow answer cannot block the upload."""
    check_type(request, *intake.MEDIA_TYPES)
    stream: Any = TemporaryFile()  # noqa: SIM115 - closed when the answer is complete
    try:
        async for chunk in chunks(request, MAX_IMPORT_BYTES):
            stream.write(chunk)
        await take_turn(request, patient=True)  # an upload of an hour must not be refused now
    except BaseException:
        stream.close()
        raise
    stream.seek(0)
    return stream  # type: ignore[no-any-return]


def _ndjson(lines: Iterator[dict[str, Any]], stream: BinaryIO) -> Iterator[bytes]:
    """Encode lines; send them together up to the next progress line."""
    waiting: list[bytes] = []
    with stream:
        for line in lines:
            waiting.append(json.dumps(line, ensure_ascii=False, default=str).encode() + b"\n")
            if "rows" in line:
                yield b"".join(waiting)
                waiting.clear()
    yield b"".join(waiting)
