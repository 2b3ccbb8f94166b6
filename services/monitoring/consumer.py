"""What monitoring listens to: the topics of all ministries."""

from functools import partial

from services.monitoring import CARD, service
from services.monitoring.log.append import EventLog
from shared.inbox.consumer import Subscription


def subscription(log: EventLog) -> Subscription:
    """The subscription that appends to this log."""
    apply = partial(service.apply_events, log=log)
    return Subscription(
        group=f"lintas-{CARD.name}",
        topics=CARD.listens_to,
        apply=apply,
        structs=True,
        most=20_000,
    )
