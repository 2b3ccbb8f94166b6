"""What corrections of this service are about, and how its own rows follow them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from services.beneficiary import corrections, store
from services.beneficiary.book import ORIGIN
from services.beneficiary.tables import correction, facilitator, family
from shared.application.corrections import Correction, CorrectionRules, Places
from shared.application.refusals import taken_back_already
from shared.events.base import Payload
from shared.events.beneficiary import ReferralIssued, TargetSet
from shared.events.envelope import Event


def _lock(connection: Connection, fact: Event) -> None:
    is_target = isinstance(fact.data, TargetSet)
    store.lock_register(connection, facilitator if is_target else family)


def _places(connection: Connection, fact: Event) -> Places:
    """Where the family lives now, or the district of the facilitator."""
    if isinstance(fact.data, ReferralIssued):
        return ()
    if isinstance(fact.data, TargetSet):
        return _district(connection, fact, UUID(fact.subject)) or ()
    one = store.families(connection, [fact.subject]).get(fact.subject)
    return (one.current.region,) if one else ()


def _district(connection: Connection, _fact: Event, facilitator_id: UUID) -> Places | None:
    found = store.facilitators(connection, [facilitator_id], by="id")
    return {one.district for one in found.values()} or None


def _mend(connection: Connection, wanted: Correction, said: Payload) -> None:
    """Our own rows follow: a version, an assignment, a step, an exit, a target or a referral.

    An enrolment that is taken back forgets the family.
    """
    mend = _MEND.get(type(said), _mend_family)
    mend(connection, wanted, said)


def _mend_family(connection: Connection, wanted: Correction, said: Payload) -> None:
    subject = wanted.original.subject
    one = store.families(connection, [subject]).get(subject)
    if one is None:
        raise taken_back_already()
    referred = store.was_referred(connection, subject)
    changed = corrections.correct_family(one, said, wanted.replacement, referred=referred)
    if changed is None:
        store.forget_family(connection, one)
    else:
        store.rewrite_family(connection, changed)


def _mend_target(connection: Connection, wanted: Correction, said: Any) -> None:
    past = store.targets(connection, [UUID(wanted.original.subject)])
    for one in (target for versions in past.values() for target in versions):
        if (one.year, one.version) == (said.year, said.version):
            store.save_targets(connection, [corrections.correct_target(one, wanted.replacement)])


def _mend_referral(connection: Connection, wanted: Correction, said: Any) -> None:
    if isinstance(wanted.replacement, ReferralIssued):
        store.save_referrals(connection, [(wanted.original.subject, wanted.replacement)])
    else:
        store.forget_referral(connection, said.referral)


_MEND: dict[type[Payload], Callable[[Connection, Correction, Payload], None]] = {
    TargetSet: _mend_target,
    ReferralIssued: _mend_referral,
}
"""Who mends our own rows, where it is not the family's record."""

CORRECTIONS = CorrectionRules(
    origin=ORIGIN,
    kept=correction,
    fixed=corrections.FIXED,
    lock=_lock,
    places=_places,
    references={"facilitator": _district},
    mend=_mend,
)
