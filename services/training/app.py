"""The only place where the training service is put together; importing it opens nothing."""

from collections.abc import Iterable

from fastapi import APIRouter

from services.training import CARD, api
from services.training.consumer import SUBSCRIPTION
from services.training.settings import TrainingSettings
from shared.service.build import Opened, build_parts
from shared.service.run import Parts


def build(settings: TrainingSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(CARD, settings, SUBSCRIPTION, _routers, title="Lintas: training")


def _routers(opened: Opened) -> Iterable[APIRouter]:
    return api.routers(opened.keys)
