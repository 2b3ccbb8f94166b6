"""Exact figures for the staff of the two ministries: one definition, one program, one answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.domain import Cut, closed_month
from services.monitoring.figures.compute import Cell
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.release.cells import month_end, require_plausible_months
from services.monitoring.schemas import ExactFigures, MonthFigures, Reconciliation
from shared.errors import Refusal
from shared.events.days import jakarta_day

AGENCIES = ("SOCIAL_AFFAIRS", "COOPERATIVES")
"""Who may read exact figures: the ministries whose own families and members they count."""
BANDS = ("joined", "not_joined", "unknown", "enrolled")
DISTRICT_LENGTH = 5
Months = dict[str, Mapping[str, int]]


def exact_figures(
    connection: Connection,
    cut: Cut,
    number: str,
    region: str,
    agency: str,
    until: str | None,
    now: datetime,
) -> ExactFigures:
    """Indicator 01 of a kabupaten or kecamatan by month, not rounded and nothing hidden.

    Raises:
        Refusal: an unknown indicator, an agency that owns neither half of it, a month that is not
            complete yet, or facts in months in which nothing can have happened.
    """
    require_readable(number, agency)
    last = closed_month(cut.latest, until)
    flows = store.part_cells(connection, cut.number, "i01.flow", region)
    require_plausible_months(flows, last, jakarta_day(now))
    months = month_end_stocks(flows, last)
    members = store.part_cells(connection, cut.number, "i28.members_side", region)
    return ExactFigures(
        indicator=number,
        definition_sha256=DEFINITIONS[number].sha256,
        agency=agency,
        region=region,
        until=last,
        watermarks=dict(cut.marks),
        months=[MonthFigures(month=month, **values) for month, values in months.items()],
        reconciliation=_reconcile(members, region, last, months),
    )


def require_readable(number: str, agency: str) -> None:
    """Refuse what nobody, or not this agency, may read exactly: NOT_FOUND, AGENCY_FORBIDDEN."""
    if number != "01":
        raise Refusal("NOT_FOUND.indicator", "indicator")
    if agency not in AGENCIES:
        raise Refusal("AGENCY_FORBIDDEN", "Authorization")


def month_end_stocks(flows: Sequence[Cell], until: str) -> Months:
    """The stock of each band at each month end, from the first month with a flow to `until`."""
    by_month: dict[str, Counter[str]] = {}
    for one in flows:
        by_month.setdefault(one.period, Counter())[one.band] += one.value
    stock = Counter(dict.fromkeys(BANDS, 0))
    found: Months = {}
    month = min(by_month, default="9999-12")
    while month <= until:
        stock.update(by_month.get(month, {}))
        found[month] = dict(stock)
        month = next_month(month)
    return found


def next_month(month: str) -> str:
    """The month after a month."""
    return (month_end(month) + timedelta(days=1)).isoformat()[:7]


def _reconcile(
    members: Sequence[Cell], region: str, until: str, months: Months
) -> Reconciliation | None:
    """Indicator 28 for a kabupaten: the members' side is counted without the families' cells."""
    if len(region) != DISTRICT_LENGTH:
        return None
    families = months[until]["joined"] if until in months else 0
    side = sum(one.value for one in members if one.period <= until)
    return Reconciliation(
        on=month_end(until),
        family_side=families,
        cooperative_side=side,
        difference=abs(families - side),
    )
