"""Settings of the cooperative service."""

from typing import ClassVar

from services.cooperative import CARD
from shared.settings import ServiceSettings


class CooperativeSettings(ServiceSettings):
    """What the cooperative service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
