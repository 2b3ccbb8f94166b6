"""Visits after a self-sufficient graduation: which may be recorded, and when the next one is due. Pure.

A visit is a fact of its day and hinders no other fact: a graduation may be corrected and a family
enrolled again whatever was visited. What is due is kept nowhere: it follows from the graduation that
counts today and the visits after it.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from types import MappingProxyType
from uuid import UUID

from services.beneficiary.eligibility import decile_band
from services.beneficiary.family import Family
from shared.errors import Refusal
from shared.events.base import DecileBand, Payload
from shared.events.beneficiary import BusinessState, FamilyVisited, SelfReliance, VisitOutcome

MONTHS = (3, 6, 12, 18, 24)
"""A graduate is visited so many months after the approval."""
EARLY = timedelta(days=30)
"""A visit is that of a due day up to so long before it."""
SILENT = timedelta(days=90)
"""So long after a family was seen nobody can say how it is."""

NEXT: Mapping[VisitOutcome | None, frozenset[VisitOutcome]] = MappingProxyType(
    {
        None: frozenset(VisitOutcome),
        VisitOutcome.FOUND: frozenset(VisitOutcome),
        VisitOutcome.NOT_FOUND: frozenset(VisitOutcome),
        VisitOutcome.MOVED: frozenset({VisitOutcome.FOUND}),
        VisitOutcome.DECEASED: frozenset(),
    }
)
"""Which outcome may follow which, by day; none: the family was not visited yet.

