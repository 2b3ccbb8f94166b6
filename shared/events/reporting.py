"""Events of reporting: which office reports which list where, and which months it has closed.

Every ministry publishes them, each about its own lists. Who reads them knows what is complete; the
latest day that an office named says nothing about that.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from shared.events import beneficiary, cooperative, story, training
from shared.events.base import DistrictCode, Flag, Id, Payload, Whole
from shared.events.days import AnnouncedMonth, EndedMonth, HappenedOn
from shared.events.event_type import PersonalData, Shared, event_type, id_of
from shared.events.story import sample

NAMESPACE = uuid5(NAMESPACE_URL, "urn:lintas:reporting")
"""Of the ids that are made from what they name."""


class ReportList(StrEnum):
    """What an office reports, list by list; each belongs to one source."""

    FAMILIES = "FAMILIES"
    EXITS = "EXITS"
    REFERRALS = "REFERRALS"
    FACILITATORS = "FACILITATORS"
    COOPERATIVES = "COOPERATIVES"
    MEMBERS = "MEMBERS"
    GROUPS = "GROUPS"
    SESSIONS = "SESSIONS"
    ATTENDANCE = "ATTENDANCE"
    TRAININGS = "TRAININGS"


class ReopenReason(StrEnum):
    """Why a closed month is opened again."""

    LATE = "LATE"
    WRONG = "WRONG"
    INCOMPLETE = "INCOMPLETE"
    OTHER = "OTHER"


class DeclaredMeasure(StrEnum):
    """What an office counts by itself."""

    JOINED_FAMILIES = "JOINED_FAMILIES"


LISTS_OF: Mapping[str, tuple[ReportList, ...]] = MappingProxyType(
    {
        beneficiary.SOURCE: (
            ReportList.FAMILIES,
            ReportList.EXITS,
            ReportList.REFERRALS,
            ReportList.FACILITATORS,
        ),
        cooperative.SOURCE: (ReportList.COOPERATIVES, ReportList.MEMBERS),
        training.SOURCE: (
            ReportList.GROUPS,
            ReportList.SESSIONS,
            ReportList.ATTENDANCE,
            ReportList.TRAININGS,
        ),
    }
)
"""Source to the lists that it alone reports."""
OWNER_OF: Mapping[ReportList, str] = MappingProxyType(
    {name: source for source, names in LISTS_OF.items() for name in names}
)
"""List to the source that reports it."""


def named_id(*names: str) -> UUID:
    """The id of what has these names, the same wherever it is made."""
    return uuid5(NAMESPACE, "/".join(names))


_SOURCES = tuple(LISTS_OF)
_event = partial(event_type, source=None, personal=PersonalData.NONE)
_OWN_LIST = Shared(_SOURCES, "list", OWNER_OF)
_NAMES = (beneficiary.SOURCE, "FAMILIES", story.DISTRICT)
_OBLIGATION, _REPORT = str(named_id(*_NAMES)), str(named_id(*_NAMES, "2026-06"))
_DECLARATION = str(named_id(beneficiary.SOURCE, "JOINED_FAMILIES", story.DISTRICT, "2026-06"))
_MONTH = {"report": _REPORT, "list": "FAMILIES", "district": story.DISTRICT, "month": "2026-06"}


class ObligationSet(Payload):
    """An office reports a list for a district in these months; the highest version counts."""

    EVENT = _event(
        "id.lintas.report.obligation_set.v1",
        sample(
            "an office reports a list from a month on",
            _OBLIGATION,
            date(2026, 1, 5),
            obligation=_OBLIGATION,
            list="FAMILIES",
            district=story.DISTRICT,
            first_month="2025-01",
            version=1,
        ),
        subject=id_of("obligation"),
        happened=None,
        shared=_OWN_LIST,
    )

    obligation: Id
    """Id of the obligation: one for each source, list and district."""
    list: ReportList
    """The list."""
    district: DistrictCode
    first_month: AnnouncedMonth = Field(description="The first month that is reported")
    last_month: AnnouncedMonth | None = Field(
        default=None, description="The last month that is reported; none while it goes on"
    )
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each obligation")


class ReportClosed(Payload):
    """An office says that a month is complete in a list for a district.

    Of the closings and reopenings of one report the last one by `sequence` counts.
    """

    EVENT = _event(
        "id.lintas.report.closed.v1",
        sample("a month is complete", _REPORT, **_MONTH, nil=False, closed_on="2026-07-03"),
        subject=id_of("report"),
        happened="closed_on",
        shared=_OWN_LIST,
    )

    report: Id
    """Id of the report: one for each source, list, district and month."""
    list: ReportList
    """The list."""
    district: DistrictCode
    month: EndedMonth = Field(description="The month that is complete")
    nil: Flag = Field(description="Whether the office says that nothing happened in that month")
    closed_on: HappenedOn
    """Day of the closing, after the month."""


class ReportReopened(Payload):
    """A month that was closed is not complete after all, until it is closed again."""

    EVENT = _event(
        "id.lintas.report.reopened.v1",
        sample(
            "a closed month is opened again",
            _REPORT,
            **_MONTH,
            reason="LATE",
            reopened_on="2026-07-06",
        ),
        subject=id_of("report"),
        happened="reopened_on",
        shared=_OWN_LIST,
    )

    report: Id
    """Id of the report."""
    list: ReportList
    """The list."""
    district: DistrictCode
    month: EndedMonth = Field(description="The month that is opened again")
    reason: ReopenReason
    """Why."""
    reopened_on: HappenedOn
    """Day of the reopening."""


class CountDeclared(Payload):
    """What an office counts by itself at the end of a month; the highest version counts."""

    EVENT = _event(
        "id.lintas.report.count_declared.v1",
        sample(
            "an office declares its own count",
            _DECLARATION,
            date(2026, 7, 3),
            declaration=_DECLARATION,
            measure="JOINED_FAMILIES",
            district=story.DISTRICT,
            month="2026-06",
            count=895,
            version=1,
        ),
        subject=id_of("declaration"),
        happened=None,
        personal=PersonalData.COUNTS,
        shared=Shared(_SOURCES),
    )

    declaration: Id
    """Id of the declaration: one for each source, measure, district and month."""
    measure: DeclaredMeasure
    """What is counted."""
    district: DistrictCode
    month: EndedMonth = Field(description="The month at whose end it is counted")
    count: Whole = Field(ge=0, le=100_000_000, description="The office's own count")
    version: Whole = Field(ge=1, description="1, 2, 3 ... for each declaration")


EVENTS: tuple[type[Payload], ...] = (ObligationSet, ReportClosed, ReportReopened, CountDeclared)
