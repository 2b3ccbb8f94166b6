"""The only place where the housing service is put together; importing it opens nothing."""

from services.housing import CARD
from services.housing.api import routers
from services.housing.consumer import SUBSCRIPTION
from services.housing.desk import DESK
from services.housing.settings import HousingSettings
from shared.service.build import build_parts, with_keys
from shared.service.run import Parts


def build(settings: HousingSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD, settings, SUBSCRIPTION, with_keys(routers), title="Lintas: housing", desk=DESK
    )
