"""What the housing service listens to: nobody yet."""

from services.housing import CARD
from shared.service.subscriptions import subscription_of

SUBSCRIPTION = subscription_of(CARD)
