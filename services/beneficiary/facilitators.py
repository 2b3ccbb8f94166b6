"""The use cases of facilitators: who they are, and their graduation targets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.beneficiary import domain, store
from services.beneficiary.domain import Facilitator, Target
from services.beneficiary.schemas import FacilitatorRow, TargetItem
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context, Keys
from shared.application.places import may_name, require_place
from shared.application.register import Loaded, for_change
from shared.clock import noon
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.envelope import Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7


@dataclass
class TargetBatch:
    """The facilitators that a batch names, with every version of their targets."""

    facilitators: Loaded[Facilitator]
    past: dict[tuple[UUID, int], list[Target]]
    touched: dict[tuple[UUID, int, int], Target] = field(default_factory=dict)

    def keep(self, one: Target, payloads: tuple[Payload, ...]) -> Facts:
        """Keep a target after its decision, and give its facts."""
        if payloads:
            self.past[one.facilitator, one.year].append(one)
            self.touched[one.facilitator, one.year, one.version] = one
        # a target for next year is set now: its event must not lie ahead of what has happened
        at = min(noon(date(one.year, 1, 1)), self.facilitators.context.now)
        return tuple(Fact(str(one.facilitator), at, payload) for payload in payloads)

    def save(self) -> None:
        """Write what was kept."""
        self.facilitators.save()
        store.save_targets(self.facilitators.context.connection, self.touched.values())


def load_targets(context: Context, numbers: Collection[str]) -> TargetBatch:
    """Load these facilitators with their targets."""
    facilitators = for_change(context, store.FACILITATORS, numbers)
    ids = [one.id for one in facilitators.known.values()]
    return TargetBatch(facilitators, store.targets(context.connection, ids))


def import_facilitators(context: Context, rows: Sequence[FacilitatorRow]) -> list[Outcome]:
    """Import facilitators, each with the target of one year."""
    batch = load_targets(context, {row.nomor_pendamping for row in rows})

    def decide(row: FacilitatorRow) -> Facts:
        require_place(context, row.kode_kabupaten, "kode_kabupaten")
        before = batch.facilitators.get(row.nomor_pendamping)
        one = before or _facilitator(context.keys, row, new_uuid7(context.now))
        _require_same(context.keys, one, row)
        past = batch.past[one.id, row.tahun]
        if any(not entry.taken_back and entry.target == row.target for entry in past):
            return ()
        if any(not entry.taken_back for entry in past):
            raise Refusal("CONFLICT.target", "target")
        if before is None:
            batch.facilitators.add(one)
        return batch.keep(*domain.set_target(past, one.id, one.district, row.tahun, row.target))

    return decide_batch(context, decide, rows, save=batch.save)


def set_targets(context: Context, items: Sequence[TargetItem]) -> list[Outcome]:
    """Set facilitators' graduation targets; a new value is a new version."""
    return _set_targets(context, items, listed=False)


def list_targets(context: Context, items: Sequence[TargetItem]) -> list[Outcome]:
    """Set the targets of a list; a value that was set before is no change, however often sent."""
    return _set_targets(context, items, listed=True)


def _set_targets(context: Context, items: Sequence[TargetItem], *, listed: bool) -> list[Outcome]:
    batch = load_targets(context, {item.facilitator_number for item in items})

    def decide(item: TargetItem) -> Facts:
        one = batch.facilitators.require_own(item.facilitator_number, "facilitator_number")
        past = batch.past[one.id, item.year]
        if listed and any(not old.taken_back and old.target == item.target for old in past):
            return ()
        if live := [old for old in past if not old.taken_back]:
            context.note("target", live[-1].target, item.target)
        return batch.keep(*domain.set_target(past, one.id, one.district, item.year, item.target))

    return decide_batch(context, decide, items, save=batch.save)


def require_nameable(
    context: Context, one: Facilitator | None, region: str, field: str
) -> Facilitator:
    """The facilitator that a number names for a family of a region; refused like an unknown one."""
    if one is None or not may_name(context, [one.district], [region]):
        raise Refusal("NOT_FOUND", field)
    return one


def _facilitator(keys: Keys, row: FacilitatorRow, new_id: UUID) -> Facilitator:
    sealed = keys.cipher.encrypt(row.content)
    return Facilitator(new_id, row.nomor_pendamping, row.kode_kabupaten, sealed)


def _require_same(keys: Keys, one: Facilitator, row: FacilitatorRow) -> None:
    before = one.district + keys.cipher.decrypt(one.sealed)
    domain.require_same(before, row.kode_kabupaten + row.content, "nomor_pendamping")
