"""Card of the training service: sessions, attendance and completed training.

It belongs to those who teach: the ministry of industry, the women's movement, the facilitators. It
emits what happens on the topic `lintas.training.v1`. It listens to activated memberships of the
Ministry of Cooperatives: each opens a right to training, to be taken up within ninety days.
"""

from shared.events.topics import COOPERATIVE, INDICATORS, TRAINING
from shared.service.card import Card

CARD = Card(
    name="training",
    agency="TRAINING",
    topic=TRAINING,
    port=8103,
    listens_to=(COOPERATIVE, INDICATORS),
)
