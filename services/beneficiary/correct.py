"""The use case of a correction: an earlier event of ours is taken back or replaced."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.beneficiary import corrections, store
from services.beneficiary.book import ORIGIN, Covers
from services.beneficiary.tables import facilitator, family
from shared import outbox
from shared.errors import area_forbidden
from shared.events.base import Payload
from shared.events.beneficiary import ReferralIssued, TargetSet
from shared.events.days import jakarta_day
from shared.mending import Correction, CorrectionRequest, load_correction
from shared.refusals import taken_back_already


def correct_fact(
    connection: Connection, request: CorrectionRequest, *, covers: Covers, now: datetime
) -> UUID:
    """Take back or replace one of our events; gives the id of the correction's event.

    Our own rows follow: a version, an assignment, a step of a graduation, an exit, a target or a
    referral is put right or taken out; an enrolment that is taken back forgets the family. The
    same correction again changes nothing and gives the id that it got the first time.
    """
    wanted = load_correction(connection, request, fixed=corrections.FIXED, today=jakarta_day(now))
    is_target = isinstance(wanted.original.data, TargetSet)
    store.lock_register(connection, facilitator if is_target else family)
    before = store.correction_of(connection, request.event_id)
    if before is not None and before.replacement == wanted.content:
        return UUID(str(before.staged))
    if before is not None and before.replacement is None:
        raise taken_back_already()
    said = wanted.original.data
    if before is not None:
        said = type(said).model_validate_json(before.replacement)
    mend = _MEND.get(type(said), _mend_family)
    mend(connection, wanted, said, covers)
    (staged,) = outbox.stage(connection, ORIGIN, [wanted.fact], now=now)
    store.save_correction(connection, request.event_id, wanted.content, staged)
    return staged


def _mend_family(connection: Connection, wanted: Correction, said: Payload, covers: Covers) -> None:
    subject = wanted.original.subject
    one = store.families(connection, [subject]).get(subject)
    if one is None:
        raise taken_back_already()
    _require_covered(one.current.region, covers)
    referred = store.was_referred(connection, subject)
    changed = corrections.correct_family(one, said, wanted.replacement, referred=referred)
    if changed is None:
        store.forget_family(connection, one)
    else:
        store.rewrite_family(connection, changed)


def _mend_target(connection: Connection, wanted: Correction, said: Any, covers: Covers) -> None:
    past = store.targets(connection, [UUID(wanted.original.subject)])
    for one in (target for versions in past.values() for target in versions):
        if (one.year, one.version) == (said.year, said.version):
            _require_covered(one.district, covers)
            store.save_targets(connection, [corrections.correct_target(one, wanted.replacement)])


def _mend_referral(connection: Connection, wanted: Correction, said: Any, covers: Covers) -> None:
    _require_covered(said.region, covers)
    if isinstance(wanted.replacement, ReferralIssued):
        store.save_referrals(connection, [(wanted.original.subject, wanted.replacement)])
    else:
        store.forget_referral(connection, said.referral)


_MEND: dict[type[Payload], Callable[[Connection, Correction, Payload, Covers], None]] = {
    TargetSet: _mend_target,
    ReferralIssued: _mend_referral,
}
"""Who mends our own rows, where it is not the family's record."""


def _require_covered(region: str, covers: Covers) -> None:
    if not covers(region):
        raise area_forbidden("event_id")
