"""Use cases of a cooperative's years: annual meetings and targets of members, item by item or listed."""

from collections.abc import Sequence

from services.cooperative import store, year_store, years
from services.cooperative.schemas import (
    AnnualMeetingItem,
    AnnualMeetingRow,
    MemberTargetItem,
    MemberTargetRow,
)
from services.cooperative.tables import annual_meeting, member_target
from services.cooperative.years import Meeting, MemberTarget
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import for_reading
from shared.database.locks import lock_table
from shared.events.envelope import Fact
from shared.http.batches import Outcome


def record_annual_meetings(context: Context, items: Sequence[AnnualMeetingItem]) -> list[Outcome]:
    """Record annual meetings that were held."""
    lock_table(context.connection, annual_meeting)
    cooperatives = for_reading(context, store.COOPERATIVES, {i.cooperative_number for i in items})
    ids = [one.id for one in cooperatives.known.values()]
    known = year_store.meetings(context.connection, ids)
    new: list[Meeting] = []

    def decide(item: AnnualMeetingItem) -> Facts:
        one = cooperatives.require_own(item.cooperative_number, "cooperative_number")
        before = known.get((one.id, item.year))
        meeting, payloads = years.hold_meeting(one, before, item.year, item.held_on)
        if payloads:
            known[one.id, item.year] = meeting
            new.append(meeting)
        return facts(str(one.id), payloads)

    return decide_batch(
        context, decide, items, save=lambda: year_store.save_meetings(context.connection, new)
    )


def set_member_targets(context: Context, items: Sequence[MemberTargetItem]) -> list[Outcome]:
    """Set how many members cooperatives aim at; a new value is a new version."""
    return _set_targets(context, items, listed=False)


def _set_targets(
    context: Context, items: Sequence[MemberTargetItem], *, listed: bool
) -> list[Outcome]:
    lock_table(context.connection, member_target)
    cooperatives = for_reading(context, store.COOPERATIVES, {i.cooperative_number for i in items})
    ids = [one.id for one in cooperatives.known.values()]
    past = year_store.targets(context.connection, ids)
    new: list[MemberTarget] = []

    def decide(item: MemberTargetItem) -> Facts:
        one = cooperatives.require_own(item.cooperative_number, "cooperative_number")
        versions = past[one.id, item.year]
        if listed and years.was_set(versions, item.target):
            return ()
        target, payloads = years.set_target(versions, one.id, item.year, item.target)
        if payloads:
            if live := [old for old in versions if not old.taken_back]:
                context.note("target", live[-1].target, item.target)
            versions.append(target)
            new.append(target)
        # no day of its own: it is set at the moment at which it is recorded
        return tuple(Fact(str(one.id), context.now, payload) for payload in payloads)

    return decide_batch(
        context, decide, items, save=lambda: year_store.save_targets(context.connection, new)
    )


def import_annual_meetings(context: Context, rows: Sequence[AnnualMeetingRow]) -> list[Outcome]:
    """Import annual meetings."""
    return record_annual_meetings(context, [row.item for row in rows])


def import_member_targets(context: Context, rows: Sequence[MemberTargetRow]) -> list[Outcome]:
    """Import targets of members; a value that was listed before is a duplicate, however often sent."""
    return _set_targets(context, [row.item for row in rows], listed=True)
