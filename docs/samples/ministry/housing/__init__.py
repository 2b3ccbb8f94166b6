"""Card of the housing service: the ministry of housing, and the houses that it has had repaired.

It emits repaired houses on the topic `lintas.housing.v1`. It listens to nobody.
"""

from shared.events.topics import HOUSING
from shared.service.card import Card

CARD = Card(name="housing", agency="HOUSING", topic=HOUSING, port=8105)
