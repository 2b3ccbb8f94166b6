"""Where a caller may act: one rule for every place and every reference that a request names.

Regions are public, so a place outside the caller's area is called that. What lies outside the area
under a number is not public: it is answered like a number that nobody ever recorded.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from shared.application.context import Context
from shared.errors import Refusal
from shared.events.base import Payload

_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?")


@dataclass(frozen=True)
class Place:
    """A region that a payload names, and the field that names it."""

    field: str
    region: str

    @property
    def parent(self) -> str:
        """The field around this one."""
        return self.field.rpartition(".")[0]


def places_of(payload: Payload) -> tuple[Place, ...]:
    """Every place that a payload names, at any depth.

    Found by the form of the values, so that no field of a payload to come is forgotten.
    """
    return tuple(_inside(payload.model_dump(mode="json"), ""))


def narrowest(places: Collection[Place]) -> tuple[Place, ...]:
    """The places that decide: of a district and a village of it side by side, the village alone."""
    return tuple(
        one
        for one in places
        if not any(
            other.parent == one.parent and other.region.startswith(f"{one.region}.")
            for other in places
        )
    )


def require_places(context: Context, payload: Payload, prefix: str = "") -> None:
    """Refuse a payload that names a region which does not exist or is not the caller's.

    Raises:
        Refusal: 422 REGION_UNKNOWN, 403 AREA_FORBIDDEN; the field's name begins with `prefix`.
    """
    places = places_of(payload)
    for one in places:
        require_region(context, one.region, prefix + one.field)
    for one in narrowest(places):
        if not context.may_act_in(one.region):
            raise Refusal("AREA_FORBIDDEN", prefix + one.field)


def require_place(context: Context, region: str, field: str) -> None:
    """The same for the one region of a field."""
    require_region(context, region, field)
    if not context.may_act_in(region):
        raise Refusal("AREA_FORBIDDEN", field)


def require_region(context: Context, region: str, field: str) -> None:
    """Refuse (422 REGION_UNKNOWN) a region that does not exist, wherever the caller may act."""
    if not context.regions.exists(region):
        raise Refusal("REGION_UNKNOWN", field)


def may_name(context: Context, regions: Collection[str] | None, places: Collection[str]) -> bool:
    """Whether the caller may name what lies in these regions; None: it does not exist.

    What serves a whole district may be named for a place in it, by whoever may act in that place.
    """
    return regions is not None and all(
        context.may_act_in(region) or any(place.startswith(f"{region}.") for place in places)
        for region in regions
    )


def _inside(node: Any, path: str) -> Iterator[Place]:
    for name, value in node.items() if isinstance(node, dict) else enumerate(node):
        if isinstance(value, dict | list):
            yield from _inside(value, f"{path}{name}.")
        elif isinstance(value, str) and _CODE.fullmatch(value):
            yield Place(f"{path}{name}", value)
