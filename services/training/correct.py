"""The use case of corrections: an earlier event of ours was wrong, it is taken back or replaced."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.training import corrections, store
from services.training.book import ORIGIN, Covers
from services.training.tables import session
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
    _MEND[wanted.original.type](connection, wanted, covers)
    (staged,) = outbox.stage(connection, ORIGIN, [wanted.fact], now=now)
    store.save_correction(connection, request.event_id, wanted.content, staged)
    return staged


def _mend_session(connection: Connection, wanted: Correction, covers: Covers) -> None:
    store.lock_register(connection, session)
    one = store.session_by_id(connection, UUID(wanted.original.subject))
    if one is None:
        raise taken_back_already()
    _require_covered(one.place, covers)
    new: Any = wanted.replacement
    changed = corrections.correct_session(
        one, new, attended=store.has_attendances(connection, one.id)
    )
    if changed is None:
        store.forget_session(connection, one.id)
    else:
        _require_covered(changed.place, covers)
        store.save_sessions(connection, [changed])


def _mend_attendance(connection: Connection, wanted: Correction, covers: Covers) -> None:
    original: Any = wanted.original.data
    one = store.session_by_id(connection, original.session)
    if one is None:
        raise taken_back_already()
    _require_covered(one.place, covers)
    if wanted.replacement is None:
        store.forget_attendance(connection, one.id, wanted.original.subject)


def _mend_completion(connection: Connection, wanted: Correction, covers: Covers) -> None:
    original: Any = wanted.original.data
    person = wanted.original.subject
    one = store.completions_of(connection, [person]).get((original.training, person))
    if one is None:
        raise taken_back_already()
    region = store.region_of_right(connection, one.entitlement)
    if region is not None:
        _require_covered(region, covers)
    new: Any = wanted.replacement
    changed = corrections.correct_completion(one, new)
    if changed is None:
        store.forget_completion(connection, one.training, person)
    else:
        store.save_completions(connection, [changed])


_MEND: dict[str, Callable[[Connection, Correction, Covers], None]] = {
    "id.lintas.session.held.v1": _mend_session,
    "id.lintas.session.attended.v1": _mend_attendance,
    "id.lintas.training.completed.v1": _mend_completion,
}
"""Who mends our own rows, by the corrected type."""


def _require_place(replacement: Payload | None, covers: Covers) -> None:
    """A replacement moves nothing to a place that does not exist or is not the caller's."""
    for field in ("region", "district"):  # the narrowest that is known decides
        place = getattr(replacement, field, None)
        if place is not None and not Regions.load().exists(place):
            raise region_unknown(f"replacement.{field}")
        if place is not None and not covers(place):
            raise area_forbidden(f"replacement.{field}")
        if place is not None:
            return


def _require_covered(region: str, covers: Covers) -> None:
    if not covers(region):
        raise area_forbidden("event_id")
