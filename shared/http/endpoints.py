"""How every change over HTTP runs: token, body, Idempotency-Key, one transaction, answer.

router = APIRouter(tags=["memberships"])

@items_post(router, "/v1/memberships/applications", Application, scope="cooperative:write")
def apply_for_membership(work: Work, items: list[Application]) -> Sequence[Outcome]:
    '''Record applications for membership.'''
    return service.apply_for_membership(work.connection, items, work.grant, work.now)
"""

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import BaseModel, TypeAdapter
from sqlalchemy import Connection

from shared.database.engine import snapshot, transaction
from shared.errors import Refusal
from shared.http.admission import take_turn
from shared.http.auth import require
from shared.http.batches import Items, Outcome, read_items
from shared.http.idempotency import KEY_PARAMETER, Answer, claim_for, once
from shared.http.json_body import validate
from shared.http.openapi import plain_text
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

MAX_BODY_BYTES = 2 * 1024 * 1024
BODY_TIMEOUT_SECONDS = 10.0
"""The longest pause within a body, and the time a body gets on top of its pace."""
BODY_BYTES_A_SECOND = 4096
"""The slowest pace of a body: a body of 2 MiB may take nine minutes, one of 1 kB ten seconds."""
Body = TypeVar("Body", bound=BaseModel)
ItemsFunction = Callable[["Work", list[Body]], Sequence[Outcome]]
ChangeFunction = Callable[["Work", Body], BaseModel | dict[str, Any]]
Prepare = Callable[[Grant, datetime], object]
"""Long work before the transaction of a change, so that nobody waits for its locks; it may refuse."""


@dataclass(frozen=True)
class Work:
    """What a change needs: its transaction, the caller's grant, and the time of the request."""

    connection: Connection
    grant: Grant
    now: datetime


def reading(request: Request) -> Iterator[Connection]:
    """A dependency of GET endpoints: a snapshot of the service's database."""
    with snapshot(request.app.state.engine) as connection:
        yield connection


Reading = Annotated[Connection, Depends(reading, scope="function")]
"""That snapshot, released before the answer is sent, so that a slow client holds no connection."""


def items_post(
    router: APIRouter, path: str, item: type[Body], *, scope: str, own: bool = False
) -> Callable[[ItemsFunction[Body]], ItemsFunction[Body]]:
    """Serve a function that takes the valid items of a batch and returns one outcome for each.

    `own` is that of `require`.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(Items[item])  # type: ignore[valid-type]

    def register(function: ItemsFunction[Body]) -> ItemsFunction[Body]:
        def work_on(request: Request, grant: Grant, body: bytes, key: str | None) -> Response:
            batch = read_items(adapter, body)
            return _change(
                request,
                grant,
                body,
                key,
                lambda work: {"results": batch.results(function(work, batch.items))},
            )

        _register(
            router, path, function, work_on,
            adapter=adapter, answer=RESULTS_SCHEMA, scope=scope, own=own,
        )  # fmt: skip
        return function

    return register


def change_post(
    router: APIRouter,
    path: str,
    model: type[Body],
    *,
    scope: str,
    answers: type[BaseModel] | None = None,
    prepare: Prepare = lambda _grant, _now: None,
    status: int = 200,
    own: bool = False,
) -> Callable[[ChangeFunction[Body]], ChangeFunction[Body]]:
    """Serve a function that takes one body and returns the answer (a model or a JSON object).

    `status` 202 says that the change is noted and carried out later; `own` is that of `require`.
    """
    adapter = TypeAdapter(model)
    schema = (
        {"type": "object"} if answers is None else _schema(TypeAdapter(answers), "serialization")
    )

    def register(function: ChangeFunction[Body]) -> ChangeFunction[Body]:
        def work_on(request: Request, grant: Grant, body: bytes, key: str | None) -> Response:
            content = validate(adapter, body)
            prepare(grant, request.app.state.clock())
            return _change(request, grant, body, key, lambda work: function(work, content), status)

        _register(
            router, path, function, work_on,
            adapter=adapter, answer=schema, scope=scope, status=status, own=own,
        )  # fmt: skip
        return function

    return register


def _change(
    request: Request,
    grant: Grant,
    body: bytes,
    key: str | None,
    change: Callable[[Work], Any],
    status: int = 200,
) -> Response:
    """Claim the key, make the change and store the answer, in one transaction."""
    state = request.app.state
    claim = claim_for(grant.name, key, request.method, request.url.path, body)
    with transaction(state.engine) as connection:
        work = Work(connection, grant, state.clock())
        answer = once(connection, claim, work.now, lambda: Answer(status, _encode(change(work))))
    headers = {"Idempotent-Replay": "true"} if answer.replayed else {}
    return Response(answer.body, answer.status, headers, media_type="application/json")


def _encode(content: Any) -> bytes:
    if isinstance(content, BaseModel):
        return content.model_dump_json().encode()
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), default=str).encode()


async def json_body(request: Request) -> bytes:
    """The bytes of a JSON body: right type, not compressed, within the limit, in time."""
    check_type(request, "application/json")
    content = bytearray()
    async for chunk in chunks(request, MAX_BODY_BYTES):
        content += chunk
    await take_turn(request)
    return bytes(content)


async def chunks(request: Request, limit: int) -> Any:
    """Yield the body chunk by chunk.

    Raises:
        Refusal: 413 BODY_TOO_LARGE; 408 BODY_TIMEOUT when nothing arrives for ten seconds, or the
            body as a whole is slower than the slowest pace.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared[:20]) > limit:
        raise Refusal("BODY_TOO_LARGE", limit=limit)
    seen, began, stream = 0, monotonic(), request.stream().__aiter__()
    while True:
        try:
            chunk = await asyncio.wait_for(anext(stream), body_patience(seen, monotonic() - began))
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise Refusal("BODY_TIMEOUT", pace=BODY_BYTES_A_SECOND) from None
        seen += len(chunk)
        if seen > limit:
            raise Refusal("BODY_TOO_LARGE", limit=limit)
        yield chunk


