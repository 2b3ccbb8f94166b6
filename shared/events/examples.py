"""At least one valid, synthetic example of every event type; nobody in them exists.

Ids, pseudonyms, times and sequence numbers are made from counters and words, so the examples are
the same on every run. They go into the AsyncAPI document and the topic pages, and every test of
the contract can use them as sample events.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from types import MappingProxyType

from shared.events.catalogue import TYPE_OF
from shared.events.envelope import Fact, draft, with_sequence
from shared.events.example_facts import COOPERATIVES, RELEASES, SOCIAL, TRAININGS, example_id
from shared.events.topics import TOPICS, Topic


@dataclass(frozen=True)
class Example:
    """One example: its name, the topic it travels on, and the fact."""

    name: str
    topic: Topic
    fact: Fact
    number: int

    @property
    def type(self) -> str:
        """The event type."""
        return TYPE_OF[type(self.fact.payload)]

    def wire(self) -> bytes:
        """The exact bytes of the event as a relay would send them."""
        recorded = self.fact.time.replace(hour=8)
        body = draft(
            self.fact,
            id=example_id(1000 * (TOPICS.index(self.topic) + 1) + self.number),
            source=self.topic.owner,
            recorded=recorded,
            agreement=self.topic.agreement,
            traceparent=f"00-{self.number + 1:032x}-{self.number + 1:016x}-01",
        )
        return with_sequence(body, self.number + 1)


def _collect() -> dict[str, tuple[Example, ...]]:
    found: dict[str, list[Example]] = {}
    for topic, group in zip(TOPICS, (SOCIAL, COOPERATIVES, TRAININGS, RELEASES), strict=True):
        for number, (name, subject, day, payload) in enumerate(group):
            fact = Fact(subject, datetime.combine(day, time(5), UTC), payload)
            example = Example(name, topic, fact, number)
            found.setdefault(example.type, []).append(example)
    return {name: tuple(examples) for name, examples in found.items()}


EXAMPLES: Mapping[str, tuple[Example, ...]] = MappingProxyType(_collect())
"""Examples by event type."""
