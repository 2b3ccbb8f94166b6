"""Where a household-business group went: into another group, out of one, or into a cooperative.

The subject is the id of the group whose way it is.
"""

from enum import StrEnum

from shared.events import story
from shared.events.base import Id, Payload
from shared.events.cooperative import SOURCE
from shared.events.days import FoundedOn
from shared.events.event_type import PersonalData, event_type, id_of
from shared.events.story import sample


class LineageKind(StrEnum):
    """How a group went on in another."""

    MERGED = "MERGED"
    SPLIT = "SPLIT"


class GroupSucceeded(Payload):
    """A group went on in another: it merged into it and ended, or the other was split off from it."""

    EVENT = event_type(
        "id.lintas.group.succeeded.v1",
        sample(
            "a group merges into another",
            story.OTHER_GROUP,
            lineage=story.LINEAGE,
            successor=story.GROUP,
            kind="MERGED",
            happened_on="2025-02-10",
        ),
        source=SOURCE,
        subject=id_of("group"),
        happened="happened_on",
        personal=PersonalData.NONE,
    )

    lineage: Id
    """Id of the step from one group to the other."""
    successor: Id
    """Id of the group in which it goes on."""
    kind: LineageKind
    """How."""
    happened_on: FoundedOn
    """Day on which it happened."""


class GroupBecameCooperative(Payload):
    """The cooperative that a group became."""

    EVENT = event_type(
        "id.lintas.group.became_cooperative.v1",
        sample(
            "the group is now the cooperative of the village",
            story.GROUP,
            cooperative=story.COOPERATIVE,
            became_on="2025-06-02",
        ),
        source=SOURCE,
        subject=id_of("group"),
        happened="became_on",
        personal=PersonalData.NONE,
    )

    cooperative: Id
    """Id of the cooperative."""
    became_on: FoundedOn
    """First day on which the group is that cooperative."""


EVENTS: tuple[type[Payload], ...] = (GroupSucceeded, GroupBecameCooperative)
