"""The worklist of graduates who were not seen for 90 days, each with the visit that is due."""

from typing import Any

from services.beneficiary import visit_store, worklist_store
from services.beneficiary.answers import UnseenGraduate, UnseenList
from services.beneficiary.follow_up import (
    MONTHS,
    SILENT,
    FollowUp,
    Visits,
    follow_up,
    months_after,
)
from services.beneficiary.identities import household
from services.beneficiary.own import facilitator_of
from shared.application.context import Context


def list_unseen(context: Context, area: str, *, after: str | None, limit: int) -> UnseenList:
    """Families of an area that graduated and were not seen for 90 days, with the next visit.

    A page may have fewer than it could: who moved, died or was visited for the last time is left out.
    """
    rows = _rows(context, area, after=after, limit=limit)
    visits = visit_store.visits(context.connection, [row.subject for row in rows])
    followed = (
        (
            row,
            follow_up(row.approved_on, visits.get(row.subject, Visits(row.subject)), context.today),
        )
        for row in rows
    )
    found = [
        _unseen(context, row, one) for row, one in followed if one and one.is_silent(context.today)
    ]
    return UnseenList(families=found, next=rows[-1].subject if len(rows) == limit else None)


def _rows(context: Context, area: str, *, after: str | None, limit: int) -> Any:
    """Whoever may be followed still, by the day of the graduation alone."""
    mine, today = facilitator_of(context), context.today
    last = today - SILENT
    families = worklist_store.about_families(area, mine, today)
    return worklist_store.unseen(
        context.connection,
        families,
        (months_after(last, -MONTHS[-1]), last),
        after=after,
        limit=limit,
    )


def _unseen(context: Context, row: Any, one: FollowUp) -> UnseenGraduate:
    return UnseenGraduate(
        **household(context, row),
        graduated_on=one.graduated_on,
        due_months=one.months,
        due_on=one.due_on,
        last_visit_on=one.visited.day if one.visited else None,
        last_outcome=one.visited.outcome if one.visited else None,
        silent_days=one.silent_days(context.today),
    )
