"""Use cases of reporting, for every service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from uuid import UUID

from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.places import require_place
from shared.application.refusals import require_days
from shared.application.register import Loaded, for_change, for_reading
from shared.application.reporting import rules, store
from shared.application.reporting.records import recorded
from shared.application.reporting.rules import Declaration, Obligation, Report
from shared.application.reporting.schemas import (
    ClosingItem,
    ClosingRow,
    DeclarationItem,
    DeclarationRow,
    ObligationItem,
    ObligationRow,
    OpenReport,
    OpenReportList,
    ReopeningItem,
)
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import days_since, last_ended_month
from shared.events.envelope import Fact
from shared.events.reporting import ReportList, named_id
from shared.http.batches import Outcome

_TOGETHER = 50
"""Obligations whose months are read in one query."""
Place = tuple[str, str, str]
"""District, list and month: where a page of open reports ended."""


def set_obligations(context: Context, items: Sequence[ObligationItem]) -> list[Outcome]:
    """Set which lists this office reports for which districts, and in which months."""
    ids = {str(_obligation_id(context, item.list, item.district)) for item in items}
    obligations = for_change(context, store.OBLIGATIONS, ids)

    def decide(item: ObligationItem) -> Facts:
        require_own(context, item.list, item.district)
        key = _obligation_id(context, item.list, item.district)
        wanted = Obligation(key, item.list, item.district, item.first_month, item.last_month)
        before = obligations.get(str(key))
        one, payloads = rules.oblige(before, wanted)
        if before is not None:
            context.note("first_month", before.first_month, one.first_month)
            context.note("last_month", before.last_month, one.last_month)
        obligations.add(one)
        return _now(context, key, payloads)

    return decide_batch(context, decide, items, save=obligations.save)


def close_months(context: Context, items: Sequence[ClosingItem]) -> list[Outcome]:
    """Close months: they are complete in a list for a district, also where nothing happened."""
    reports = for_change(context, store.REPORTS, _report_ids(context, items))
    decide = _closing(context, reports, items)
    return decide_batch(context, decide, items, save=reports.save)


def require_closable(context: Context, item: ClosingItem) -> None:
    """Refuse, and change nothing, where `close_months` would refuse this month now."""
    require_days(item, context.today)
    reports = for_reading(context, store.REPORTS, _report_ids(context, [item]))
    _closing(context, reports, [item])(item)


def _closing(
    context: Context, reports: Loaded[Report], items: Sequence[ClosingItem]
) -> Callable[[ClosingItem], Facts]:
    ids = {str(_obligation_id(context, item.list, item.district)) for item in items}
    obligations = for_reading(context, store.OBLIGATIONS, ids)

    def decide(item: ClosingItem) -> Facts:
        require_own(context, item.list, item.district)
        wanted = _report(context, item)
        obligation = obligations.get(str(_obligation_id(context, item.list, item.district)))
        before = reports.get(str(wanted.id))
        found = partial(recorded_in, context)
        return reports.keep(*rules.close(before, wanted, obligation, found, context.today))

    return decide


def recorded_in(context: Context, one: Report) -> int:
    """How many records of its list this office has in the month of a report."""
    return recorded(context.connection, context.records, one.list, one.district, one.month)


def reopen_months(context: Context, items: Sequence[ReopeningItem]) -> list[Outcome]:
    """Open closed months again, until they are closed once more."""
    reports = for_change(context, store.REPORTS, _report_ids(context, items))

    def decide(item: ReopeningItem) -> Facts:
        require_own(context, item.list, item.district)
        before = reports.get(str(_report(context, item).id))
        return reports.keep(*rules.reopen(before, item.reason, context.today))

    return decide_batch(context, decide, items, save=reports.save)


def declare_counts(context: Context, items: Sequence[DeclarationItem]) -> list[Outcome]:
    """Declare what this office counts by itself at the end of a month."""
    ids = {str(_declaration(context, item).id) for item in items}
    declarations = for_change(context, store.DECLARATIONS, ids)

    def decide(item: DeclarationItem) -> Facts:
        require_place(context, item.district, "district")
        wanted = _declaration(context, item)
        before = declarations.get(str(wanted.id))
        one, payloads = rules.declare(before, wanted)
        if before is not None:
            context.note("count", before.count, one.count)
        declarations.add(one)
        return _now(context, one.id, payloads)

    return decide_batch(context, decide, items, save=declarations.save)


def import_obligations(context: Context, rows: Sequence[ObligationRow]) -> list[Outcome]:
    """Import obligations (daftar, kode_kabupaten, bulan_pertama, bulan_terakhir)."""
    return set_obligations(context, [row.item for row in rows])


def import_closings(context: Context, rows: Sequence[ClosingRow]) -> list[Outcome]:
    """Import closings (daftar, kode_kabupaten, bulan, nihil)."""
    return close_months(context, [row.item for row in rows])


def import_declarations(context: Context, rows: Sequence[DeclarationRow]) -> list[Outcome]:
    """Import declared counts (ukuran, kode_kabupaten, bulan, jumlah)."""
    return declare_counts(context, [row.item for row in rows])


def list_open_reports(
    context: Context, area: str | None, *, after: Place | None, limit: int
) -> OpenReportList:
    """One page of the months that have ended and that this office has not closed.

    Of an area, or without one of every area that the caller's token covers.
    """
    if area is not None and not context.may_act_in(area):
        raise Refusal("AREA_FORBIDDEN", "area")
    areas = context.grant.areas if area is None else (area,)
    start = after or ("", "", "")
    found = [*islice(_open_reports(context, areas, start), limit)]
    last = found[-1] if len(found) == limit else None
    cursor = f"{last.district}/{last.list}/{last.month}" if last else None
    return OpenReportList(reports=found, next=cursor)


def _open_reports(context: Context, areas: Sequence[str], after: Place) -> Iterator[OpenReport]:
    until = last_ended_month(context.today)
    for one, known in _with_reports(context, areas, after):
        for month in one.months(until):
            report = known.get(month)
            if (one.district, one.list.value, month) > after and not (report and report.closed):
                yield OpenReport(
                    list=one.list,
                    district=one.district,
                    month=month,
                    status="reopened" if report else "never_closed",
                    days_late=days_since(month, context.today),
                )


def _with_reports(
    context: Context, areas: Sequence[str], after: Place
) -> Iterator[tuple[Obligation, Mapping[str, Report]]]:
    """Obligations with their months that were ever closed, some in one query."""
    obligations = store.obligations_in(context.connection, areas, after[:2])
    while some := list(islice(obligations, _TOGETHER)):
        known = store.reports_of(context.connection, some)
        yield from ((one, known[one.district, one.list.value]) for one in some)


def require_own(context: Context, name: ReportList, district: str) -> None:
    """Refuse a list of another source, and a district outside the caller's area."""
    rules.require_own(context.origin.source, name)
    require_place(context, district, "district")


def _obligation_id(context: Context, name: ReportList, district: str) -> UUID:
    return named_id(context.origin.source, name, district)


def report_id(context: Context, item: ClosingItem | ReopeningItem) -> UUID:
    """The id of a month of a list in a district."""
    return named_id(context.origin.source, item.list, item.district, item.month)


def _report(context: Context, item: ClosingItem | ReopeningItem) -> Report:
    key = report_id(context, item)
    nil = isinstance(item, ClosingItem) and item.nil
    return Report(key, item.list, item.district, item.month, nil=nil)


def _report_ids(context: Context, items: Sequence[ClosingItem | ReopeningItem]) -> set[str]:
    return {str(_report(context, item).id) for item in items}


def _declaration(context: Context, item: DeclarationItem) -> Declaration:
    key = named_id(context.origin.source, item.measure, item.district, item.month)
    return Declaration(key, item.measure, item.district, item.month, item.count)


def _now(context: Context, key: UUID, payloads: Iterable[Payload]) -> Facts:
    """Facts of which no field says the day: they happen when they are recorded."""
    return tuple(Fact(str(key), context.now, payload) for payload in payloads)
