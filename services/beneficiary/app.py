"""The only place where the beneficiary service is put together; importing it opens nothing."""

from collections.abc import Iterable

from fastapi import APIRouter

from services.beneficiary import CARD, api
from services.beneficiary.consumer import SUBSCRIPTION
from services.beneficiary.settings import BeneficiarySettings
from shared.service.build import Opened, build_parts
from shared.service.run import Parts


def build(settings: BeneficiarySettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(CARD, settings, SUBSCRIPTION, _routers, title="Lintas: beneficiaries")


def _routers(opened: Opened) -> Iterable[APIRouter]:
    return api.routers(opened.keys)
