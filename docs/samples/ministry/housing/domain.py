"""The rules of repaired houses: data in, data out; no clock, no keys."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.housing import HouseRepaired, Repair

TIME_TO_INSPECT = timedelta(days=90)
"""How long after a repair the house is to be inspected."""


@dataclass(frozen=True)
class House:
    """A repaired house, under the number that the ministry gave it."""

    id: UUID
    number: str
    person: str
    region: str
    repair: Repair
    repaired_on: date

    @property
    def due_on(self) -> date:
        """Last day on which an inspection is in time."""
        return self.repaired_on + TIME_TO_INSPECT


def repair(before: House | None, wanted: House) -> tuple[House, tuple[Payload, ...]]:
    """The house under a number: newly repaired, or the same as recorded before."""
    if before is None:
        return wanted, (repaired(wanted),)
    if replace(before, id=wanted.id) != wanted:
        raise Refusal("CONFLICT", "house_number")
    return before, ()


def repaired(house: House) -> HouseRepaired:
    """The payload of a repair."""
    return HouseRepaired(
        house=house.id, region=house.region, repair=house.repair, repaired_on=house.repaired_on
    )


def corrected(house: House, replacement: HouseRepaired | None) -> House | None:
    """The house after a correction of its repair; none when the repair is taken back."""
    if replacement is None:
        return None
    return replace(house, **replacement.model_dump(exclude={"house"}))
