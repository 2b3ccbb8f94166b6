"""The list `reopenings`: each row names the closing that it takes back, so that it works once.

A month may be closed, reopened and closed again. A row that named the month alone would reopen a later
closing when its file is sent again; this one then finds that its closing is taken back already.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection

from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.register import for_change
from shared.application.reporting import rules, service, store
from shared.application.reporting.schemas import ReopeningRow
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.envelope import with_sequence
from shared.events.reading import parse
from shared.events.reporting import ReportClosed, ReportReopened
from shared.http.batches import Outcome
from shared.outbox import archive


def import_reopenings(context: Context, rows: Sequence[ReopeningRow]) -> list[Outcome]:
    """Import reopenings (daftar, kode_kabupaten, bulan, penutupan_ke, alasan)."""
    ids = [str(service.report_id(context, row.item)) for row in rows]
    reports = for_change(context, store.REPORTS, set(ids))
    said = steps_of(context.connection, set(ids))

    def decide(row: ReopeningRow, key: str) -> Facts:
        service.require_own(context, row.daftar, row.kode_kabupaten)
        steps, before = said.get(key, ()), reports.get(key)
        if row.penutupan_ke > (count := closings(steps)):
            raise Refusal("CLOSING_UNKNOWN", "closing", count=count)
        if before is None or not before.closed or is_taken_back(steps, row.penutupan_ke):
            return ()
        return reports.keep(*rules.reopen(before, row.alasan, context.today))

    return decide_batch(context, decide, rows, ids, save=reports.save)


def steps_of(connection: Connection, reports: Collection[str]) -> dict[str, list[Payload]]:
    """What was published about these reports, step by step, whether corrected since or not."""
    found: dict[str, list[Payload]] = {}
    for one in archive.about(connection, reports):
        event = parse(with_sequence(one.body, 1))
        if isinstance(event.data, ReportClosed | ReportReopened):
            found.setdefault(event.subject, []).append(event.data)
    return found


def closings(steps: Sequence[Payload]) -> int:
    """How many times a month was closed: the number of its last closing."""
    return sum(isinstance(one, ReportClosed) for one in steps)


def is_taken_back(steps: Sequence[Payload], number: int) -> bool:
    """Whether something followed the closing of this number: a reopening, or another closing."""
    places = [place for place, one in enumerate(steps) if isinstance(one, ReportClosed)]
    return places[number - 1] + 1 < len(steps)


def numbers_of(connection: Connection, reports: Collection[UUID]) -> dict[UUID, int]:
    """The number of the last closing of each of these reports."""
    said = steps_of(connection, {str(one) for one in reports})
    return {one: closings(said.get(str(one), ())) for one in reports}
