"""The only place where the beneficiary service is put together; importing it opens nothing."""

from services.beneficiary import CARD, api
from services.beneficiary.consumer import SUBSCRIPTION
from services.beneficiary.lists import LISTS
from services.beneficiary.settings import BeneficiarySettings
from shared.desk.desk import Desk
from shared.service.build import build_parts
from shared.service.run import Parts


def build(settings: BeneficiarySettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD,
        settings,
        SUBSCRIPTION,
        lambda opened: api.routers(opened.keys),
        title="Lintas: beneficiaries",
        desk=Desk(lists=LISTS, months=True),
    )
