"""The only place where the cooperative service is put together; importing it opens nothing."""

from services.cooperative import CARD, api
from services.cooperative.consumer import SUBSCRIPTION
from services.cooperative.desk import DESK
from services.cooperative.settings import CooperativeSettings
from shared.service.build import build_parts
from shared.service.run import Parts


def build(settings: CooperativeSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD,
        settings,
        SUBSCRIPTION,
        lambda opened: api.routers(opened.keys),
        title="Lintas: cooperatives",
        desk=DESK,
    )
