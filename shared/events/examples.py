"""At least one valid, synthetic example of every event type; nobody in them exists.

Ids, pseudonyms, times and sequence numbers are made from counters and words, so the examples are
the same on every run. They go into the AsyncAPI document and the topic pages, and every test of
the contract can use them as sample events.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from types import MappingProxyType

from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE, TYPE_OF, declared
from shared.events.corrections import FactCorrected
from shared.events.days import happened_on
from shared.events.envelope import Fact, draft, with_sequence
from shared.events.story import Sample, example_id
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
    found: dict[str, tuple[Example, ...]] = {}
    made: Counter[str] = Counter()
    for name, payload in CATALOGUE.items():
        found[name] = tuple(_example(payload, one, made) for one in declared(payload).examples)
    return found


def _example(payload: type[Payload], one: Sample, made: Counter[str]) -> Example:
    """The next example of its topic, with the next number."""
    data = payload.model_validate_json(json.dumps(one.data))
    noon = datetime.combine(one.day or happened_on(data), time(5), UTC)
    topic = _topic_of(data)
    number = made[topic.name]
    made[topic.name] += 1
    return Example(one.name, topic, Fact(one.subject, noon, data), number)


def _topic_of(data: Payload) -> Topic:
    """A correction travels with what it corrects."""
    name = data.corrected_type if isinstance(data, FactCorrected) else TYPE_OF[type(data)]
    return next(topic for topic in TOPICS if name in topic.types)


EXAMPLES: Mapping[str, tuple[Example, ...]] = MappingProxyType(_collect())
"""Examples by event type."""
