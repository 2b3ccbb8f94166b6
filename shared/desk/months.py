"""Closing of months on the desk: the same use cases as the HTTP interface, as declared pages."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from shared.application.context import Context
from shared.application.reporting import service
from shared.application.reporting.routes import place_of
from shared.application.reporting.schemas import ClosingItem, ReopeningItem
from shared.desk.pages import Act, Asked, DeskPage, Given, Row, Rows
from shared.errors import Refusal
from shared.events.reporting import ReopenReason
from shared.http.batches import Outcome
from shared.messages import Phrase, phrase
from shared.security.tokens import ANYWHERE

PAGE = 50
OPEN, CLOSED = "months", "closed-months"
_REASONS = {reason.value: f"desk.months.reason.{reason.value}" for reason in ReopenReason}
UseCase = Callable[..., Any]


def month_pages(read: str, write: str) -> tuple[DeskPage, DeskPage]:
    """The open months with their closing, the closed ones with their reopening; given two scopes."""
    close = Act("close", "desk.months.close", _close, write)
    nil = Act("nil", "desk.months.nil", _close_nil, write)
    reopen = Act("reopen", "desk.months.reopen", _reopen, write, _REASONS)
    columns = tuple(f"desk.months.{name}" for name in ("district", "report", "month", "state"))
    return (
        DeskPage(OPEN, "desk.months.open", columns, _open_page, read, (close, nil), areas=False),
        DeskPage(
            CLOSED, "desk.months.closed", columns, closed_months, read, (reopen,), areas=False
        ),
    )


def _open_page(context: Context, asked: Asked) -> Rows:
    return open_months(context, asked.after)


def open_months(context: Context, after: str | None, *, limit: int = PAGE) -> Rows:
    """The months of the account's areas that have ended and are not closed."""
    return _rows(context, service.list_open_reports, after, limit, ("close", "nil"))


def closed_months(context: Context, asked: Asked) -> Rows:
    """The months of the account's areas that are closed."""
    return _rows(context, service.list_closed_reports, asked.after, PAGE, ("reopen",))


def _rows(
    context: Context, use_case: UseCase, after: str | None, limit: int, acts: tuple[str, ...]
) -> Rows:
    """One page over all areas: their districts follow each other in one order."""
    start = _start(after)
    found: list[Any] = []
    for area in _areas(context):
        if len(found) < limit:
            page = use_case(context, area, after=start, limit=limit - len(found))
            found += page.reports
    rows = [_row(context, one, acts) for one in found]
    return Rows(rows, rows[-1].key if len(rows) == limit else None)


def _row(context: Context, one: Any, acts: tuple[str, ...]) -> Row:
    month = phrase(f"desk.month.{one.month[5:]}")
    named = Phrase(f"{month.id} {one.month[:4]}", f"{month.en} {one.month[:4]}")
    words = phrase(f"desk.months.list.{one.list}"), named, phrase(f"desk.months.{one.status}")
    key = f"{one.district}/{one.list}/{one.month}"
    return Row(key, (context.regions.name(one.district), *words), acts)


def _areas(context: Context) -> Sequence[str]:
    """The account's areas in order, none of which lies in another."""
    areas = sorted(context.grant.areas)
    if ANYWHERE in areas:
        return context.regions.children()
    return [one for one in areas if not any(one.startswith(f"{other}.") for other in areas)]


def _start(after: str | None) -> service.Place | None:
    try:
        return place_of(after)
    except ValueError:
        raise Refusal("CHOICE_UNKNOWN", "after") from None


def _close(context: Context, given: Given) -> None:
    _do(context, service.close_months, _item(ClosingItem, given.key))


def _close_nil(context: Context, given: Given) -> None:
    _do(context, service.close_months, _item(ClosingItem, given.key, nil=True))


def _reopen(context: Context, given: Given) -> None:
    _do(context, service.reopen_months, _item(ReopeningItem, given.key, reason=given.choice))


def _item(model: type[Any], key: str, **more: Any) -> Any:
    """The item of the HTTP interface; the key comes from outside like everything in a form."""
    try:
        district, name, month = key.split("/")
        return model(district=district, list=name, month=month, **more)
    except (ValueError, ValidationError):
        raise Refusal("CHOICE_UNKNOWN", "key") from None


def _do(context: Context, use_case: UseCase, item: Any) -> None:
    outcomes: Sequence[Outcome] = use_case(context, [item])
    if outcomes[0].refusal is not None:
        raise outcomes[0].refusal
