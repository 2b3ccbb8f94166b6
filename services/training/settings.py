"""Settings of the training service."""

from typing import ClassVar

from services.training import SERVICE
from shared.settings import ServiceSettings


class TrainingSettings(ServiceSettings):
    """What the training service needs to know."""

    service: ClassVar[str] = SERVICE
    port: int = 8103
