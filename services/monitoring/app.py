"""The only place where the monitoring service is put together; importing it opens nothing."""

from collections.abc import Iterable

from fastapi import APIRouter

from services.monitoring import CARD, api, feeds, pages
from services.monitoring.consumer import SUBSCRIPTION
from services.monitoring.indicators import INDICATORS
from services.monitoring.invariants import INVARIANTS
from services.monitoring.release.publish import PublishContext
from services.monitoring.settings import MonitoringSettings
from shared.regions import Regions
from shared.service.build import Opened, build_parts
from shared.service.run import Parts


def build(settings: MonitoringSettings) -> Parts:
    """The service's parts; nothing is connected or running yet.

    Raises:
        WeakKey: a key is missing or must not be used.
    """
    return build_parts(
        CARD, settings, SUBSCRIPTION, _routers, title="Lintas: monitoring", invariants=INVARIANTS
    )


def _routers(opened: Opened) -> Iterable[APIRouter]:
    definitions = {number: one.sha256 for number, one in INDICATORS.items()}
    regions = Regions.load()
    context = PublishContext(regions, opened.signer, definitions)
    engine = opened.engine
    return (*api.routers(context), feeds.router(engine), pages.router(engine, regions))
