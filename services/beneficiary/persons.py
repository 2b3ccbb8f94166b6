"""Persons of a family by pseudonym and age band, and birth dates in their sealed column."""

from collections.abc import Iterable
from datetime import date

from services.beneficiary.eligibility import age_band
from services.beneficiary.family import Version
from shared.application.context import Keys
from shared.events.beneficiary import FamilyPerson
from shared.security.identity import NationalId


def persons_of(
    keys: Keys,
    head: NationalId | None,
    born: date | None,
    members: Iterable[NationalId],
    day: date,
) -> tuple[FamilyPerson, ...]:
    """The adults of a family by pseudonym and age band, the head first, nobody twice."""
    found: dict[str, FamilyPerson] = {}
    for one in (head, *members):
        if one is None:
            continue
        person = keys.pseudonymiser.person(one)
        birth = born if one is head else one.birth_date(day.year)
        found.setdefault(
            person,
            FamilyPerson(person=person, representative=one is head, age_band=age_band(birth, day)),
        )
    return tuple(found.values())


def seal_day(keys: Keys, day: date | None) -> bytes | None:
    """A birth date for its column."""
    return None if day is None else keys.cipher.encrypt(day.isoformat())


def open_day(keys: Keys, sealed: bytes | None) -> date | None:
    """A birth date from its column."""
    return None if sealed is None else date.fromisoformat(keys.cipher.decrypt(sealed))


def head_after(
    keys: Keys, last: Version, head: NationalId | None, day: date
) -> tuple[date | None, bytes | None]:
    """Birth date of a representative, plain and sealed: as recorded, else by number."""
    if head is None:
        return None, None
    if last.born is not None and keys.pseudonymiser.person(head) == last.representative:
        return open_day(keys, last.born), last.born
    born = head.birth_date(day.year)
    return born, seal_day(keys, born)
