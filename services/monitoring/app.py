"""The only place where the monitoring service is put together; importing it opens nothing."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

from fastapi import APIRouter

from services.monitoring import CARD, api, feeds, pages
from services.monitoring.consumer import subscription
from services.monitoring.cuts import CutMaker
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.invariants import INVARIANTS
from services.monitoring.log.append import EventLog
from services.monitoring.log.keeper import LogKeeper
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
    directory = settings.log_directory
    parts = build_parts(
        CARD,
        settings,
        subscription(EventLog(directory)),
        partial(_routers, directory),
        title="Lintas: monitoring",
        invariants=INVARIANTS,
    )
    return replace(parts, upkeep=LogKeeper(parts.engine, directory))


def _routers(directory: Path, opened: Opened) -> Iterable[APIRouter]:
    hashes = {number: one.sha256 for number, one in DEFINITIONS.items()}
    regions, engine = Regions.load(), opened.engine
    context, cuts = PublishContext(regions, opened.signer, hashes), CutMaker(engine, directory)
    return (*api.routers(context, cuts), feeds.router(engine), pages.router(engine, regions))
