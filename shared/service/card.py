"""The card of a service, its description of itself. All lists of services come from the cards."""

from dataclasses import dataclass

from shared.events.topics import Topic
from shared.outbox.table import Origin


@dataclass(frozen=True)
class Card:
    """A service's description; `services/<name>/__init__.py` declares it as `CARD`."""

    name: str
    """The folder's name, which settings, scopes, key folders and database roles share."""
    agency: str
    """The agency of its officers, as tokens name it."""
    topic: Topic
    """The only topic that it publishes on."""
    port: int
    """Its default port; no two services share one."""
    listens_to: tuple[Topic, ...] = ()
    """The topics that it consumes."""
    verbs: tuple[str, ...] = ("read", "write")
    """The actions that its API permits."""
    pseudonyms: bool = True
    """Whether it makes pseudonyms of people's numbers: only then is it given their key."""
    data_files: bool = False
    """Whether it keeps data files beside its database; its containers share a volume for them."""
    workers: bool = False
    """Whether its consumers and its upkeep are containers of their own in the deployment."""

    @property
    def source(self) -> str:
        """URN in every event of this service."""
        return f"urn:lintas:{self.name}"

    @property
    def origin(self) -> Origin:
        """The source, topic and agreement of its events."""
        return Origin(self.source, self.topic.name, self.topic.agreement)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes of its tokens, for example `cooperative:write`."""
        return tuple(f"{self.name}:{verb}" for verb in self.verbs)
