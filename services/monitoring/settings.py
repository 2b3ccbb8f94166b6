"""Settings of the monitoring service."""

from typing import ClassVar

from services.monitoring import CARD
from shared.settings import ServiceSettings


class MonitoringSettings(ServiceSettings):
    """What the monitoring service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
