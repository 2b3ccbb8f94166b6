"""A worker that its service's health watches from the moment it runs, and not before.

A process that runs only the API has no relay that could stall.
"""

import asyncio
from typing import Any

from shared.observability.health import Health


class Watched:
    """Runs a worker (a relay or a consumer) under a name in `/health/live` and `/health/ready`."""

    def __init__(self, name: str, worker: Any, health: Health) -> None:
        self._name, self._worker, self._health = name, worker, health

    async def run(self, stop: asyncio.Event) -> None:
        """Be watched, and work until `stop` is set."""
        self._health.add_progress(self._name, self._worker.progress)
        if hasattr(self._worker, "check"):
            self._health.add_check(self._name, self._worker.check)
        await self._worker.run(stop)
