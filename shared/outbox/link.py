"""The relay's producer: opened when it is needed, given up when the broker failed it."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from shared.database.errors import name_of
from shared.outbox.sender import Producer

log = logging.getLogger("lintas.relay")


class BrokerLink:
    """At most one producer at a time."""

    def __init__(self, producer_factory: Callable[[], Producer]) -> None:
        self._open = producer_factory
        self._producer: Producer | None = None

    async def ready(self, patience: float) -> Producer:
        """The producer, connected within so many seconds.

        Raises:
            OSError, KafkaError: the broker does not answer, or refuses us.
        """
        if self._producer is None:
            self._producer = self._open()
            await asyncio.wait_for(self._producer.start(), patience)
        return self._producer

    async def drop(self, patience: float) -> None:
        """Close it; the next is a new one.

        After a refused batch an idempotent producer of aiokafka never works again.
        """
        producer, self._producer = self._producer, None
        if producer is None:
            return
        try:
            await asyncio.wait_for(producer.stop(), patience)
        except Exception as error:  # noqa: BLE001  it is given up in any case
            log.debug("the producer did not stop cleanly (%s)", name_of(error))
            await _abandon(producer)


async def _abandon(producer: Any) -> None:
    """Free what a producer holds that does not stop: an idempotent one tries for ever."""
    sender = getattr(getattr(producer, "_sender", None), "sender_task", None)
    if sender is not None:
        sender.cancel()
    client = getattr(producer, "client", None)
    if client is not None:
        await asyncio.gather(client.close(), return_exceptions=True)
