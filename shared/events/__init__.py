"""The public contract: envelope, payloads, catalogue, topics. Here alone services meet."""

from shared.events.catalogue import CATALOGUE, TYPE_OF
from shared.events.envelope import Event, Fact, InvalidEvent, draft, with_sequence
from shared.events.reading import parse
from shared.events.topics import TOPIC_OF, TOPICS, Topic

__all__ = [
    "CATALOGUE",
    "TOPICS",
    "TOPIC_OF",
    "TYPE_OF",
    "Event",
    "Fact",
    "InvalidEvent",
    "Topic",
    "draft",
    "parse",
    "with_sequence",
]
