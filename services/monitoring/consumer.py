"""What monitoring listens to: everything that the three ministries tell."""

from services.monitoring import SERVICE, service
from shared.consumer import Subscription
from shared.events.topics import BENEFICIARY, COOPERATIVE, TRAINING

SUBSCRIPTION = Subscription(
    group=f"lintas-{SERVICE}",
    topics=(BENEFICIARY, COOPERATIVE, TRAINING),
    apply=service.apply_events,
)
