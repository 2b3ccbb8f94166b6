"""The endpoints that every ministry has, alike: lists, corrections, reporting, what was sent, history."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter

from shared.application.context import Context
from shared.application.correction_rules import CorrectionRules
from shared.application.lists import ListOf
from shared.application.reporting.routes import reporting
from shared.application.routes import Routes
from shared.application.submissions import EventList


def ministry_routers(
    routes: Routes,
    lists: Iterable[ListOf[Any]],
    reports: Iterable[ListOf[Any]],
    corrections: CorrectionRules,
    history: Callable[[Context, str], EventList],
    *,
    scope: str,
    own: bool = False,
) -> tuple[APIRouter, ...]:
    """The routers of a ministry's own lists and of those of reporting; `scope` permits reading.

    `own`: the history keeps a person to the own work.
    """
    doors = APIRouter(tags=["CSV lists"])
    routes.lists(doors, lists)
    return (
        doors,
        routes.corrections(corrections),
        reporting(routes, reports, scope=scope),
        routes.submissions(scope=scope),
        routes.history(history, scope=scope, own=own),
    )
