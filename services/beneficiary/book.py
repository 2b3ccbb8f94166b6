"""One chunk at work: what it needs and what it loaded."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from services.beneficiary import CARD
from services.beneficiary.domain import Family, Told, Version
from services.beneficiary.eligibility import age_band
from shared.application.batch import facts
from shared.application.places import Covers, may_name
from shared.application.refusals import unknown
from shared.events.beneficiary import FamilyPerson
from shared.events.envelope import Fact
from shared.outbox.table import Origin
from shared.security.encryption import ColumnCipher
from shared.security.identity import NationalId, Pseudonymiser

ORIGIN = Origin(CARD.source, CARD.topic.name, CARD.topic.agreement)


@dataclass(frozen=True)
class Facilitator:
    """A facilitator by number; the id names nobody, `sealed` says who it is."""

    id: UUID
    number: str
    district: str
    sealed: bytes


def nameable(one: Facilitator | None, region: str, covers: Covers, field: str) -> Facilitator:
    """The facilitator that a number names for a family of a region; refused like an unknown one."""
    if one is None or not may_name([one.district], covers, [region]):
        raise unknown(field)
    return one


@dataclass(frozen=True)
class Desk:
    """What the use cases need besides the database: the keys."""

    pseudonymiser: Pseudonymiser
    cipher: ColumnCipher

    def persons(
        self,
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
            person = self.pseudonymiser.person(one)
            birth = born if one is head else one.birth_date(day.year)
            found.setdefault(
                person,
                FamilyPerson(
                    person=person, representative=one is head, age_band=age_band(birth, day)
                ),
            )
        return tuple(found.values())

    def seal_day(self, day: date | None) -> bytes | None:
        """A birth date for its column."""
        return None if day is None else self.cipher.encrypt(day.isoformat())

    def open_day(self, sealed: bytes | None) -> date | None:
        """A birth date from its column."""
        return None if sealed is None else date.fromisoformat(self.cipher.decrypt(sealed))

    def head_after(
        self, last: Version, head: NationalId | None, day: date
    ) -> tuple[date | None, bytes | None]:
        """Birth date of a representative, plain and sealed: as recorded, else by number."""
        if head is None:
            return None, None
        if last.born is not None and self.pseudonymiser.person(head) == last.representative:
            return self.open_day(last.born), last.born
        born = head.birth_date(day.year)
        return born, self.seal_day(born)


@dataclass
class Book:
    """The families that one chunk speaks of: loaded once, saved once."""

    covers: Covers
    families: dict[str, Family]
    touched: dict[str, Family] = field(default_factory=dict)

    def find(self, subject: str) -> Family:
        """The family under a pseudonym; refused when unknown or outside the caller's area."""
        family = self.families.get(subject)
        if family is None or not self.covers(family.current.region):
            raise unknown("family_number")
        return family

    def keep(self, *decisions: Told) -> tuple[Fact, ...]:
        """Take over a family after its decisions and give the facts to tell."""
        family, told = decisions[-1][0], [fact for _, payloads in decisions for fact in payloads]
        if told:
            self.families[family.subject] = self.touched[family.subject] = family
        return facts(family.subject, told)
