"""One record for each topic: who owns it, what it carries, how long, under which agreement."""

from dataclasses import dataclass
from functools import cached_property

from shared.events.agreements import PUBLIC_FIGURES, SOCIAL_COOPERATIVES, SOCIAL_INDUSTRY
from shared.events.catalogue import CATALOGUE


@dataclass(frozen=True)
class Topic:
    """A topic as the contract knows it. `retention_ms` -1 keeps everything."""

    name: str
    owner: str
    """URN of the only source that may publish here."""
    key: str
    """What the record key is; always the event's `subject`, UTF-8."""
    types: tuple[str, ...]
    agreement: str
    """Data-sharing agreement and scope under which events are published now."""
    earlier_agreements: tuple[str, ...] = ()
    """Those under which events in the log were published."""
    partitions: int = 6
    retention_ms: int = -1
    cleanup_policy: str = "delete"
    max_message_bytes: int = 131_072
    compression: str = "gzip"
    """How the broker stores batches, whatever their sender chose: every Kafka client reads gzip."""

    @cached_property
    def agreements(self) -> frozenset[str]:
        """Every agreement that permits an event on this topic."""
        return frozenset((self.agreement, *self.earlier_agreements))

    @property
    def dead_letter(self) -> str:
        """Name of the topic to which consumers copy records that can never be applied."""
        return f"{self.name}.dead-letter"


def _types(*nouns: str) -> tuple[str, ...]:
    own = tuple(name for name in CATALOGUE if name.split(".")[2] in nouns)
    return (*own, "id.lintas.fact.corrected.v1")


BENEFICIARY = Topic(
    name="lintas.beneficiary.v1",
    owner="urn:lintas:beneficiary",
    key="pseudonym of the family or person, or id of the facilitator",
    types=_types("family", "facilitator", "referral", "graduation"),
    agreement=SOCIAL_COOPERATIVES,
)
COOPERATIVE = Topic(
    name="lintas.cooperative.v1",
    owner="urn:lintas:cooperative",
    key="pseudonym of the person, or id of the cooperative or group",
    types=_types("cooperative", "group", "membership"),
    agreement=SOCIAL_COOPERATIVES,
)
TRAINING = Topic(
    name="lintas.training.v1",
    owner="urn:lintas:training",
    key="id of the session, or pseudonym of the family or person",
    types=_types("session", "training"),
    agreement=SOCIAL_INDUSTRY,
)
INDICATORS = Topic(
    name="lintas.indicators.v1",
    owner="urn:lintas:monitoring",
    key="id of the release",
    types=("id.lintas.release.published.v1",),
    agreement=PUBLIC_FIGURES,
    partitions=1,
)

TOPICS: tuple[Topic, ...] = (BENEFICIARY, COOPERATIVE, TRAINING, INDICATORS)
"""Every topic of the contract."""

TOPIC_OF: dict[str, Topic] = {topic.name: topic for topic in TOPICS}
"""Topic record by name."""
