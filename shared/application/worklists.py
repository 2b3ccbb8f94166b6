"""Pages of what waits for somebody in an area: who may ask, how it is paged, one call of the service.

    routes.worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)

The name and the docstring of the use case are those of the endpoint in the OpenAPI document.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Protocol, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from shared.application.context import Context
from shared.application.fields import AreaCode
from shared.errors import Refusal
from shared.http.cursors import CURSOR, id_before
from shared.http.problems import problem_responses

MAX_PAGE = 1_000
MONTH = r"^2\d{3}-(0[1-9]|1[0-2])$"
"""The form of a month, such as `2026-06`."""
Page_co = TypeVar("Page_co", bound=BaseModel, covariant=True)
After = TypeVar("After")
After_contra = TypeVar("After_contra", contravariant=True)


class UseCase(Protocol[Page_co, After_contra]):
    """Gives one page of what waits in an area, after that with which the page before ended."""

    def __call__(
        self, context: Context, area: str, /, *, after: After_contra | None, limit: int
    ) -> Page_co:
        """The page, with the cursor of the next one."""


@dataclass(frozen=True)
class Order(Generic[After]):
    """By what a list is ordered: how the last one of a page is written in an address, and read."""

    written: Any
    """What FastAPI checks of it."""
    read: Callable[[str | None], After | None]


BY_ID: Order[UUID] = Order(Query(pattern=CURSOR), id_before)
BY_PSEUDONYM: Order[str] = Order(Query(max_length=80), lambda after: after)


def _month(month: Annotated[str | None, Query(pattern=MONTH)] = None) -> dict[str, str | None]:
    return {"month": month}


def _no_month() -> dict[str, str | None]:
    return {}


def worklist(
    router: APIRouter,
    path: str,
    use_case: UseCase[BaseModel, After],
    answers: type[BaseModel],
    *,
    reader: Callable[..., Context],
    order: Order[After],
    months: bool = False,
) -> None:
    """Serve pages of an area that the caller's token covers; `reader` makes the context.

    With `months` one may name a month, which the use case takes as `month`.
    """
    ask: Callable[..., Any] = use_case

    def endpoint(
        context: Annotated[Context, Depends(reader, scope="function")],
        area: AreaCode,
        named: Annotated[dict[str, str | None], Depends(_month if months else _no_month)],
        after: Annotated[str | None, order.written] = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> Any:
        if not context.may_act_in(area):
            raise Refusal("AREA_FORBIDDEN", "area")
        return ask(context, area, after=order.read(after), limit=limit, **named)

    router.add_api_route(
        path,
        endpoint,
        name=getattr(use_case, "__name__", path),
        description=use_case.__doc__,
        response_model=answers,
        responses=problem_responses(400, 401, 403, 422, 503),
    )
