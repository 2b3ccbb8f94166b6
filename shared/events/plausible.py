"""The one rule of days, for every endpoint and every consumer: which of them cannot be."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pydantic import BaseModel

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected
from shared.events.days import (
    CLOCK_AHEAD,
    HAPPENED,
    DayBound,
    jakarta_day,
    jakarta_midnight,
    places,
)
from shared.events.envelope import Event, replacement_of

TIME_FUTURE, DATE_IMPLAUSIBLE = "TIME_FUTURE", "DATE_IMPLAUSIBLE"


class DayFault(NamedTuple):
    """A field that names a day which cannot be, and what it may be; the value is not repeated."""

    code: str
    """`TIME_FUTURE`: later than allowed today; `DATE_IMPLAUSIBLE`: earlier than ever allowed."""
    field: str
    earliest: str
    latest: str

    def __str__(self) -> str:
        return f"{self.field}: from {self.earliest} to {self.latest}"


def check_days(model: BaseModel, today: date) -> DayFault | None:
    """The first day in a payload, item or row that cannot be; `today` is the date in Jakarta.

    Of a correction the days of its replacement are checked, by the bounds of the corrected type.
    """
    days = _days(type(model), today)
    if days is not None and _all_within(model, days):
        return None
    found = _correction(model, today) if isinstance(model, FactCorrected) else _faults(model, today)
    return next(found, None)


def check_event(event: Event, received: datetime) -> DayFault | None:
    """The same for an event and its envelope, by the time of receipt; clocks may differ a little.

    An event's `time` lies where the day on which it happened may lie.
    """
    limit, today = receipt_limit(received)
    window = window_of(type(event.data), today)
    if window is not None and lies_within(event, window, limit):
        return None
    return _first_fault(event, limit, today)


def _first_fault(event: Event, limit: datetime, today: date) -> DayFault | None:
    recorded = _fault("recordedtime", jakarta_day(event.recordedtime), HAPPENED, today)
    if recorded is None and event.recordedtime > limit:
        recorded = DayFault(TIME_FUTURE, "recordedtime", HAPPENED.earliest.isoformat(), "now")
    if recorded is not None:
        return recorded
    bound = _bound_of_time(_speaks_of(event.data))
    return _fault("time", jakarta_day(event.time), bound, today) or check_days(event.data, today)


_Days = tuple[str, date, date]
"""A field with the first and the last day that it may name."""


class Window(NamedTuple):
    """Where the moments and days of one class may lie on one day; `until` is no part of it."""

    since: datetime
    until: datetime
    days: tuple[_Days, ...]


_RECORDED_SINCE = jakarta_midnight(HAPPENED.earliest)


def lies_within(event: Event, window: Window, limit: datetime) -> bool:
    """Whether nothing is wrong: most events need no more than these comparisons."""
    since, until, days = window
    if not (_RECORDED_SINCE <= event.recordedtime <= limit and since <= event.time < until):
        return False
    return _all_within(event.data, days)


def _all_within(model: BaseModel, days: tuple[_Days, ...]) -> bool:
    for field, first, last in days:
        value = getattr(model, field)
        if value is not None and not (type(value) is date and first <= value <= last):
            return False
    return True


@lru_cache(maxsize=8)
def receipt_limit(received: datetime) -> tuple[datetime, date]:
    """Until when an event may have been recorded, and that day in Jakarta."""
    limit = received + CLOCK_AHEAD
    return limit, jakarta_day(limit)


@lru_cache(maxsize=256)
def window_of(payload: type[Payload], today: date) -> Window | None:
    """None for a class that says more than days of its own."""
    days = _days(payload, today)
    if days is None:
        return None
    bound = _bound_of_time(payload)
    return Window(
        jakarta_midnight(bound.earliest),
        jakarta_midnight(bound.latest(today) + timedelta(days=1)),
        days,
    )


@lru_cache(maxsize=256)
def _days(model: type[BaseModel], today: date) -> tuple[_Days, ...] | None:
    """None for a class that says more than days: corrections, years, lists of objects with days."""
    found = places(model)
    if model is FactCorrected or not all(place.is_day for place in found):
        return None
    return tuple(
        (place.field, place.bound.earliest, place.bound.latest(today))
        for place in found
        if place.bound
    )


def _correction(correction: FactCorrected, today: date) -> Iterator[DayFault]:
    replacement = replacement_of(correction, extra="ignore")
    if replacement is not None:
        for fault in _faults(replacement, today):
            yield fault._replace(field=f"replacement.{fault.field}")


def _faults(model: BaseModel, today: date) -> Iterator[DayFault]:
    for place in places(type(model)):
        value = getattr(model, place.field)
        if place.bound is None:
            yield from _faults_within(place.field, value, today)
        elif value is not None:
            fault = _fault(place.field, value, place.bound, today)
            if fault is not None:
                yield fault


def _faults_within(field: str, value: Any, today: date) -> Iterator[DayFault]:
    for inner in value if isinstance(value, tuple | list) else (value,):
        if isinstance(inner, BaseModel):
            for fault in _faults(inner, today):
                yield fault._replace(field=f"{field}.{fault.field}")


def _fault(field: str, value: Any, bound: DayBound, today: date) -> DayFault | None:
    if type(value) is date and bound.earliest <= value <= bound.latest(today):
        return None
    text = _text(value)
    # a year or a month compares with as much of the bound
    earliest = bound.earliest.isoformat()[: len(text)]
    latest = bound.latest(today).isoformat()[: len(text)]
    if earliest <= text <= latest:
        return None
    code = TIME_FUTURE if text > latest else DATE_IMPLAUSIBLE
    return DayFault(code, field, earliest, latest)


def _text(value: Any) -> str:
    """A day, month (`2026-03`) or year as text that sorts by time."""
    if isinstance(value, datetime):
        return jakarta_day(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:04d}" if isinstance(value, int) else str(value)


def _speaks_of(data: Payload) -> type[Payload]:
    corrected = CATALOGUE.get(data.corrected_type) if isinstance(data, FactCorrected) else None
    return corrected or type(data)


@cache
def _bound_of_time(payload: type[Payload]) -> DayBound:
    """That of the field that says when it happened; else it has happened."""
    happened = payload.EVENT.happened if payload.EVENT else None
    bounds = (place.bound for place in places(payload) if place.field == happened)
    return next(bounds, None) or HAPPENED
