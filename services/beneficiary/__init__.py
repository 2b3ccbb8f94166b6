"""Card of the beneficiary service: families, facilitators and referrals of Social Affairs.

It emits what happens to families of assistance programmes, their facilitators with their targets,
referrals to cooperatives, graduations and exits on the topic `lintas.beneficiary.v1`. It listens to
memberships and completed training and keeps from them who is getting ready to graduate.
"""

from shared.events.topics import BENEFICIARY, COOPERATIVE, INDICATORS, TRAINING
from shared.service.card import Card

CARD = Card(
    name="beneficiary",
    agency="SOCIAL_AFFAIRS",
    topic=BENEFICIARY,
    port=8102,
    listens_to=(COOPERATIVE, TRAINING, INDICATORS),
)
