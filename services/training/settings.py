"""Settings of the training service."""

from typing import ClassVar

from services.training import CARD
from shared.settings import ServiceSettings


class TrainingSettings(ServiceSettings):
    """What the training service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
