"""What reaches the offices late: memberships of spring that are entered in summer, and June's closings."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from lintas.pilot.files import Request
from lintas.pilot.numbers import YEAR

ACTIVATIONS, LAPSES = "/v1/memberships/activations", "/v1/memberships/lapses"
CLOSINGS = "/v1/reports/closings"
SPLIT = (ACTIVATIONS, CLOSINGS)
LAST_MONTH = f"{YEAR}-06"
BEFORE_LAST_MONTH = f"{YEAR}-05"
ONE_IN = 12
"""Of so many memberships one is entered after its month was closed: an assumption."""
Item = Mapping[str, Any]


def split(requests: Collection[Request]) -> tuple[tuple[Request, ...], tuple[Request, ...]]:
    """The requests in time and the late ones, each in their order; together they hold the same items."""
    lapsed = {
        item["national_id"] for one in requests if one.path == LAPSES for item in one.body["items"]
    }
    early = (_having(one, lapsed, late=False) for one in requests)
    late = (_having(one, lapsed, late=True) for one in requests if one.path in SPLIT)
    return tuple(_filled(early)), tuple(_filled(late))


def _having(request: Request, lapsed: Collection[str], *, late: bool) -> Request:
    if request.path not in SPLIT:
        return request
    items = enumerate(request.body["items"])
    kept = [item for n, item in items if _is_late(request.path, n, item, lapsed) == late]
    return replace(request, body={"items": kept})


def _is_late(path: str, number: int, item: Item, lapsed: Collection[str]) -> bool:
    if path == CLOSINGS:
        return bool(item["month"] == LAST_MONTH)
    in_time = number % ONE_IN or item["national_id"] in lapsed
    return not in_time and item["activated_on"] < LAST_MONTH


def _filled(requests: Iterable[Request]) -> Iterator[Request]:
    """Those that still have something to say."""
    return (one for one in requests if one.body.get("items", True))
