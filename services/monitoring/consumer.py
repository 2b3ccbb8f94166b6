"""What monitoring listens to: the topics of all ministries."""

from services.monitoring import CARD, service
from shared.inbox.consumer import Subscription

SUBSCRIPTION = Subscription(
    group=f"lintas-{CARD.name}",
    topics=CARD.listens_to,
    apply=service.apply_events,
    structs=True,
)
