"""One record for each topic: who owns it, what it carries, how long, under which agreement."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from shared.events import beneficiary, cooperative, monitoring, training
from shared.events.agreements import PUBLIC_FIGURES, SOCIAL_COOPERATIVES, SOCIAL_INDUSTRY
from shared.events.catalogue import CATALOGUE, TYPE_OF, declared
from shared.events.corrections import FactCorrected
from shared.events.event_type import Form, Subject


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


def types_of(source: str, *, corrected: bool = True) -> tuple[str, ...]:
    """The types that a source publishes, by their declarations; corrections where it makes them."""
    own = (name for name, payload in CATALOGUE.items() if declared(payload).is_published_by(source))
    return (*own, TYPE_OF[FactCorrected]) if corrected else tuple(own)


def key_of(types: Iterable[str]) -> str:
    """In words, what the events of these types are about."""
    kinds: dict[Form, list[str]] = {}
    for subject in (declared(CATALOGUE[name]).subject for name in types):
        kinds.setdefault(subject.form, []).extend(subject.kinds)
    named = (Subject(form, tuple(dict.fromkeys(names))) for form, names in kinds.items() if names)
    return ", or ".join(map(str, named))


def _topic(name: str, source: str, agreement: str, *, corrected: bool = True) -> Topic:
    types = types_of(source, corrected=corrected)
    return Topic(name=name, owner=source, key=key_of(types), types=types, agreement=agreement)


BENEFICIARY = _topic("lintas.beneficiary.v1", beneficiary.SOURCE, SOCIAL_COOPERATIVES)
COOPERATIVE = _topic("lintas.cooperative.v1", cooperative.SOURCE, SOCIAL_COOPERATIVES)
TRAINING = _topic("lintas.training.v1", training.SOURCE, SOCIAL_INDUSTRY)
INDICATORS = replace(
    _topic("lintas.indicators.v1", monitoring.SOURCE, PUBLIC_FIGURES, corrected=False),
    partitions=1,
)

TOPICS: tuple[Topic, ...] = (BENEFICIARY, COOPERATIVE, TRAINING, INDICATORS)
"""Every topic of the contract."""

TOPIC_OF: dict[str, Topic] = {topic.name: topic for topic in TOPICS}
"""Topic record by name."""
