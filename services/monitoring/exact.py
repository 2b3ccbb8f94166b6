"""Exact figures for the staff of the two ministries: one definition, one program, one answer."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.indicators import INDICATORS
from services.monitoring.release.cells import month_end, require_plausible_months
from services.monitoring.release.publish import closed_month
from services.monitoring.schemas import ExactFigures, MonthFigures, Reconciliation
from shared.errors import Refusal
from shared.events.days import jakarta_day
from shared.inbox.seen import watermarks

AGENCIES = ("SOCIAL_AFFAIRS", "COOPERATIVES")
"""Who may read exact figures: the ministries whose own families and members they count."""
BANDS = ("joined", "not_joined", "unknown", "enrolled")
DISTRICT_LENGTH = 5
Months = dict[str, Mapping[str, int]]


def exact_figures(
    connection: Connection,
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
    if number != "01":
        raise Refusal("NOT_FOUND.indicator", "indicator")
    if agency not in AGENCIES:
        raise Refusal("AGENCY_FORBIDDEN", "Authorization")
    last = closed_month(store.latest_times(connection, now), until)
    flows = store.region_cells(connection, "i01.flow", region)
    require_plausible_months(flows, last, jakarta_day(now))
    months = month_end_stocks(flows, last)
    return ExactFigures(
        indicator=number,
        definition_sha256=INDICATORS[number].sha256,
        agency=agency,
        region=region,
        until=last,
        watermarks=watermarks(connection),
        months=[MonthFigures(month=month, **values) for month, values in months.items()],
        reconciliation=_reconcile(connection, region, last, months),
    )


def month_end_stocks(flows: list[store.Cell], until: str) -> Months:
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
    connection: Connection, region: str, until: str, months: Months
) -> Reconciliation | None:
    """Indicator 28 for a kabupaten: the members' side, counted without the cells."""
    if len(region) != DISTRICT_LENGTH:
        return None
    on: date = month_end(until)
    families = months[until]["joined"] if until in months else 0
    members = store.cooperative_side_joined(connection, on).get(region, 0)
    return Reconciliation(
        on=on,
        family_side=families,
        cooperative_side=members,
        difference=abs(families - members),
    )
