"""Who belongs to a household-business group, and in which role.

The subject is the person's pseudonym.
"""

from enum import StrEnum

from shared.events import story
from shared.events.base import Id, Payload
from shared.events.cooperative import SOURCE
from shared.events.days import HappenedOn
from shared.events.event_type import event_type, pseudonym_of
from shared.events.story import sample


class GroupRole(StrEnum):
    """What somebody is in a group."""

    CHAIR = "CHAIR"
    SECRETARY = "SECRETARY"
    TREASURER = "TREASURER"
    MEMBER = "MEMBER"


class GroupMemberJoined(Payload):
    """A person has a role in a group from this day on; it ends an earlier role there."""

    EVENT = event_type(
        "id.lintas.group.member_joined.v1",
        sample(
            "the treasurer of a group",
            story.PERSON,
            group=story.GROUP,
            role="TREASURER",
            joined_on="2025-01-15",
        ),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="joined_on",
    )

    group: Id
    """Id of the group."""
    role: GroupRole
    """What the person is there."""
    joined_on: HappenedOn
    """First day in the role."""


class GroupMemberLeft(Payload):
    """A person left a group."""

    EVENT = event_type(
        "id.lintas.group.member_left.v1",
        sample("she leaves the group", story.PERSON, group=story.GROUP, left_on="2026-05-20"),
        source=SOURCE,
        subject=pseudonym_of("person"),
        happened="left_on",
    )

    group: Id
    """Id of the group."""
    left_on: HappenedOn
    """Last day in the group."""


EVENTS: tuple[type[Payload], ...] = (GroupMemberJoined, GroupMemberLeft)
