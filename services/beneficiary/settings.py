"""Settings of the beneficiary service."""

from typing import ClassVar

from services.beneficiary import SERVICE
from shared.settings import ServiceSettings


class BeneficiarySettings(ServiceSettings):
    """What the beneficiary service needs to know."""

    service: ClassVar[str] = SERVICE
    port: int = 8102
