"""What the housing service listens to: nobody yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.housing import CARD
from shared.events.envelope import Event
from shared.inbox.consumer import Subscription


def apply(_connection: Connection, events: Sequence[Event], _now: datetime) -> None:
    """Give a batch of new events to its handler; without topics there is none."""
    if events:
        raise TypeError("housing listens to no topic")


SUBSCRIPTION = Subscription(group=f"lintas-{CARD.name}", topics=CARD.listens_to, apply=apply)
