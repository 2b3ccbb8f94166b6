"""What readings answer: a family with its spells, and the worklist of those getting ready."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from shared.events.base import AgeBand, BusinessType, DecileBand, Programme, Pseudonym
from shared.events.beneficiary import ExitReason


class VersionView(BaseModel):
    """One version of a family's record."""

    version: int
    effective_on: date
    region: str
    decile: int | None
    decile_band: DecileBand
    persons: int
    age_bands: list[AgeBand]
    taken_back: bool


class SpellView(BaseModel):
    """One time of a family in a programme."""

    since: date
    until: date | None
    """The last day; none: the family is in."""
    programme: Programme
    graduated: bool
    exit_reason: ExitReason | None


class ToldEvent(BaseModel):
    """An event of this service; `id` is what a correction names."""

    id: UUID
    type: str
    staged_at: str


class FamilyView(BaseModel):
    """A family as its own ministry's staff see it; identity is not shown here."""

    family_number: str
    pseudonym: Pseudonym
    spells: list[SpellView]
    """In order; the fields below are of the last one."""
    programme: Programme
    business_type: BusinessType | None
    versions: list[VersionView]
    assignments: list[tuple[date, UUID]]
    proposed_on: date | None
    verified_on: date | None
    approved_on: date | None
    exit_reason: ExitReason | None
    exited_on: date | None
    events: list[ToldEvent]


class ReadyFamily(BaseModel):
    """A family with an active cooperative member, completed training, or both."""

    family_number: str
    pseudonym: Pseudonym
    region: str
    member_since: date | None
    trained_on: date | None
    ready: bool
    """Both: time to look at a graduation."""


class ReadinessList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[ReadyFamily]
    next: Pseudonym | None
