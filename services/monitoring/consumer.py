"""What monitoring listens to: the topics of all ministries."""

from functools import partial

from services.monitoring import CARD
from services.monitoring.log.append import EventLog, append
from shared.inbox.consumer import Subscription

MOST = 10_000
"""Most events of a batch: half a batch takes half the memory, and costs hardly more an event."""


def subscription(log: EventLog) -> Subscription:
    """The subscription that appends to this log."""
    apply = partial(append, log=log)  # not by `service`, which imports what no intake needs
    return Subscription(
        group=f"lintas-{CARD.name}",
        topics=CARD.listens_to,
        apply=apply,
        structs=True,
        most=MOST,
    )
