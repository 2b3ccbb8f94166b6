"""Use cases of applications: a person agrees, applies, and is listed with what followed."""

import json
from collections.abc import Sequence
from dataclasses import replace

from services.cooperative import consents, domain
from services.cooperative.batch import MembershipBatch, load_memberships
from services.cooperative.consents import Agreed, Consent, ConsentDecision
from services.cooperative.domain import Membership, Step
from services.cooperative.schemas import Application, ConsentItem, MemberRow
from services.cooperative.status import Cooperative
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.errors import Refusal
from shared.http.batches import Outcome
from shared.ids import new_uuid7


def record_consents(context: Context, items: Sequence[ConsentItem]) -> list[Outcome]:
    """Record what persons agreed to; an application names it by text and day."""
    persons = [context.person(item.national_id) for item in items]
    numbers = {item.cooperative_number for item in items}
    batch = load_memberships(context, numbers, persons, referred=True)

    def decide(item: ConsentItem, person: str) -> Facts:
        cooperative, _ = batch.find(item.cooperative_number, person)
        consent, payloads = _consent(context, batch, cooperative, person, item.consent.agreed)
        if payloads:
            batch.agree(consent)
        return facts(person, payloads)

    return decide_batch(context, decide, items, persons, save=batch.save)


def apply_for_membership(context: Context, items: Sequence[Application]) -> list[Outcome]:
    """Record applications for membership."""
    persons = [context.person(item.national_id) for item in items]
    numbers = {item.cooperative_number for item in items}
    batch = load_memberships(context, numbers, persons, referred=True)

    def decide(item: Application, person: str) -> Facts:
        return batch.keep(_apply(context, batch, item, person))

    return decide_batch(context, decide, items, persons, save=batch.save)


def import_members(context: Context, rows: Sequence[MemberRow]) -> list[Outcome]:
    """Import members: application, approval and activation as far as each row has them."""
    persons = [context.person(row.nik) for row in rows]
    batch = load_memberships(context, {row.nomor_koperasi for row in rows}, persons, referred=True)

    def decide(row: MemberRow, person: str) -> Facts:
        applied = _apply(context, batch, row.application, person)
        cooperative, past = batch.find(row.nomor_koperasi, person)
        days = {"approved_on": row.tanggal_disetujui, "activated_on": row.tanggal_aktif}
        return batch.keep(*domain.listed_steps(cooperative, past, applied, **days))

    return decide_batch(context, decide, rows, persons, save=batch.save)


def _apply(context: Context, batch: MembershipBatch, item: Application, person: str) -> Step:
    domain.require_voluntary(item.voluntary_declaration)
    cooperative, past = batch.find(item.cooperative_number, person)
    if item.consent is None:
        raise Refusal("CONSENT_MISSING", "consent")
    agreed = item.consent.agreed
    before = domain.recorded_application(past, item.applied_on)
    if before:
        known = batch.consents_of(cooperative, person)
        domain.require_same(json.loads(context.keys.cipher.decrypt(before.sealed)), item.personal)
        consents.require_kept(known, agreed, before.consent)
    consent, recorded = _consent(context, batch, cooperative, person, agreed, before)
    consents.require_given(consent, item.applied_on)
    begun = before or _begun(context, batch, item, cooperative, consent)
    step = Step(begun) if before else domain.apply(cooperative, past, begun)
    new = consent if recorded else None
    return replace(step, payloads=(*recorded, *step.payloads), consent=new)


def _begun(
    context: Context,
    batch: MembershipBatch,
    item: Application,
    cooperative: Cooperative,
    consent: Consent,
) -> Membership:
    return Membership(
        id=new_uuid7(context.now),
        cooperative=cooperative.id,
        person=consent.person,
        region=cooperative.region,
        applied_on=item.applied_on,
        consent=consent.id,
        sealed=context.keys.cipher.encrypt(json.dumps(item.personal)),
        referral=domain.referral_for(batch.referrals.get(consent.person, []), item.applied_on),
    )


def _consent(
    context: Context,
    batch: MembershipBatch,
    cooperative: Cooperative,
    person: str,
    agreed: Agreed,
    application: Membership | None = None,
) -> ConsentDecision:
    """The consent that is named or new; of an old application under the id that it published."""
    past = batch.consents_of(cooperative, person)
    if agreed.form is None:
        return consents.named(past, agreed), ()
    wanted = Consent(
        id=application.consent if application else new_uuid7(context.now),
        cooperative=cooperative.id,
        person=person,
        region=cooperative.region,
        form=agreed.form,
        text_version=agreed.text_version,
        given_on=agreed.given_on,
    )
    return consents.record(past, wanted)
