"""Which months an office has closed, and what came later for those that it had called nil."""

from typing import Literal

from pydantic import BaseModel

from shared.application.context import Context
from shared.application.reporting import store
from shared.application.reporting.reopening import numbers_of
from shared.application.reporting.rules import Report
from shared.application.reporting.service import Place, recorded_in
from shared.errors import Refusal
from shared.events.base import DistrictCode
from shared.events.reporting import ReportList


class ClosedReport(BaseModel):
    """A month that is closed."""

    list: ReportList
    district: DistrictCode
    month: str
    status: Literal["complete", "nil"]
    records: int
    """Of a month that is closed as nil, what was recorded for it later: it counts all the same; 0
    otherwise."""
    closing: int
    """1 for the first closing of that month, 2 for that after a reopening: the list `reopenings` names it."""


class ClosedReportList(BaseModel):
    """One page of closed reports; ask again with `after` = `next` until there is none."""

    reports: list[ClosedReport]
    next: str | None


def list_closed_reports(
    context: Context, area: str, *, after: Place | None, limit: int
) -> ClosedReportList:
    """One page of the months in an area that this office has closed, by district, list and month."""
    if not context.may_act_in(area):
        raise Refusal("AREA_FORBIDDEN", "area")
    reports = store.closed_in(context.connection, area, after or ("", "", ""), limit)
    numbers = numbers_of(context.connection, [one.id for one in reports])
    last = reports[-1] if len(reports) == limit else None
    cursor = f"{last.district}/{last.list}/{last.month}" if last else None
    closed = [_closed(context, one, numbers[one.id]) for one in reports]
    return ClosedReportList(reports=closed, next=cursor)


def _closed(context: Context, one: Report, closing: int) -> ClosedReport:
    return ClosedReport(
        list=one.list,
        district=one.district,
        month=one.month,
        status="nil" if one.nil else "complete",
        records=recorded_in(context, one) if one.nil else 0,
        closing=closing,
    )
