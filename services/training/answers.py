"""What readings answer: the ministry's own groups and sessions."""

from datetime import date

from pydantic import BaseModel

from shared.events.training import ActivityType, Module


class GroupLine(BaseModel):
    """A family group."""

    group_number: str
    region: str
    village: str
    formed_on: date
    families: int
    """Families that belong to it today."""


class GroupList(BaseModel):
    """One page of groups; ask again with `after` = `next` until it is empty."""

    groups: list[GroupLine]
    next: str | None


class SessionLine(BaseModel):
    """A session that was held."""

    session_number: str
    activity: ActivityType
    region: str
    """The village, or the kabupaten of a session without one."""
    place: str
    """The region's name."""
    held_on: date
    modules: tuple[Module, ...]
    group_number: str | None
    attended: int
    """Families of a P2K2 session, persons of any other."""


class SessionList(BaseModel):
    """One page of sessions; ask again with `after` = `next` until it is empty."""

    sessions: list[SessionLine]
    next: str | None
