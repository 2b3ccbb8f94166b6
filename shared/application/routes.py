"""The routes of a service's use cases: each makes the context and calls one function.

Whose grant is for the own work alone (`Grant.subject`) is refused everywhere but where `own` says that
the use case keeps to it: a route that forgets is closed.

    routes = Routes(CARD.origin, keys, scope="training:write")
    routes.items(router, "/v1/sessions", SessionItem, service.hold_sessions)

The name and the docstring of the use case are those of the endpoint in the OpenAPI document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from shared.application import corrections, submissions
from shared.application.context import Context, Keys
from shared.application.correction_rules import CorrectionRules
from shared.application.corrections import Corrected, CorrectionRequest
from shared.application.lists import ListOf
from shared.application.reporting.closer import ListCloser
from shared.application.reporting.records import Records
from shared.application.submissions import EventList, SubmissionList
from shared.application.templates import template_get
from shared.application.worklists import BY_ID, MAX_PAGE, Order, UseCase, worklist
from shared.csv.rows import GoodRow
from shared.events.reporting import ReportList
from shared.http.auth import require
from shared.http.batches import Outcome
from shared.http.csv_upload import csv_post
from shared.http.cursors import CURSOR, id_before
from shared.http.endpoints import Reading, Work, change_post, items_post
from shared.http.problems import problem_responses
from shared.outbox.table import Origin
from shared.security.tokens import Grant

NUMBER = r"^[A-Za-z0-9._/-]{1,40}$"
"""The form of an own number, and of a cursor."""
Model = TypeVar("Model", bound=BaseModel)
Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True)
class Routes:
    """What the routes of one service that change something have in common."""

    origin: Origin
    keys: Keys
    scope: str
    """What a token must permit."""
    records: Records = field(default_factory=dict)
    """Where the records of each list that the service reports lie."""

    def items(
        self,
        router: APIRouter,
        path: str,
        item: type[Model],
        use_case: Callable[[Context, Sequence[Model]], Sequence[Outcome]],
        *,
        own: bool = False,
    ) -> None:
        """A batch of JSON items, one outcome an item."""

        @wraps(use_case)
        def endpoint(work: Work, items: list[Model]) -> Sequence[Outcome]:
            return use_case(self._context(work), items)

        items_post(router, path, item, scope=self.scope, own=own)(endpoint)

    def rows(
        self,
        router: APIRouter,
        path: str,
        row: type[Model],
        use_case: Callable[[Context, Sequence[Model]], Sequence[Outcome]],
        *,
        called: Mapping[str, str] | None = None,
        closes: ReportList | None = None,
    ) -> None:
        """A CSV list; `called` gives the list's name for a field that a rule names.

        `closes`: the list of reporting that is complete with it, so that a file can close its month.
        """

        @wraps(use_case)
        def endpoint(work: Work, rows: list[GoodRow[Any]]) -> Sequence[Outcome]:
            return use_case(self._context(work), [row.model for row in rows])

        closer = ListCloser(closes, self._context) if closes else None
        csv_post(router, path, row, scope=self.scope, called=called, closes=closer)(endpoint)

    def lists(self, router: APIRouter, lists: Iterable[ListOf[Any]]) -> None:
        """The doors of declared lists and their templates, each under its own scope."""
        for one in lists:
            replace(self, scope=one.scope).rows(
                router, one.path, one.row, one.use_case, called=one.called, closes=one.closes
            )
            template_get(router, one)

    def change(
        self,
        router: APIRouter,
        path: str,
        model: type[Model],
        use_case: Callable[[Context, Model], Answer],
        answers: type[Answer],
        *,
        own: bool = False,
    ) -> None:
        """One JSON body, one answer."""

        @wraps(use_case)
        def endpoint(work: Work, body: Model) -> BaseModel:
            return use_case(self._context(work), body)

        change_post(router, path, model, scope=self.scope, answers=answers, own=own)(endpoint)

    def worklist(
        self,
        router: APIRouter,
        path: str,
        use_case: UseCase[BaseModel, Any],
        answers: type[BaseModel],
        *,
        scope: str,
        order: Order[Any] = BY_ID,
        months: bool = False,
        own: bool = False,
    ) -> None:
        """Pages of what waits in an area, for those with the scope of readers; `months`: of a month."""
        reader = self.reader(scope, own=own)
        worklist(router, path, use_case, answers, reader=reader, order=order, months=months)

    def reader(self, scope: str, *, own: bool = False) -> Callable[..., Context]:
        """A dependency of GET routes: the context of who may read, on a snapshot of the database."""

        def context(
            request: Request,
            grant: Annotated[Grant, Depends(require(scope, own=own))],
            connection: Reading,
        ) -> Context:
            return self._context(Work(connection, grant, request.app.state.clock()))

        return context

    def corrections(self, rules: CorrectionRules) -> APIRouter:
        """The endpoint of corrections, alike for every service."""
        router = APIRouter(tags=["corrections"])

        def correct_fact(context: Context, request: CorrectionRequest) -> Corrected:
            """Take back or replace an earlier event of this service."""
            return corrections.correct_fact(context, request, rules)

        path = "/v1/corrections"
        self.change(router, path, CorrectionRequest, correct_fact, Corrected, own=True)
        return router

    def submissions(self, *, scope: str) -> APIRouter:
        """What the caller's office sent, alike for every service; `scope` permits reading."""
        router, reader = APIRouter(tags=["submissions"]), self.reader(scope, own=True)

        @router.get("/v1/submissions", responses=problem_responses(400, 401, 403, 422, 503))
        def list_submissions(
            context: Annotated[Context, Depends(reader, scope="function")],
            after: Annotated[str | None, Query(pattern=CURSOR)] = None,
            limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
        ) -> SubmissionList:
            """What the caller sent, and others with the same areas, the newest first."""
            return submissions.list_submissions(context, after=id_before(after), limit=limit)

        return router

    def history(
        self, use_case: Callable[[Context, str], EventList], *, scope: str, own: bool = False
    ) -> APIRouter:
        """The events about one thing of the service, by its number; `scope` permits reading."""
        router, reader = APIRouter(tags=["submissions"]), self.reader(scope, own=own)

        @router.get("/v1/history", responses=problem_responses(400, 401, 403, 404, 422, 503))
        def show_history(
            context: Annotated[Context, Depends(reader, scope="function")],
            of: Annotated[str, Query(pattern=NUMBER)],
        ) -> EventList:
            """The events about one thing, by its number, in order; corrections name their ids."""
            return use_case(context, of)

        return router

    def _context(self, work: Work) -> Context:
        return Context(work.connection, work.grant, work.now, self.origin, self.keys, self.records)
