"""Exact figures for the staff of the two ministries: one definition, one program, one answer.

The half that an office does not own is that of `joined_half`: as of a cut, and never live.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.domain import Cut, ended_month
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.joined_half import JoinedHalf, Months, moved
from services.monitoring.release.cells import month_end, require_plausible_months
from services.monitoring.schemas import ExactFigures, MonthFigures, OwnMonth, Reconciliation
from shared.errors import Refusal
from shared.events.days import jakarta_day
from shared.security.tokens import Grant

OWNER_OF_FAMILIES = "SOCIAL_AFFAIRS"
AGENCIES = {"01": (OWNER_OF_FAMILIES, "COOPERATIVES"), "08": (OWNER_OF_FAMILIES,)}
"""Who may read which indicator exactly: the ministries whose own families and members it counts."""
BANDS = ("joined", "not_joined", "unknown", "enrolled")
DISTRICT_LENGTH = 5


def exact_figures(
    connection: Connection, cut: Cut, region: str, agency: str, until: str | None, now: datetime
) -> ExactFigures:
    """Indicator 01 of a kabupaten or kecamatan by month, not rounded and nothing hidden.

    Raises:
        Refusal: a month that is not complete yet, or facts in months in which nothing can have
            happened.
    """
    last = ended_month(cut.latest, jakarta_day(now), until)
    live = _live_half(connection, cut, region, now)
    half = moved(store.joined_half(connection, region), live)
    store.save_joined_half(connection, region, half)
    return ExactFigures(
        indicator="01",
        definition_sha256=DEFINITIONS["01"].sha256,
        agency=agency,
        region=region,
        until=min(last, half.until),
        as_of=half.as_of,
        watermarks=dict(cut.marks),
        months=[MonthFigures(month=m, **bands) for m, bands in half.months.items() if m <= last],
        own=_own(live.months, last) if agency == OWNER_OF_FAMILIES else [],
        reconciliation=_reconcile(half, region) if last >= half.until else None,
    )


def _own(months: Months, last: str) -> list[OwnMonth]:
    return [
        OwnMonth(month=month, unknown=bands["unknown"], enrolled=bands["enrolled"])
        for month, bands in months.items()
        if month <= last
    ]


def _live_half(connection: Connection, cut: Cut, region: str, now: datetime) -> JoinedHalf:
    """Everything about a region as of a cut, up to the last month that is complete."""
    today = jakarta_day(now)
    until = ended_month(cut.latest, today)
    flows = store.part_cells(connection, cut.number, "i01.flow", region)
    require_plausible_months(flows, until, today)
    members = store.part_cells(connection, cut.number, "i28.members_side", region)
    side = sum(one.value for one in members if one.period <= until)
    return JoinedHalf(today, today, until, month_end_stocks(flows, until), side)


def require_readable(number: str, grant: Grant) -> None:
    """Refuse what nobody, or not this bearer, may read exactly: NOT_FOUND, AGENCY_FORBIDDEN."""
    if number not in AGENCIES:
        raise Refusal("NOT_FOUND.indicator", "indicator")
    if grant.agency not in AGENCIES[number] or (grant.subject and number != "08"):
        raise Refusal("AGENCY_FORBIDDEN", "Authorization")


def month_end_stocks(flows: Sequence[Cell], until: str) -> Months:
    """The stock of each band at each month end, from the first month with a flow to `until`."""
    by_month: dict[str, Counter[str]] = {}
    for one in flows:
        by_month.setdefault(one.period, Counter())[one.band] += one.value
    stock = Counter(dict.fromkeys(BANDS, 0))
    found: dict[str, dict[str, int]] = {}
    month = min(by_month, default="9999-12")
    while month <= until:
        stock.update(by_month.get(month, {}))
        found[month] = dict(stock)
        month = next_month(month)
    return found


def next_month(month: str) -> str:
    """The month after a month."""
    return (month_end(month) + timedelta(days=1)).isoformat()[:7]


def _reconcile(half: JoinedHalf, region: str) -> Reconciliation | None:
    """Indicator 28 for a kabupaten: the members' side is counted without the families' cells."""
    if len(region) != DISTRICT_LENGTH:
        return None
    families = half.months.get(half.until, {}).get("joined", 0)
    return Reconciliation(
        on=month_end(half.until),
        family_side=families,
        cooperative_side=half.members_side,
        difference=abs(families - half.members_side),
    )