A family that moved may be found again, at its new place or back at the old one."""


@dataclass(frozen=True)
class Visit:
    """One visit; the exact decile stays at home, and is unknown after a correction of the band."""

    day: date
    outcome: VisitOutcome
    self_reliance: SelfReliance | None = None
    business: BusinessState | None = None
    decile: int | None = None
    band: DecileBand | None = None
    facilitator: UUID | None = None


@dataclass(frozen=True)
class Visits:
    """Every visit to a family, after whichever graduation, in the order of days."""

    family: str
    made: tuple[Visit, ...] = ()

    def on(self, day: date) -> Visit | None:
        """The visit of a day; there is one at most."""
        return next((one for one in self.made if one.day == day), None)

    def after(self, day: date) -> "Visits":
        """Those later than a day."""
        return replace(self, made=tuple(one for one in self.made if one.day > day))


@dataclass(frozen=True)
class FollowUp:
    """Where the visits to a graduate have come to."""

    graduated_on: date
    seen_on: date
    """When the family was found last; on the day of its graduation, if never since."""
    months: int
    """The next visit is that of so many months after the graduation."""
    due_on: date
    visited: Visit | None
    """The last visit, whatever came of it."""

    def silent_days(self, today: date) -> int:
        """Days since the family was seen."""
        return (today - self.seen_on).days

    def is_silent(self, today: date) -> bool:
        """Whether it was not seen for too long."""
        return self.silent_days(today) >= SILENT.days


def visit_of(
    day: date,
    outcome: VisitOutcome,
    self_reliance: SelfReliance | None,
    business: BusinessState | None,
    decile: int | None,
    facilitator: UUID | None,
) -> Visit:
    """A visit as somebody reports it.

    Raises:
        Refusal: VISIT_ANSWER; a family that was found is spoken of, another one is not.
    """
    band = None if decile is None else decile_band(decile)
    visit = Visit(day, outcome, self_reliance, business, decile, band, facilitator)
    _require_answers(visit, "")
    return visit


def record(family: Family, known: Visits, visit: Visit) -> tuple[Visits, tuple[Payload, ...]]:
    """The visits with one more, and its event; no event when it was recorded before.

    It may lie before visits that were recorded earlier: offices send late.
    """
    if visit in known.made:
        return known, ()
    _require_graduate(family, visit.day, "visited_on")
    if known.on(visit.day):
        raise Refusal("CONFLICT.visit", "visited_on", day=visit.day)
    after = _with(known, visit)
    _require_ladder(family, after, Refusal("VISIT_ORDER", "outcome"))
    return after, (payload_of(visit),)


def correct_visits(
    family: Family | None, known: Visits, said: FamilyVisited, new: FamilyVisited | None
) -> Visits | None:
    """The visits after a correction of one of them; none when no visit is left.

    `said` is what the corrected event says so far. Without the family nothing can take its place.
    """
    others = replace(known, made=tuple(one for one in known.made if one.day != said.visited_on))
    if new is not None:
        before = known.on(said.visited_on)
        others = _with_replacement(family, others, new, before.decile if before else None)
    if family is not None:
        _require_ladder(family, others, Refusal("CORRECTION_ORDER", "event_id"))
    return others if others.made else None


def payload_of(visit: Visit) -> FamilyVisited:
    """The event of a visit."""
    return FamilyVisited(
        visited_on=visit.day,
        outcome=visit.outcome,
        self_reliance=visit.self_reliance,
        business=visit.business,
        decile_band=visit.band,
        facilitator=visit.facilitator,
    )


def due_days(graduated_on: date) -> tuple[tuple[int, date], ...]:
    """The schedule of a graduation: how many months after it, and on which day."""
    return tuple((months, months_after(graduated_on, months)) for months in MONTHS)


def follow_up(graduated_on: date | None, visits: Visits, today: date) -> FollowUp | None:
    """How the visits of a graduate stand; none: there is nothing more to visit.

    `graduated_on`: the approval that ended the family's last spell; none when it has no such
    graduation, since it is in a programme, or again, or left otherwise. Follow-up ends as well when the
    family has died or moved away, with the last visit, and 90 days after that was due.
    """
    if graduated_on is None:
        return None
    since = visits.after(graduated_on).made
    last = since[-1] if since else None
    if last and last.outcome in (VisitOutcome.MOVED, VisitOutcome.DECEASED):
        return None
    found = [one.day for one in since if one.outcome is VisitOutcome.FOUND]
    seen = found[-1] if found else graduated_on
    schedule = due_days(graduated_on)
    due = next((one for one in schedule if one[1] > seen + EARLY), None)
    if due is None or today > schedule[-1][1] + SILENT:
        return None
    return FollowUp(graduated_on, seen, *due, last)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _with(known: Visits, visit: Visit) -> Visits:
    return replace(known, made=tuple(sorted((*known.made, visit), key=lambda one: one.day)))


def _with_replacement(
    family: Family | None, others: Visits, new: FamilyVisited, decile: int | None
) -> Visits:
    same = decile is not None and decile_band(decile) == new.decile_band
    visit = Visit(
        new.visited_on, new.outcome, new.self_reliance, new.business,
        decile if same else None, new.decile_band, new.facilitator,
    )  # fmt: skip
    _require_answers(visit, "replacement.")
    if family is None:
        raise Refusal("NOT_GRADUATED", "replacement.visited_on", day=visit.day)
    _require_graduate(family, visit.day, "replacement.visited_on")
    if others.on(visit.day):
        raise Refusal("CONFLICT.visit", "replacement.visited_on", day=visit.day)
    return _with(others, visit)


def _require_answers(visit: Visit, prefix: str) -> None:
    found = visit.outcome is VisitOutcome.FOUND
    for field, value in (("self_reliance", visit.self_reliance), ("business", visit.business)):
        if (value is not None) != found:
            raise Refusal("VISIT_ANSWER" if found else "VISIT_ANSWER.extra", prefix + field)
    if visit.band is not None and not found:
        raise Refusal("VISIT_ANSWER.extra", f"{prefix}decile_band" if prefix else "decile")


def _require_graduate(family: Family, day: date, field: str) -> None:
    """A visit follows a graduation that counts, while the family is in no programme."""
    begun = [spell for spell in family.spells if family.since(spell) <= day]
    until = begun[-1].until if begun else None
    if begun and (until is None or day <= until):
        raise Refusal("IN_PROGRAMME", field, since=family.since(begun[-1]))
    if not begun or begun[-1].exit is not None:
        raise Refusal("NOT_GRADUATED", field, day=day)


def _require_ladder(family: Family, visits: Visits, refusal: Refusal) -> None:
    """After each graduation the outcomes follow the table; what lies in between counts for none."""
    for spell in family.spells:
        if spell.until is None or spell.exit is not None:
            continue
        later = [family.since(one) for one in family.spells if one.first > spell.first]
        end = min(later, default=date.max)
        outcomes = [one.outcome for one in visits.after(spell.until).made if one.day < end]
        if any(then not in NEXT[before] for before, then in pairwise([None, *outcomes])):
            raise refusal
