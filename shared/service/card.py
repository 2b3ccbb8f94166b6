"""The card of a service: what it says of itself. Whatever lists services reads their cards."""

from dataclasses import dataclass

from shared.events.topics import Topic
from shared.outbox.table import Origin


@dataclass(frozen=True)
class Card:
    """Stands as `CARD` in `services/<name>/__init__.py`."""

    name: str
    """The folder's name, which settings, scopes, key folders and database roles share."""
    agency: str
    """Which agency its people belong to, as tokens name it."""
    topic: Topic
    """The only topic that it publishes on."""
    port: int
    """Where it listens unless settings say otherwise; no two services share one."""
    listens_to: tuple[Topic, ...] = ()
    """The topics that it consumes."""
    verbs: tuple[str, ...] = ("read", "write")
    """What its doors permit."""

    @property
    def source(self) -> str:
        """URN in every event of this service."""
        return f"urn:lintas:{self.name}"

    @property
    def origin(self) -> Origin:
        """Under which name, topic and agreement its events are staged."""
        return Origin(self.source, self.topic.name, self.topic.agreement)

    @property
    def scopes(self) -> tuple[str, ...]:
        """What a token for it may hold, for example `cooperative:write`."""
        return tuple(f"{self.name}:{verb}" for verb in self.verbs)
