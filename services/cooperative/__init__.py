"""Card of the cooperative service: the Ministry of Cooperatives, its groups and members.

It emits what happens to cooperatives, household-business groups and memberships on the topic
`lintas.cooperative.v1`. It listens to referrals of Social Affairs and keeps them as candidates.
It is the smallest service: the one to copy (docs/add-a-ministry.md).
"""

from shared.events.topics import BENEFICIARY, COOPERATIVE, INDICATORS
from shared.service.card import Card

CARD = Card(
    name="cooperative",
    agency="COOPERATIVES",
    topic=COOPERATIVE,
    port=8101,
    listens_to=(BENEFICIARY, INDICATORS),
)
