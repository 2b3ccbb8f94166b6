"""Which days a payload may name: what happened is past, what is announced may lie a year ahead.

    class SessionHeld(Payload):
        held_on: HappenedOn

A field says its own bound in its annotation; a day without a bound counts as one that happened. The
rule that applies the bounds is `shared.events.plausible`.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from shared.events.base import Day, Month, Payload

PROGRAMME_START = date(2007, 1, 1)
"""PKH began in 2007: nothing that a family or a member does is earlier."""
REPUBLIC = date(1945, 8, 17)
"""Cooperatives and groups may be as old as the republic."""
OLDEST_BIRTH = date(1900, 1, 1)
ANNOUNCED_AHEAD = timedelta(days=366)
"""How far ahead the first day of a version may be announced."""
CLOCK_AHEAD = timedelta(minutes=5)
"""By how much a publisher's clock may be ahead of the receiver's."""
KEYWORD = "x-lintas-day"
"""The keyword under which the published schemas give a field's bound."""
_JAKARTA = timedelta(hours=7)


def jakarta_day(moment: datetime) -> date:
    """The date in Jakarta at a moment in UTC."""
    if moment.date() == date.max:  # an event may name the last hours there are
        return date.max
    return (moment + _JAKARTA).date()


def jakarta_midnight(day: date) -> datetime:
    """The moment in UTC at which a day begins in Jakarta."""
    return datetime.combine(day, time(), UTC) - _JAKARTA


@dataclass(frozen=True)
class DayBound:
    """From which day to which day, counted from today in Jakarta, a field may lie."""

    earliest: date = PROGRAMME_START
    ahead: timedelta = timedelta()
    """How many days after today it may be; none for what has happened."""
    years_ahead: int = 0
    """For years: how many calendar years after this one, instead of `ahead`."""
    ended: bool = False
    """For months: only those that have ended, instead of `ahead`."""

    @property
    def words(self) -> str:
        """The bound in words, for schemas and pages."""
        until = "today in Jakarta"
        if self.years_ahead:
            until = f"{self.years_ahead} calendar year after this one"
        elif self.ahead:
            until = f"{self.ahead.days} days after today in Jakarta"
        elif self.ended:
            until = "the month before this one in Jakarta"
        kind = "announced" if self.ahead or self.years_ahead else "happened"
        return f"{kind}: from {self.earliest} to {until}"

    def latest(self, today: date) -> date:
        """The last day that is allowed."""
        if self.years_ahead:
            return date(today.year + self.years_ahead, 12, 31)
        if self.ended:
            return today.replace(day=1) - timedelta(days=1)
        return today + self.ahead

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The schema of the field, with its bound in words."""
        return {**handler(core_schema), KEYWORD: self.words}


HAPPENED = DayBound()
ANNOUNCED = DayBound(ahead=ANNOUNCED_AHEAD)
ANNOUNCED_YEAR = DayBound(years_ahead=1)
FOUNDED = DayBound(earliest=REPUBLIC)
STATUS_SINCE = DayBound(earliest=REPUBLIC, ahead=ANNOUNCED_AHEAD)
ENDED = DayBound(ended=True)
BORN = DayBound(earliest=OLDEST_BIRTH)

HappenedOn = Annotated[Day, HAPPENED]
"""A day on which something happened: not later than today, not earlier than the programme."""
AnnouncedOn = Annotated[Day, ANNOUNCED]
"""First day of something that is announced beforehand."""
FoundedOn = Annotated[Day, FOUNDED]
"""A day on which a cooperative or a group came into being."""
StatusSince = Annotated[Day, STATUS_SINCE]
"""First day of a status of a cooperative or a group, announced or long past."""

EndedMonth = Annotated[Month, ENDED]
"""A month about which everything can be known: it has ended in Jakarta."""
AnnouncedMonth = Annotated[Month, ANNOUNCED]
"""First or last month of something that is announced beforehand."""


def days_since(month: str, today: date) -> int:
    """How many days have passed since a month (`2026-06`) ended; none before."""
    return max((today - days_of_month(month)[1]).days, 0)


def days_of_month(month: str) -> tuple[date, date]:
    """The first and the last day of a month (`2026-06`)."""
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def month_of(day: date) -> str:
    """The month of a day (`2026-06`)."""
    return f"{day:%Y-%m}"


def last_ended_month(today: date) -> str:
    """The last month that has ended on a day."""
    return month_of(ENDED.latest(today))


def happened_on(payload: Payload) -> date:
    """The day on which a payload says that it happened, by the declaration of its class.

    Raises:
        TypeError: no field of it says so; who records it knows the moment.
    """
    if payload.EVENT is None or payload.EVENT.happened is None:
        raise TypeError(f"{type(payload).__name__} does not say when it happened")
    day: date = getattr(payload, payload.EVENT.happened)
    return day


class Place(NamedTuple):
    """A field that names a day, a month or a year, or (no bound) holds models that do."""

    field: str
    bound: DayBound | None
    is_day: bool
    declared: bool
    """Whether the field says its bound itself."""


@cache
def places(model: type[BaseModel]) -> tuple[Place, ...]:
    """Every field of a model that names a time, or holds a model that does."""
    return tuple(filter(None, (_place(name, model) for name in model.model_fields)))


def _place(name: str, model: type[BaseModel]) -> Place | None:
    field = model.model_fields[name]
    parts = [*field.metadata, *_parts(field.annotation)]
    kinds = [part for part in parts if isinstance(part, type)]
    bound = next((part for part in parts if isinstance(part, DayBound)), None)
    is_day = any(issubclass(kind, date) for kind in kinds)
    if bound is not None or is_day:
        return Place(name, bound or HAPPENED, is_day, bound is not None)
    inner = (kind for kind in kinds if issubclass(kind, BaseModel) and kind is not model)
    return Place(name, None, False, False) if any(map(places, inner)) else None


def _parts(annotation: Any) -> Iterator[Any]:
    """Everything that an annotation is made from: types, and what is annotated to them."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)
