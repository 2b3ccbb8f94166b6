"""Settings of the cooperative service."""

from typing import ClassVar

from services.cooperative import SERVICE
from shared.settings import ServiceSettings


class CooperativeSettings(ServiceSettings):
    """What the cooperative service needs to know."""

    service: ClassVar[str] = SERVICE
    port: int = 8101
