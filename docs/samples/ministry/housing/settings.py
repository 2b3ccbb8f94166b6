"""Settings of the housing service."""

from typing import ClassVar

from services.housing import CARD
from shared.settings import ServiceSettings


class HousingSettings(ServiceSettings):
    """What the housing service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
