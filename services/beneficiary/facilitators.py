"""The use cases of facilitators: who they are, and their graduation targets."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from services.beneficiary import domain, store
from services.beneficiary.book import ORIGIN, Desk, Facilitator
from services.beneficiary.domain import Target
from services.beneficiary.refusals import target_differs
from services.beneficiary.schemas import FacilitatorRow, TargetItem
from services.beneficiary.tables import facilitator as facilitator_table
from shared.application.batch import settle
from shared.application.places import Covers, require_place
from shared.application.refusals import unknown
from shared.clock import noon
from shared.events.base import Payload
from shared.events.envelope import Fact
from shared.http.batches import Outcome
from shared.ids import new_uuid7


class _Targets:
    """The facilitators' targets that one chunk speaks of: loaded once, saved once."""

    def __init__(
        self, connection: Connection, facilitators: Iterable[Facilitator], now: datetime
    ) -> None:
        self._now = now
        self._past = store.targets(connection, [one.id for one in facilitators])
        self.touched: dict[tuple[UUID, int, int], Target] = {}

    def of(self, facilitator: UUID, year: int) -> list[Target]:
        """Every version of a target that was set so far."""
        return self._past[facilitator, year]

    def keep(self, one: Target, told: tuple[Payload, ...]) -> tuple[Fact, ...]:
        """Take over a target after its decision and give the facts to tell."""
        if told:
            self._past[one.facilitator, one.year].append(one)
            self.touched[one.facilitator, one.year, one.version] = one
        # a target for next year is set now: its event must not lie ahead of what has happened
        at = min(noon(date(one.year, 1, 1)), self._now)
        return tuple(Fact(str(one.facilitator), at, payload) for payload in told)


def import_facilitators(
    connection: Connection,
    desk: Desk,
    rows: Sequence[FacilitatorRow],
    *,
    covers: Covers,
    now: datetime,
) -> list[Outcome]:
    """Record facilitators by their numbers, each with the target of one year."""
    store.lock_register(connection, facilitator_table)
    known = store.facilitators(connection, {row.nomor_pendamping for row in rows})
    targets = _Targets(connection, known.values(), now)
    touched: dict[str, Facilitator] = {}

    def decide(row: FacilitatorRow) -> tuple[Fact, ...]:
        require_place(row.kode_kabupaten, covers, "kode_kabupaten")
        before = known.get(row.nomor_pendamping)
        one = before or _facilitator(desk, row, new_uuid7(now))
        _require_same(desk, one, row)
        past = targets.of(one.id, row.tahun)
        if any(not entry.taken_back and entry.target == row.target for entry in past):
            return ()
        if any(not entry.taken_back for entry in past):
            raise target_differs()
        target, told = domain.set_target(past, one.id, one.district, row.tahun, row.target)
        if before is None:
            known[one.number] = touched[one.number] = one
        return targets.keep(target, told)

    outcomes = settle(connection, ORIGIN, rows, decide, now)
    store.save_facilitators(connection, touched.values())
    store.save_targets(connection, targets.touched.values())
    return outcomes


def set_targets(
    connection: Connection, items: Sequence[TargetItem], *, covers: Covers, now: datetime
) -> list[Outcome]:
    """Set facilitators' targets for years; a new value is a new version."""
    store.lock_register(connection, facilitator_table)
    known = store.facilitators(connection, {item.facilitator_number for item in items})
    targets = _Targets(connection, known.values(), now)

    def decide(item: TargetItem) -> tuple[Fact, ...]:
        one = known.get(item.facilitator_number)
        if one is None or not covers(one.district):
            raise unknown("facilitator_number")
        past = targets.of(one.id, item.year)
        return targets.keep(*domain.set_target(past, one.id, one.district, item.year, item.target))

    outcomes = settle(connection, ORIGIN, items, decide, now)
    store.save_targets(connection, targets.touched.values())
    return outcomes


def _facilitator(desk: Desk, row: FacilitatorRow, new_id: UUID) -> Facilitator:
    sealed = desk.cipher.encrypt(row.content)
    return Facilitator(new_id, row.nomor_pendamping, row.kode_kabupaten, sealed)


def _require_same(desk: Desk, one: Facilitator, row: FacilitatorRow) -> None:
    before = one.district + desk.cipher.decrypt(one.sealed)
    domain.require_same(before, row.kode_kabupaten + row.content, "nomor_pendamping")
