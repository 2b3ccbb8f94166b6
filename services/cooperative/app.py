"""The only place where the cooperative service is put together; importing it opens nothing."""

from collections.abc import Iterable

from fastapi import APIRouter

from services.cooperative import CARD, api
from services.cooperative.consumer import SUBSCRIPTION
from services.cooperative.settings import CooperativeSettings
from shared.service.build import Opened, build_parts
from shared.service.run import Parts


def build(settings: CooperativeSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(CARD, settings, SUBSCRIPTION, _routers, title="Lintas: cooperatives")


def _routers(opened: Opened) -> Iterable[APIRouter]:
    return api.routers(opened.keys)
