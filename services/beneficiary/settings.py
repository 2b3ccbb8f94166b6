"""Settings of the beneficiary service."""

from typing import ClassVar

from services.beneficiary import CARD
from shared.settings import ServiceSettings


class BeneficiarySettings(ServiceSettings):
    """What the beneficiary service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
