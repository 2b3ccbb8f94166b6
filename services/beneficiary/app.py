"""The only place where the beneficiary service is put together; importing it opens nothing."""

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.consumer import SUBSCRIPTION
from services.beneficiary.desk import DESK
from services.beneficiary.settings import BeneficiarySettings
from shared.service.build import build_parts, with_keys
from shared.service.run import Parts


def build(settings: BeneficiarySettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD, settings, SUBSCRIPTION, with_keys(routers), title="Lintas: beneficiaries", desk=DESK
    )
