"""A family with its record: what it is, version by version, and its spells in programmes. Pure."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from shared.events.base import BusinessType, DecileBand, Programme
from shared.events.beneficiary import ExitReason, FamilyPerson


@dataclass(frozen=True)
class Version:
    """A family's record from one day on; the highest version in force on a day counts."""

    version: int
    effective_on: date
    region: str
    decile: int | None
    """The exact decile stays at home; none after a correction, which names the band alone."""
    band: DecileBand
    persons: tuple[FamilyPerson, ...]
    born: bytes | None = None
    """Birth date of the representative, sealed."""
    taken_back: bool = False

    @property
    def representative(self) -> str | None:
        """Pseudonym of the family's representative, if one is registered."""
        return next((one.person for one in self.persons if one.representative), None)


@dataclass(frozen=True)
class Graduation:
    """One case of self-sufficient graduation, as far as it has come."""

    id: UUID
    proposed_on: date
    verified_on: date | None = None
    approved_on: date | None = None


@dataclass(frozen=True)
class Spell:
    """One time of a family in a programme: from an enrolment until it left, if it did."""

    first: int
    """The version of the record with which it began: the number of its enrolment."""
    programme: Programme
    business: BusinessType | None
    sealed: bytes
    """The row that enrolled the family, for its owner's eyes only."""
    graduation: Graduation | None = None
    exit: tuple[ExitReason, date] | None = None

    @property
    def until(self) -> date | None:
        """The last day in the programme; none: the family is in."""
        if self.exit is not None:
            return self.exit[1]
        return self.graduation.approved_on if self.graduation else None


@dataclass(frozen=True)
class Family:
    """A family with the whole history of its record; `sealed` is for its owner's eyes only."""

    id: int
    """Key of the family's rows; it is in no event."""
    subject: str
    programme: Programme
    business: BusinessType | None
    sealed: bytes
    history: tuple[Version, ...]
    """In order of version; one that was taken back keeps its number and counts no more."""
    assignments: tuple[tuple[date, UUID], ...] = ()
    """Which facilitator from which day on, in order."""
    graduation: Graduation | None = None
    exit: tuple[ExitReason, date] | None = None
    first: int = 1
    """The version with which the last spell began; programme to exit above are that spell's."""
    past: tuple[Spell, ...] = ()
    """Earlier spells in order; the family left each of them."""

    @property
    def live(self) -> tuple[Version, ...]:
        """The versions that count."""
        return tuple(one for one in self.history if not one.taken_back)

    @property
    def current(self) -> Version:
        """The highest version that counts; the first one always does."""
        return next(one for one in reversed(self.history) if not one.taken_back)

    @property
    def spell(self) -> Spell:
        """The last spell."""
        return Spell(
            self.first, self.programme, self.business, self.sealed, self.graduation, self.exit
        )

    @property
    def spells(self) -> tuple[Spell, ...]:
        """Every spell in order."""
        return (*self.past, self.spell)

    @property
    def enrolled_on(self) -> date:
        """First day of the last spell."""
        return self.since(self.spell)

    @property
    def facilitator(self) -> UUID | None:
        """Whom the family was given last in this spell."""
        if not self.assignments or self.assignments[-1][0] < self.enrolled_on:
            return None
        return self.assignments[-1][1]

    @property
    def left(self) -> bool:
        """Whether the last spell is over."""
        return self.spell.until is not None

    def since(self, spell: Spell) -> date:
        """First day of a spell."""
        return next(one.effective_on for one in self.history if one.version == spell.first)


def with_spells(family: Family, spells: tuple[Spell, ...]) -> Family:
    """The family with these spells, one or more, instead of its own."""
    last = spells[-1]
    return replace(
        family,
        first=last.first,
        programme=last.programme,
        business=last.business,
        sealed=last.sealed,
        graduation=last.graduation,
        exit=last.exit,
        past=spells[:-1],
    )
