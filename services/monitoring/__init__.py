"""Card of the monitoring service: BP Taskin's evaluation figures over the events of all ministries.

It listens to beneficiary, cooperative and training, folds their events into facts and cells, and
emits one event for each release of suppressed figures on the topic `lintas.indicators.v1`.
"""

from shared.events.topics import INDICATORS, TOPICS
from shared.service.card import Card

CARD = Card(
    name="monitoring",
    agency="BP_TASKIN",
    topic=INDICATORS,
    port=8104,
    listens_to=tuple(topic for topic in TOPICS if topic is not INDICATORS),
    verbs=("exact", "release"),
    pseudonyms=False,
    data_files=True,
    workers=True,
)
