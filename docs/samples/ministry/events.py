"""Events of housing: repaired houses. The subject is the pseudonym of who lives there."""

from enum import StrEnum

from shared.events import story
from shared.events.base import Id, Payload, VillageCode
from shared.events.days import HappenedOn
from shared.events.event_type import event_type, pseudonym_of
from shared.events.story import sample

SOURCE = "urn:lintas:housing"


class Repair(StrEnum):
    """Parts of a house."""

    ROOF = "ROOF"
    WALLS = "WALLS"
    FLOOR = "FLOOR"
    SANITATION = "SANITATION"


class HouseRepaired(Payload):
    """The house of a person was repaired."""

    EVENT = event_type(
        "id.lintas.house.repaired.v1",
        sample(
            "a new roof",
            story.PERSON,
            house=str(story.example_id(20)),
            region=story.VILLAGE,
            repair="ROOF",
            repaired_on="2026-02-20",
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="repaired_on",
    )

    house: Id
    """Id of the house."""
    region: VillageCode
    """Village in which it is."""
    repair: Repair
    """What of the house was repaired."""
    repaired_on: HappenedOn
    """Day on which the repair was finished."""


EVENTS: tuple[type[Payload], ...] = (HouseRepaired,)
