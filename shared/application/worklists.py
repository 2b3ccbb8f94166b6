"""Pages of what waits for somebody in an area: who may ask, how it is paged, one call of the service.

    worklist(router, "/v1/candidates", service.list_candidates, CandidateList, scope=READ)

The name and the docstring of the use case are those of the door in the OpenAPI document.
"""

from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from sqlalchemy import Connection

from shared.application.fields import AreaCode
from shared.errors import Refusal
from shared.http.auth import require
from shared.http.cursors import Cursor, id_before
from shared.http.endpoints import Reading
from shared.http.problems import problem_responses
from shared.security.tokens import Grant

MAX_PAGE = 1_000
Page_co = TypeVar("Page_co", bound=BaseModel, covariant=True)


class UseCase(Protocol[Page_co]):
    """Gives one page of what waits in an area, after the id with which the page before ended."""

    def __call__(
        self, connection: Connection, area: str, /, *, after: UUID | None, limit: int
    ) -> Page_co:
        """The page, with the cursor of the next one."""


def worklist(
    router: APIRouter,
    path: str,
    use_case: UseCase[BaseModel],
    answers: type[BaseModel],
    *,
    scope: str,
) -> None:
    """Serve pages of an area that the caller's token covers."""

    def endpoint(
        grant: Annotated[Grant, Depends(require(scope))],
        connection: Reading,
        area: AreaCode,
        after: Cursor | None = None,
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
    ) -> Any:
        if not grant.may_act_in(area):
            raise Refusal("AREA_FORBIDDEN", "area")
        return use_case(connection, area, after=id_before(after), limit=limit)

    router.add_api_route(
        path,
        endpoint,
        name=getattr(use_case, "__name__", path),
        description=use_case.__doc__,
        response_model=answers,
        responses=problem_responses(401, 403, 422, 503),
    )
