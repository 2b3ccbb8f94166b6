"""A service's subscription, by its card: its consumer group and the topics that it listens to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from shared.events.envelope import Event
from shared.inbox.consumer import Subscription
from shared.inbox.receive import Apply
from shared.service.card import Card


def _hear_nobody(_connection: Connection, events: Sequence[Event], _now: datetime) -> None:
    """Refuse events that came all the same: they would be counted as applied."""
    raise TypeError(f"{len(events)} events for a service that listens to no topic")


def subscription_of(card: Card, apply: Apply = _hear_nobody) -> Subscription:
    """The subscription of a service; `apply` gets each batch of new events.

    Raises:
        ValueError: the card names topics, and there is no `apply` for their events.
    """
    if card.listens_to and apply is _hear_nobody:
        raise ValueError(f"{card.name} listens to topics, and nothing applies their events")
    return Subscription(group=f"lintas-{card.name}", topics=card.listens_to, apply=apply)
