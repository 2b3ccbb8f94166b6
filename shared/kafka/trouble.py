"""What may go wrong while a client of the broker is set up, and passes."""

import logging
from collections.abc import Awaitable

from aiokafka.errors import IllegalStateError
from aiokafka.errors import KafkaError as ClientError
from kafka.errors import KafkaError
from sqlalchemy.exc import SQLAlchemyError

from shared.database.errors import name_of
from shared.kafka.admin import BrokerAway

log = logging.getLogger("lintas.consumer")


class TopicMissing(BrokerAway):
    """A topic does not exist; its owner makes it when it starts."""


TROUBLE = (
    BrokerAway,
    OSError,
    TimeoutError,
    KafkaError,
    ClientError,
    SQLAlchemyError,
    IllegalStateError,
)
"""What may go wrong while a partition is assigned; it stays paused until a retry succeeds."""


async def attempt(assigning: Awaitable[None]) -> None:
    """Assign partitions; on failure they stay paused, and `Assignment.assign_pending` retries."""
    try:
        await assigning
    except TROUBLE as error:
        log.warning("partitions wait for their place (%s)", name_of(error))