def body_patience(seen: int, took: float) -> float:
    """Seconds to wait for more of a body of which `seen` bytes have arrived in `took` seconds."""
    left = BODY_TIMEOUT_SECONDS + seen / BODY_BYTES_A_SECOND - took
    return max(0.0, min(BODY_TIMEOUT_SECONDS, left))


def check_type(request: Request, *expected: str) -> None:
    """Refuse (415) a body that is not of an expected type in UTF-8, or is compressed."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "").partition("charset=")[2]
    plain = request.headers.get("content-encoding", "identity").lower() == "identity"
    if (
        kind.strip().lower() in expected
        and charset.partition(";")[0] in ("", "utf-8", "utf8")
        and plain
    ):
        return
    raise Refusal("CONTENT_TYPE", "Content-Type", expected=expected[0])


def _register(
    router: APIRouter,
    path: str,
    function: Callable[..., Any],
    work_on: Callable[[Request, Grant, bytes, str | None], Response],
    *,
    adapter: TypeAdapter[Any],
    answer: dict[str, Any],
    scope: str,
    status: int = 200,
    own: bool,
) -> None:
    """Add the endpoint. The order matters: check the token before reading a byte of the body."""

    def endpoint(
        request: Request,
        grant: Annotated[Grant, Depends(require(scope, own=own))],
        body: Annotated[bytes, Depends(json_body)],
        idempotency_key: Annotated[str | None, Header(include_in_schema=False)] = None,
    ) -> Response:
        return work_on(request, grant, body, idempotency_key)

    router.add_api_route(
        path,
        endpoint,
        methods=["POST"],
        name=function.__name__,
        description=function.__doc__,
        response_class=Response,
        status_code=status,
        responses={
            status: {"description": "Done", "content": {"application/json": {"schema": answer}}},
            **problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503),
        },
        openapi_extra={"requestBody": _request_body(adapter), "parameters": [KEY_PARAMETER]},
    )


def _request_body(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    return {
        "required": True,
        "content": {"application/json": {"schema": plain_text(_schema(adapter, "validation"))}},
    }


def _schema(adapter: TypeAdapter[Any], mode: Any) -> dict[str, Any]:
    """The JSON Schema; its definitions are moved to the components (`shared/http/openapi.py`)."""
    return adapter.json_schema(mode=mode, ref_template="#/components/schemas/{model}")


_RESULTS: dict[str, Any] = {
    "type": "object",
    "required": ["results"],
    "properties": {
        "results": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["index", "status"],
                "properties": {
                    "index": {"type": "integer", "minimum": 0},
                    "status": {"enum": ["accepted", "duplicate", "refused"]},
                    "id": {"type": "string"},
                    "code": {"type": "string"},
                    "field": {"type": ["string", "null"]},
                    "message": {"type": "string"},
                    "remedy": {"type": ["string", "null"]},
                },
            },
        }
    },
}
RESULTS_SCHEMA: dict[str, Any] = {
    "$ref": "#/components/schemas/Results",
    "$defs": {"Results": _RESULTS},
}
"""One result per item, in the order of the items."""
