"""The use cases of a programme's targets: over HTTP and as the list `programme-targets`."""

from collections.abc import Sequence
from datetime import date

from services.beneficiary import store
from services.beneficiary.programme_targets import (
    ProgrammeTarget,
    set_programme_target,
    target_id,
)
from services.beneficiary.schemas import ProgrammeTargetItem, ProgrammeTargetRow
from services.beneficiary.tables import programme_target
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.places import require_place
from shared.clock import noon
from shared.database.locks import lock_table
from shared.errors import Refusal
from shared.events.base import Programme
from shared.events.beneficiary import TargetMeasure
from shared.events.envelope import Fact
from shared.http.batches import Outcome


def set_programme_targets(context: Context, items: Sequence[ProgrammeTargetItem]) -> list[Outcome]:
    """Set targets of programmes for districts; a new value is a new version."""
    wanted = [
        _target(item.district, item.programme, item.measure, item.year, item.value)
        for item in items
    ]
    return _set_each(context, items, wanted, "district", None)


def import_programme_targets(context: Context, rows: Sequence[ProgrammeTargetRow]) -> list[Outcome]:
    """Import targets of programmes for districts and years."""
    wanted = [
        _target(row.kode_kabupaten, row.program, row.ukuran, row.tahun, row.target) for row in rows
    ]
    return _set_each(context, rows, wanted, "kode_kabupaten", "target")


def _set_each(
    context: Context,
    items: Sequence[ProgrammeTargetItem] | Sequence[ProgrammeTargetRow],
    wanted: Sequence[ProgrammeTarget],
    place: str,
    fixed: str | None,
) -> list[Outcome]:
    """`fixed`: the field of a list, which sets a target but never changes it."""
    lock_table(context.connection, programme_target)
    past = store.programme_targets(context.connection, {one.id for one in wanted})
    touched: dict[object, ProgrammeTarget] = {}

    def decide(_item: object, one: ProgrammeTarget) -> Facts:
        require_place(context, one.district, place)
        live = [entry for entry in past[one.id] if not entry.taken_back]
        if fixed and any(entry.value == one.value for entry in live):
            return ()
        if fixed and live:
            raise Refusal("CONFLICT.programme_target", fixed)
        new, payloads = set_programme_target(past[one.id], one)
        if payloads:
            past[one.id].append(new)
            touched[new.id, new.version] = new
        # a target for next year is set now: its event must not lie ahead of what has happened
        at = min(noon(date(one.year, 1, 1)), context.now)
        return tuple(Fact(str(one.id), at, payload) for payload in payloads)

    def save() -> None:
        store.save_programme_targets(context.connection, touched.values())

    return decide_batch(context, decide, items, wanted, save=save)


def _target(
    district: str, programme: Programme, measure: TargetMeasure, year: int, value: int
) -> ProgrammeTarget:
    """As version 0: the rule gives the number."""
    number = target_id(district, programme, measure, year)
    return ProgrammeTarget(number, 0, district, programme, measure, year, value)
