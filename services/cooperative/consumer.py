"""What the cooperative service listens to: referrals of Social Affairs become candidates."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.cooperative import CARD, service
from shared.application.counted import on_figures
from shared.events.envelope import Event
from shared.service.subscriptions import subscription_of


def apply(connection: Connection, events: Sequence[Event], _now: datetime) -> None:
    """Give a batch of new events to its handlers."""
    service.on_referrals(connection, events)
    on_figures(connection, CARD.source, events)


SUBSCRIPTION = subscription_of(CARD, apply)
