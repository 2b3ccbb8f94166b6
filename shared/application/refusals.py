"""Refusals of days, the same in every service."""

from datetime import date

from pydantic import BaseModel

from shared.errors import Refusal
from shared.events.plausible import check_days


def require_days(item: BaseModel, today: date) -> None:
    """Refuse an item, row or payload with a day that cannot be; `today` is the date in Jakarta."""
    fault = check_days(item, today)
    if fault is not None:
        earliest, latest = fault.earliest, fault.latest
        raise Refusal(fault.code, fault.field, earliest=earliest, latest=latest)
