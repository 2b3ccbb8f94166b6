"""The only place where the training service is put together; importing it opens nothing."""

from services.training import CARD
from services.training.api import routers
from services.training.consumer import SUBSCRIPTION
from services.training.desk import DESK
from services.training.settings import TrainingSettings
from shared.service.build import build_parts, with_keys
from shared.service.run import Parts


def build(settings: TrainingSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD, settings, SUBSCRIPTION, with_keys(routers), title="Lintas: training", desk=DESK
    )
