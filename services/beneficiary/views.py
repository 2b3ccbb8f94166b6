"""What the ministry's own staff read of one family."""

import json

from sqlalchemy import Connection

from services.beneficiary import store
from services.beneficiary.answers import (
    FamilyView,
    SpellView,
    ToldEvent,
    VersionView,
)
from services.beneficiary.family import Family, Spell
from services.beneficiary.own import readable
from shared.application.context import Context
from shared.events.envelope import utc_text


def show_family(context: Context, number: str) -> FamilyView:
    """A family by its number, with the ids of all events about it; no identity."""
    subject = context.family(number)
    one = readable(context, store.families(context.connection, [subject]).get(subject))
    case, left = one.graduation, one.exit
    return FamilyView(
        family_number=number,
        pseudonym=subject,
        spells=[_spell(one, spell) for spell in one.spells],
        programme=one.programme,
        business_type=one.business,
        versions=_versions(one),
        assignments=list(one.assignments),
        proposed_on=case.proposed_on if case else None,
        verified_on=case.verified_on if case else None,
        approved_on=case.approved_on if case else None,
        exit_reason=left[0] if left else None,
        exited_on=left[1] if left else None,
        events=_events(context.connection, subject),
    )


def _spell(one: Family, spell: Spell) -> SpellView:
    return SpellView(
        since=one.since(spell),
        until=spell.until,
        programme=spell.programme,
        graduated=spell.exit is None and spell.until is not None,
        exit_reason=spell.exit[0] if spell.exit else None,
    )


def _versions(one: Family) -> list[VersionView]:
    return [
        VersionView(
            version=entry.version,
            effective_on=entry.effective_on,
            region=entry.region,
            decile=entry.decile,
            decile_band=entry.band,
            persons=len(entry.persons),
            age_bands=[person.age_band for person in entry.persons],
            taken_back=entry.taken_back,
        )
        for entry in one.history
    ]


def _events(connection: Connection, subject: str) -> list[ToldEvent]:
    return [
        ToldEvent(
            id=row.event_id,
            type=str(json.loads(row.body)["type"]),
            staged_at=utc_text(row.staged_at),
        )
        for row in store.events_about(connection, subject)
    ]
