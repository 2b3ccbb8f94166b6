"""The rules of reporting: data in, data out; no clock, no keys."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.days import month_of
from shared.events.reporting import (
    LISTS_OF,
    CountDeclared,
    DeclaredMeasure,
    ObligationSet,
    ReopenReason,
    ReportClosed,
    ReportList,
    ReportReopened,
)
from shared.messages import phrase

DECEMBER = 12


@dataclass(frozen=True)
class Obligation:
    """A list that is reported for a district, in which months."""

    id: UUID
    list: ReportList
    district: str
    first_month: str | None
    """None: taken back."""
    last_month: str | None
    version: int = 0
    """The last one that was given."""

    def covers(self, month: str) -> bool:
        """Whether this month is to be reported."""
        if self.first_month is None or month < self.first_month:
            return False
        return self.last_month is None or month <= self.last_month

    def months(self, until: str) -> Iterator[str]:
        """The months to be reported, up to this one."""
        month = self.first_month
        while month is not None and month <= until and self.covers(month):
            yield month
            month = next_month(month)


@dataclass(frozen=True)
class Report:
    """A month of a list in a district."""

    id: UUID
    list: ReportList
    district: str
    month: str
    closed: bool = False
    nil: bool = False


@dataclass(frozen=True)
class Declaration:
    """What the office counts by itself at the end of a month."""

    id: UUID
    measure: DeclaredMeasure
    district: str
    month: str
    count: int | None
    """None: taken back."""
    version: int = 0
    """The last one that was given."""


def require_own(source: str, name: ReportList) -> None:
    """Refuse a list that another source reports."""
    own = LISTS_OF.get(source, ())
    if name not in own:
        words = ", ".join(phrase(f"code.ReportList.{one}").id for one in own)
        raise Refusal("LIST_FOREIGN", "list", expected=words, expected_en=", ".join(own))


def oblige(
    before: Obligation | None, wanted: Obligation
) -> tuple[Obligation, tuple[ObligationSet, ...]]:
    """The obligation in these months; nothing new when it is so already."""
    require_order(wanted.first_month, wanted.last_month, "last_month")
    version = before.version if before else 0
    if before is not None and replace(wanted, version=version) == before:
        return before, ()
    one = replace(wanted, version=version + 1)
    fact = ObligationSet(
        obligation=one.id,
        list=one.list,
        district=one.district,
        first_month=one.first_month or "",
        last_month=one.last_month,
        version=one.version,
    )
    return one, (fact,)


def close(
    before: Report | None,
    wanted: Report,
    obligation: Obligation | None,
    recorded: Callable[[Report], int],
    today: date,
) -> tuple[Report, tuple[ReportClosed, ...]]:
    """The month closed; nothing new when it is closed already with the same statement.

    `recorded` counts what was recorded in the month: only a month without records is nil.
    """
    if obligation is None or not obligation.covers(wanted.month):
        raise Refusal("REPORT_NOT_EXPECTED", "month")
    if before is not None and before.closed:
        if before.nil != wanted.nil:
            raise Refusal("REPORT_CLOSED", "nil")
        return before, ()
    require_nil(wanted, recorded)
    fact = ReportClosed(
        report=wanted.id,
        list=wanted.list,
        district=wanted.district,
        month=wanted.month,
        nil=wanted.nil,
        closed_on=today,
    )
    return replace(wanted, closed=True), (fact,)


def require_nil(wanted: Report, recorded: Callable[[Report], int], field: str = "nil") -> None:
    """Refuse to say that nothing happened in a month with records."""
    if wanted.nil and (count := recorded(wanted)):
        raise Refusal("REPORT_NOT_NIL", field, count=count)


def reopen(
    before: Report | None, reason: ReopenReason, today: date
) -> tuple[Report, tuple[ReportReopened, ...]]:
    """The month open again; only what is closed can be opened."""
    if before is None or not before.closed:
        raise Refusal("REPORT_OPEN", "month")
    fact = ReportReopened(
        report=before.id,
        list=before.list,
        district=before.district,
        month=before.month,
        reason=reason,
        reopened_on=today,
    )
    return replace(before, closed=False, nil=False), (fact,)


def declare(
    before: Declaration | None, wanted: Declaration
) -> tuple[Declaration, tuple[CountDeclared, ...]]:
    """The office's count; nothing new when it declared the same."""
    version = before.version if before else 0
    if before is not None and before.count == wanted.count:
        return before, ()
    one = replace(wanted, version=version + 1)
    fact = CountDeclared(
        declaration=one.id,
        measure=one.measure,
        district=one.district,
        month=one.month,
        count=one.count or 0,
        version=one.version,
    )
    return one, (fact,)


def obligation_of(one: Obligation, facts: Sequence[Payload]) -> Obligation:
    """The obligation as its remaining events say it."""
    sets = [fact for fact in facts if isinstance(fact, ObligationSet)]
    if not sets:
        return replace(one, first_month=None, last_month=None)
    last = max(sets, key=lambda fact: fact.version)
    return replace(one, first_month=last.first_month, last_month=last.last_month)


def report_of(one: Report, facts: Sequence[Payload]) -> Report:
    """The report as its remaining events say it: the last step counts."""
    last = facts[-1] if facts else None
    closed = isinstance(last, ReportClosed)
    return replace(one, closed=closed, nil=isinstance(last, ReportClosed) and last.nil)


def declaration_of(one: Declaration, facts: Sequence[Payload]) -> Declaration:
    """The declaration as its remaining events say it."""
    counts = [fact for fact in facts if isinstance(fact, CountDeclared)]
    last = max(counts, key=lambda fact: fact.version, default=None)
    return replace(one, count=last.count if last else None)


def require_fit(replacement: Payload) -> None:
    """Refuse what no event of ours could have said: a step before its month was over."""
    if isinstance(replacement, ObligationSet):
        require_order(replacement.first_month, replacement.last_month, "replacement.last_month")
    if isinstance(replacement, ReportClosed):
        _require_after(replacement.month, replacement.closed_on, "replacement.closed_on")
    if isinstance(replacement, ReportReopened):
        _require_after(replacement.month, replacement.reopened_on, "replacement.reopened_on")


def require_order(first: str | None, last: str | None, field: str) -> None:
    """Refuse months that end before they begin."""
    if first is not None and last is not None and last < first:
        raise Refusal("MONTHS_ORDER", field, first=first)


def next_month(month: str) -> str:
    """The month after."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == DECEMBER else f"{year}-{number + 1:02}"


def _require_after(month: str, day: date, field: str) -> None:
    if month_of(day) <= month:
        raise Refusal("REPORT_TOO_EARLY", field, since=next_month(month) + "-01")
