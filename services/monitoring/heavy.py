"""What the API and the upkeep need beside the intake: DuckDB, the definitions and all that reads them.

`app` imports this when a process has one of the two, so that an intake stays small.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Engine

from services.monitoring import CARD, api, feeds, pages
from services.monitoring.cut_schedule import CutSchedule
from services.monitoring.cuts import CutMaker
from services.monitoring.cutting import Cutter
from services.monitoring.feed.metadata import Publisher
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.invariants import INVARIANTS
from services.monitoring.log.keeper import LogKeeper
from services.monitoring.receipts import ReceiptSchedule
from services.monitoring.release.maker import MakerContext, ReleaseMaker
from services.monitoring.settings import MonitoringSettings
from shared.observability.workers import Worker
from shared.regions import Regions
from shared.security.keys import load_signer
from shared.service.build import Opened
from shared.service.run import Upkeep


def routers(settings: MonitoringSettings, opened: Opened) -> Iterable[APIRouter]:
    """Every router of monitoring."""
    regions, engine = Regions.load(), opened.engine
    cuts = _cut_maker(engine, settings.log_directory)
    publisher = Publisher(settings.contact, settings.licence, settings.release_day)
    feed = feeds.router(engine, publisher, opened.trust)
    return (*api.routers(cuts), feed, pages.router(engine, regions))


def upkeep(settings: MonitoringSettings, engine: Engine) -> Upkeep:
    """Folding, merging, sweeping, cutting and making releases, and the invariants of the newest cut."""
    directory = settings.log_directory
    schedule = CutSchedule(settings.cut_quiet_seconds, settings.cut_longest_seconds)
    receipts = ReceiptSchedule(settings.receipt_seconds)
    cutter = Cutter(engine, _cut_maker(engine, directory), schedule, receipts)
    workers: dict[str, Worker] = {
        "upkeep": LogKeeper(engine, directory),
        "cutter": cutter,
        "releases": _release_maker(settings, engine),
    }
    return Upkeep(workers, INVARIANTS)


def _release_maker(settings: MonitoringSettings, engine: Engine) -> ReleaseMaker:
    signer = load_signer(settings.keys, CARD.name)
    context = MakerContext(Regions.load(), signer, DEFINITIONS, settings.release_day)
    return ReleaseMaker(engine, settings.log_directory, context)


@lru_cache(maxsize=1)
def _cut_maker(engine: Engine, directory: Path) -> CutMaker:
    """One for all of a process: it makes one cut at a time."""
    return CutMaker(engine, directory)
