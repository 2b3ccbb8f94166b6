"""Pages that every ministry has: what was sent by whom and when, and the history of one thing.

    PAGES = (..., *sent_pages("housing", CORRECTIONS, history, "housing.house"))

From both one takes an event back as a correction, with a coded reason.
"""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from shared.application.context import Context
from shared.application.correction_rules import CorrectionRules
from shared.application.corrections import CorrectionRequest, correct_fact
from shared.application.submissions import EventList, Submission, list_submissions
from shared.desk.pages import (
    Act,
    Asked,
    Cell,
    DeskPage,
    Given,
    Row,
    Rows,
    everybody,
    staff,
)
from shared.errors import Refusal
from shared.events.catalogue import TYPE_OF
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.days import last_ended_month
from shared.http.cursors import id_before
from shared.messages import Words, phrases
from shared.security.tokens import Grant

History = Callable[[Context, str], EventList]
"""The events about what somebody searched for; raises Refusal (NOT_FOUND) outside the area."""
_CORRECTED = TYPE_OF[FactCorrected]
UNDO = "undo"


def sent_pages(
    service: str,
    rules: CorrectionRules,
    history: History,
    search: str,
    *,
    offered: Callable[[Grant], bool] = staff,
) -> tuple[DeskPage, DeskPage]:
    """The two pages of a service; `search` is the phrase of what its history is searched by.

    `offered`: for whom the history is, everybody where it keeps a person to the own work.
    """
    read, undo = f"{service}:read", (_undo(service, rules),)

    def rows(context: Context, asked: Asked) -> Rows:
        return _history(history(context, asked.find)) if asked.find else Rows(())

    return (
        DeskPage(
            "history", "desk.history.title",
            ("desk.sent.type", "desk.history.happened", "desk.history.recorded", "desk.history.state"),
            rows, read, undo, search=search, areas=False, help="desk.history.help", offered=offered,
        ),
        DeskPage(
            "sent", "desk.sent.title",
            ("desk.sent.type", "desk.sent.moment", "desk.sent.who", "desk.sent.events",
             "desk.sent.state", "desk.sent.known", "desk.sent.counted"),
            _sent, read, undo, areas=False, help="desk.sent.help", offered=everybody,
        ),
    )  # fmt: skip


def _undo(service: str, rules: CorrectionRules) -> Act:
    def do(context: Context, given: Given) -> None:
        reason = CorrectionReason(given.choice)
        asked = CorrectionRequest(event_id=_event(given.key), reason=reason)
        correct_fact(context, asked, rules)

    reasons = {one.value: f"desk.reason.{one.value}" for one in CorrectionReason}
    return Act(UNDO, "desk.undo", do, f"{service}:write", choices=reasons)


def _event(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        raise Refusal("NOT_FOUND", "event_id") from None


def _history(found: EventList) -> Rows:
    return Rows(
        [
            Row(
                str(one.id),
                (
                    _type(one.type),
                    one.happened_at.date(),
                    f"{one.recorded_at:%Y-%m-%d %H:%M} UTC",
                    Words("desk.history.corrected" if one.corrected else "desk.history.counts"),
                ),
                () if one.corrected or one.type == _CORRECTED else (UNDO,),
            )
            for one in found.events
        ]
    )


def _sent(context: Context, asked: Asked) -> Rows:
    found = list_submissions(context, after=id_before(asked.after), limit=asked.limit)
    rows = [
        Row(
            str(one.last_event),
            (
                _type(one.type),
                f"{one.sent_at:%Y-%m-%d %H:%M} UTC",
                one.who,
                one.events,
                Words("desk.sent.published" if one.published else "desk.sent.waits"),
                Words("desk.sent.of", {"known": one.known, "events": one.events}),
                _counted(one, context.today),
            ),
            (UNDO,) if one.events == 1 and one.type != _CORRECTED else (),
        )
        for one in found.submissions
    ]
    return Rows(rows, found.next)


_PUBLISHED = ("desk.sent.in_release", "desk.sent.in_release_open")
_BEING_MADE = ("desk.sent.being_made", "desk.sent.being_made_open")
_WAITS = ("desk.sent.next_release", "desk.sent.not_closed")
"""What is said when no list of the office is open for the month, and when one is."""


def _counted(one: Submission, today: date) -> Words:
    """In which release the events count, or what they wait for."""
    is_open, values = bool(one.open_lists), {"month": one.month or "", "lists": one.open_lists}
    if one.release is None:
        if one.month and one.month > last_ended_month(today):
            return Words("desk.sent.not_ended", values)
        return Words(_WAITS[is_open], values)
    day = one.release.published_on
    values |= {"number": one.release.number, "day": day.isoformat() if day else ""}
    return Words((_PUBLISHED if day else _BEING_MADE)[is_open], values)


def _type(name: str) -> Cell:
    """A kind of event in words; one without words by its name."""
    words = f"event.{name}"
    return Words(words) if words in phrases() else name
