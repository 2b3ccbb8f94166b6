"""The only place where the cooperative service is put together; importing it opens nothing."""

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.consumer import SUBSCRIPTION
from services.cooperative.desk import DESK
from services.cooperative.settings import CooperativeSettings
from shared.service.build import build_parts, with_keys
from shared.service.run import Parts


def build(settings: CooperativeSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD, settings, SUBSCRIPTION, with_keys(routers), title="Lintas: cooperatives", desk=DESK
    )
