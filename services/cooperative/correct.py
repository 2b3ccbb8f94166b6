"""The use case of corrections: an earlier event of ours was wrong, it is taken back or replaced."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from services.cooperative import corrections, store
from services.cooperative.book import ORIGIN, Covers
from services.cooperative.tables import cooperative, household_group, membership
from shared import outbox
from shared.errors import area_forbidden
from shared.events.base import Payload
from shared.events.days import jakarta_day
from shared.mending import Correction, CorrectionRequest, load_correction
from shared.refusals import region_unknown, taken_back_already
from shared.regions import Regions


def correct_fact(
    connection: Connection, request: CorrectionRequest, *, covers: Covers, now: datetime
) -> UUID:
    """Take back or replace one of our events; gives the id of the correction's event.

    The same correction again changes nothing and gives the id that it got the first time.
    """
    wanted = load_correction(connection, request, fixed=corrections.FIXED, today=jakarta_day(now))
    _require_place(wanted.replacement, covers)
    before = store.correction_of(connection, request.event_id)
    if before is not None and before.replacement == wanted.content:
        return UUID(str(before.staged))
    if before is not None and before.replacement is None:
        raise taken_back_already()
    _MEND[wanted.original.type.split(".")[2]](connection, wanted, covers)
    (staged,) = outbox.stage(connection, ORIGIN, [wanted.fact], now=now)
    store.save_correction(connection, request.event_id, wanted.content, staged)
    return staged


def _mend_membership(connection: Connection, wanted: Correction, covers: Covers) -> None:
    membership_id = wanted.original.data.membership  # type: ignore[attr-defined]
    one = store.membership_by_id(connection, membership_id)
    if one is None:
        raise taken_back_already()
    _require_covered(one.region, covers)
    changed = corrections.correct_membership(one, wanted.original.data, wanted.replacement)
    if changed is None:
        store.forget(connection, membership, one.id)
        return
    others = store.memberships(connection, [one.person], [one.cooperative])
    corrections.require_one_open(changed, others[one.cooperative, one.person])
    store.save_memberships(connection, [changed])


def _mend_cooperative(connection: Connection, wanted: Correction, covers: Covers) -> None:
    store.lock_register(connection, cooperative)
    one = store.cooperative_by_id(connection, UUID(wanted.original.subject))
    if one is None:
        raise taken_back_already()
    _require_covered(one.region, covers)
    changed = corrections.correct_cooperative(
        one,
        wanted.original.data,
        wanted.replacement,
        has_members=store.has_members(connection, one.id),
    )
    if changed is None:
        store.forget(connection, cooperative, one.id)
    else:
        store.save_cooperatives(connection, [changed])


def _mend_group(connection: Connection, wanted: Correction, covers: Covers) -> None:
    store.lock_register(connection, household_group)
    one = store.group_by_id(connection, UUID(wanted.original.subject))
    if one is None:
        raise taken_back_already()
    _require_covered(one.region, covers)
    changed = corrections.correct_group(one, wanted.original.data, wanted.replacement)
    if changed is None:
        store.forget(connection, household_group, one.id)
    else:
        store.save_groups(connection, [changed])


_MEND: dict[str, Callable[[Connection, Correction, Covers], None]] = {
    "membership": _mend_membership,
    "cooperative": _mend_cooperative,
    "group": _mend_group,
}
"""Who mends our own rows, by the noun of the corrected type."""


def _require_place(replacement: Payload | None, covers: Covers) -> None:
    """A replacement moves nothing to a place that does not exist or is not the caller's."""
    region = getattr(replacement, "region", None)
    if region is not None and not Regions.load().exists(region):
        raise region_unknown("replacement.region")
    if region is not None and not covers(region):
        raise area_forbidden("replacement.region")


def _require_covered(region: str, covers: Covers) -> None:
    if not covers(region):
        raise area_forbidden("event_id")
