"""Between the rows of `tables` and the words of the domain, both ways; no SQL."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from services.beneficiary.family import Family, Graduation, Spell, Version
from services.beneficiary.readiness import Kind, Progress
from shared.application.latest_version import rank_columns, rank_in
from shared.events.base import AgeBand, BusinessType, DecileBand, Programme
from shared.events.beneficiary import ExitReason, FamilyPerson

Rows = Sequence[Row[Any]]


def rows_to_families(
    rows: Rows, versions: Rows, persons: Rows, assignments: Rows, spells: Rows
) -> dict[str, Family]:
    """The families of these rows, by pseudonym; every part comes in its order."""
    histories, given, past = _histories(versions, persons), defaultdict(list), defaultdict(list)
    for row in assignments:
        given[row.family].append((row.assigned_on, row.facilitator))
    for row in spells:
        past[row.family].append(_spell(row))
    return {
        row.subject: Family(
            id=row.id,
            subject=row.subject,
            history=tuple(histories[row.id]),
            assignments=tuple(given[row.id]),
            past=tuple(past[row.id]),
            **dict(vars(_spell(row))),
        )
        for row in rows
    }


def family_row(one: Family) -> dict[str, Any]:
    """A family without its parts."""
    current = one.current
    return {
        "id": one.id,
        "subject": one.subject,
        "current": current.version,
        "region": current.region,
        **_spell_columns(one.spell),
    }


def spell_rows(one: Family) -> Iterator[dict[str, Any]]:
    """The earlier spells of a family."""
    for spell in one.past:
        yield {"family": one.id, **_spell_columns(spell)}


def version_rows(one: Family) -> Iterator[dict[str, Any]]:
    """The history of a family."""
    for version in one.history:
        yield {
            "family": one.id,
            "version": version.version,
            "effective_on": version.effective_on,
            "region": version.region,
            "decile": version.decile,
            "band": version.band.value,
            "born": version.born,
            "taken_back": version.taken_back,
        }


def person_rows(one: Family) -> Iterator[dict[str, Any]]:
    """The adults of every version of a family."""
    for version in one.history:
        for position, person in enumerate(version.persons):
            yield {
                "family": one.id,
                "version": version.version,
                "position": position,
                "person": person.person,
                "representative": person.representative,
                "age_band": person.age_band.value,
            }


def assignment_rows(one: Family) -> Iterator[dict[str, Any]]:
    """The facilitators of a family."""
    for day, facilitator in one.assignments:
        yield {"family": one.id, "assigned_on": day, "facilitator": facilitator}


def row_to_progress(row: Row[Any]) -> Progress:
    """What is known of one event of another ministry."""
    return Progress(row.event, row.person, Kind(row.kind), row.reference, row.day, rank_in(row))


def progress_row(one: Progress) -> dict[str, Any]:
    """The row of one event of another ministry."""
    return {
        "event": one.event,
        "person": one.person,
        "kind": one.kind.value,
        "reference": one.reference,
        "day": one.day,
        **rank_columns(one),
    }


def _spell(row: Row[Any]) -> Spell:
    return Spell(
        first=row.spell,
        programme=Programme(row.programme),
        business=BusinessType(row.business) if row.business else None,
        sealed=row.sealed,
        graduation=_graduation(row),
        exit=(ExitReason(row.exit_reason), row.exited_on) if row.exited_on else None,
    )


def _spell_columns(one: Spell) -> dict[str, Any]:
    case = one.graduation
    return {
        "spell": one.first,
        "programme": one.programme.value,
        "business": one.business.value if one.business else None,
        "sealed": one.sealed,
        "graduation": case.id if case else None,
        "proposed_on": case.proposed_on if case else None,
        "verified_on": case.verified_on if case else None,
        "approved_on": case.approved_on if case else None,
        "exit_reason": one.exit[0].value if one.exit else None,
        "exited_on": one.exit[1] if one.exit else None,
    }


def _graduation(row: Row[Any]) -> Graduation | None:
    if row.graduation is None:
        return None
    return Graduation(row.graduation, row.proposed_on, row.verified_on, row.approved_on)


def _histories(versions: Rows, persons: Rows) -> dict[int, list[Version]]:
    found, adults = defaultdict(list), _adults(persons)
    for row in versions:
        found[row.family].append(
            Version(
                version=row.version,
                effective_on=row.effective_on,
                region=row.region,
                decile=row.decile,
                band=DecileBand(row.band),
                persons=tuple(adults[row.family, row.version]),
                born=row.born,
                taken_back=row.taken_back,
            )
        )
    return found


def _adults(persons: Iterable[Row[Any]]) -> dict[tuple[int, int], list[FamilyPerson]]:
    found = defaultdict(list)
    for row in persons:
        found[row.family, row.version].append(
            FamilyPerson(
                person=row.person,
                representative=row.representative,
                age_band=AgeBand(row.age_band),
            )
        )
    return found
