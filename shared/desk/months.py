"""Closing of months on the desk: the same use cases as the HTTP interface, as declared pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.application.context import Context
from shared.application.reporting import service
from shared.application.reporting.closed import list_closed_reports
from shared.application.reporting.schemas import ClosingItem, ReopeningItem
from shared.csv.choices import name_of
from shared.desk.pages import (
    Act,
    Asked,
    Cell,
    DeskPage,
    Given,
    Row,
    Rows,
    act_of,
)
from shared.errors import Refusal
from shared.events.reporting import ReopenReason
from shared.messages import Words

OPEN, CLOSED = "months", "closed-months"
_COLUMNS = ("desk.months.district", "desk.months.report", "desk.page.month", "desk.months.state")
_REASONS = {reason.value: name_of(reason) for reason in ReopenReason}
_NAMES = ("district", "list", "month")
"""What the key of a row says, in its order."""
UseCase = Callable[..., Any]


def month_pages(read: str, write: str) -> tuple[DeskPage, DeskPage]:
    """The open months with their closing, the closed ones with their reopening; given two scopes."""
    close = Act("close", "desk.months.close", _act(service.close_months, ClosingItem), write)
    nil = Act("nil", "desk.months.nil", _act(service.close_months, ClosingItem, nil=True), write)
    again = act_of(service.reopen_months, ReopeningItem, _reopening)
    reopen = Act("reopen", "desk.months.reopen", again, write, _REASONS)
    return (
        DeskPage(OPEN, "desk.months.open", _COLUMNS, _open, read, (close, nil)),
        DeskPage(CLOSED, "desk.months.closed", _COLUMNS, _closed, read, (reopen,)),
    )


def open_months(context: Context, limit: int) -> list[Sequence[Cell]]:
    """The first months of the account's areas that have ended and are not closed."""
    found: list[Row] = []
    for area in context.grant.areas:
        found += _rows(context, service.list_open_reports, Asked(area, limit=limit), ()).rows
    return [row.cells for row in found[:limit]]


def _open(context: Context, asked: Asked) -> Rows:
    return _rows(context, service.list_open_reports, asked, ("close", "nil"))


def _closed(context: Context, asked: Asked) -> Rows:
    return _rows(context, list_closed_reports, asked, ("reopen",))


def _rows(context: Context, use_case: UseCase, asked: Asked, acts: tuple[str, ...]) -> Rows:
    page = use_case(context, asked.area, after=_start(asked.after), limit=asked.limit)
    return Rows([_row(context, one, acts) for one in page.reports], page.next)


def _row(context: Context, one: Any, acts: tuple[str, ...]) -> Row:
    month = Words(f"month.{one.month[5:]}", {"year": one.month[:4]})
    words = Words(name_of(one.list)), month, _state(one)
    key = f"{one.district}/{one.list}/{one.month}"
    return Row(key, (context.regions.name(one.district), *words), acts)


def _state(one: Any) -> Words:
    """How it is with a month; of a closed one also which closing, for the list `reopenings`."""
    state = Words(f"desk.months.{one.status}")
    if late := getattr(one, "records", 0):
        state = Words("desk.months.nil_with_records", {"count": late})
    if not hasattr(one, "closing"):
        return state
    return Words("desk.months.closing", {"state": state, "number": one.closing})


def _start(after: str | None) -> service.Place | None:
    """Where the page before ended; it comes from the address."""
    if after is None:
        return None
    parts = after.split("/")
    if len(parts) != len(_NAMES):
        raise Refusal("CHOICE_UNKNOWN", "after")
    return parts[0], parts[1], parts[2]


def _act(use_case: UseCase, item: type[Any], **more: Any) -> Callable[[Context, Given], None]:
    return act_of(use_case, item, lambda _, given: _place(given) | more)


def _reopening(_context: Context, given: Given) -> Mapping[str, Any]:
    return _place(given) | {"reason": given.choice}


def _place(given: Given) -> dict[str, Any]:
    """The place that the key of a row names; whatever else it is the model refuses."""
    return dict(zip(_NAMES, given.key.split("/"), strict=False))
