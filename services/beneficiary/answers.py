"""What readings answer: a family with its spells, and the worklist of those getting ready."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from services.beneficiary.outcomes import ReferralOutcome
from shared.events.base import AgeBand, BusinessType, DecileBand, Programme, Pseudonym
from shared.events.beneficiary import ExitReason, TrainingAnswer, VisitOutcome


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


class Household(BaseModel):
    """What every list says of a family; name and telephone are masked."""

    family_number: str
    pseudonym: Pseudonym
    region: str
    village: str
    """The region's name."""
    name: str
    """Initials of the representative; empty where another person represents the family by now."""
    phone: str
    """Last digits of the telephone."""
    facilitator_number: str | None


class ReadyFamily(Household):
    """A family with an active cooperative member, completed training, or both."""

    member_since: date | None
    trained_on: date | None
    ready: bool
    """Both: time to look at a graduation."""


class ReadinessList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[ReadyFamily]
    next: Pseudonym | None


class WaitingFamily(Household):
    """A referred family that may still apply."""

    referral: UUID
    referred_on: date
    last_step: ReferralOutcome | None
    """None: nobody was reached yet."""
    last_step_on: date | None


class ContactList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[WaitingFamily]
    next: str | None


class UntrainedFamily(Household):
    """A family of deciles 1 and 2 with an adult of productive age, of whom nobody was trained."""

    last_answer: TrainingAnswer | None
    """What it said when training was offered last; none: it was not offered yet."""
    last_offered_on: date | None


class UntrainedList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[UntrainedFamily]
    next: Pseudonym | None


class GraduationCase(Household):
    """A family whose graduation was proposed."""

    proposed_on: date
    verified_on: date | None
    """None: it waits for the visit, else for approval."""


class CaseList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[GraduationCase]
    next: Pseudonym | None


class UnseenGraduate(Household):
    """A family that graduated and was not seen for 90 days."""

    graduated_on: date
    due_months: int
    """The next visit is that of so many months after the graduation."""
    due_on: date
    last_visit_on: date | None
    last_outcome: VisitOutcome | None
    """None: it was not visited yet."""
    silent_days: int
    """Since the graduation, or the last visit that found the family."""


class UnseenList(BaseModel):
    """One page of the worklist; ask again with `after` = `next` until it is empty."""

    families: list[UnseenGraduate]
    next: Pseudonym | None


class Pace(BaseModel):
    """A facilitator's year so far; name and telephone are masked."""

    id: UUID
    """How events call the facilitator: the `subject` of an account or token for the own work."""
    facilitator_number: str
    name: str
    phone: str
    district: str
    families: int
    """Families in the programme today."""
    target: int | None
    """Of this year; none was set."""
    graduated: int
    """Self-sufficient graduations of this year, by who had the family on that day."""
    expected: int
    """What the target asks for by today."""
    behind: bool


class PaceList(BaseModel):
    """One page of facilitators; ask again with `after` = `next` until it is empty."""

    facilitators: list[Pace]
    next: str | None


class FamilyLine(Household):
    """A family in the list of all."""

    programme: Programme
    graduated_on: date | None
    exited_on: date | None
    exit_reason: ExitReason | None


class FamilyList(BaseModel):
    """One page of families; ask again with `after` = `next` until it is empty."""

    families: list[FamilyLine]
    next: Pseudonym | None


class Identity(BaseModel):
    """Who a family is; only for its own office."""

    family_number: str
    name: str | None
    national_id: str | None
    """Of the representative."""
    card_number: str
    phone: str | None
    address: str | None


class IdentityList(BaseModel):
    """Who some families are."""

    families: list[Identity]
