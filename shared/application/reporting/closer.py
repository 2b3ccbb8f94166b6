"""Closes the month of a list with the file that brings its rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from shared.application.context import Context
from shared.application.reporting import service
from shared.application.reporting.schemas import ClosingItem
from shared.errors import Refusal
from shared.events.reporting import ReportList
from shared.http.batches import Outcome
from shared.http.endpoints import Work
from shared.http.month_closing import AskedClosing

NAMES = {"month": "closes", "district": "area"}
"""What the address calls the fields that rules name."""


@dataclass(frozen=True)
class ListCloser:
    """Of one list of reporting; the rules are those of `/v1/reports/closings`."""

    list: ReportList
    context: Callable[[Work], Context]

    @property
    def name(self) -> str:
        """The list."""
        return self.list.value

    def require(self, work: Work, asked: AskedClosing) -> None:
        """Refuse what cannot be closed, by the names of the address."""
        try:
            service.require_closable(self.context(work), self._item(asked))
        except Refusal as refusal:
            raise _renamed(refusal) from None

    def close(self, work: Work, asked: AskedClosing) -> Outcome:
        """Close the month; a duplicate where it is closed already."""
        (outcome,) = service.close_months(self.context(work), [self._item(asked)])
        return replace(outcome, refusal=outcome.refusal and _renamed(outcome.refusal))

    def _item(self, asked: AskedClosing) -> ClosingItem:
        return ClosingItem(list=self.list, district=asked.area, month=asked.closes, nil=asked.nil)


def _renamed(refusal: Refusal) -> Refusal:
    refusal.field = NAMES.get(refusal.field or "", refusal.field)
    return refusal
