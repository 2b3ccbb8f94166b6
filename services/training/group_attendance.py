"""The use case of the list `group-attendance`: a facilitator's sheet of a P2K2 group and a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from services.training import domain, store
from services.training.batch import AttendanceBatch, load_attendances
from services.training.group_sessions import numbers_by_day
from services.training.groups import FamilyGroup
from services.training.schemas import GroupAttendanceRow
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.register import Loaded, for_reading
from shared.errors import Refusal
from shared.events.training import Unit
from shared.http.batches import Outcome

Held = Mapping[tuple[UUID, date], Sequence[str]]
"""Numbers of sessions by group and day."""


def import_group_attendance(context: Context, rows: Sequence[GroupAttendanceRow]) -> list[Outcome]:
    """Import attendance by P2K2 group and day; a family that was absent has an empty `hadir`."""
    groups = for_reading(context, store.GROUPS, {row.nomor_kelompok for row in rows})
    held = numbers_by_day(context.connection, [one.id for one in groups.known.values()])
    families = [context.family(row.nomor_keluarga) for row in rows]
    wanted = {
        (number, family)
        for row, family in zip(rows, families, strict=True)
        for number in _numbers(groups, held, row)
    }
    batch = load_attendances(context, {number for number, _ in wanted}, wanted)

    def decide(row: GroupAttendanceRow, family: str) -> Facts:
        groups.require_own(row.nomor_kelompok, "nomor_kelompok")
        return _decide(batch, _numbers(groups, held, row), row, family)

    return decide_batch(context, decide, rows, families, save=batch.save)


def _numbers(groups: Loaded[FamilyGroup], held: Held, row: GroupAttendanceRow) -> Sequence[str]:
    group = groups.get(row.nomor_kelompok)
    return held.get((group.id, row.tanggal), ()) if group else ()


def _decide(
    batch: AttendanceBatch, numbers: Sequence[str], row: GroupAttendanceRow, family: str
) -> Facts:
    if len(numbers) != 1:
        case = "GROUP_SESSIONS" if numbers else "NOT_FOUND.group_session"
        raise Refusal(case, "tanggal")
    session = batch.sessions.require_own(numbers[0], "tanggal")
    domain.require_unit(session, Unit.FAMILY)
    if row.hadir:
        return batch.keep(session, family)
    if batch.has(session, family):
        raise Refusal("CONFLICT", "hadir")
    return ()
