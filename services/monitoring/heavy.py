"""What the API and the upkeep need beside the intake: DuckDB, the definitions and all that reads them.

`app` imports this when a process has one of the two, so that an intake stays small.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter
from sqlalchemy import Engine

from services.monitoring import api, feeds, pages
from services.monitoring.cut_schedule import CutSchedule
from services.monitoring.cuts import CutMaker
from services.monitoring.cutting import Cutter
from services.monitoring.feed.metadata import Publisher
from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.invariants import INVARIANTS
from services.monitoring.log.keeper import LogKeeper
from services.monitoring.release.publish import PublishContext
from services.monitoring.settings import MonitoringSettings
from shared.regions import Regions
from shared.service.build import Opened
from shared.service.run import Upkeep


def routers(settings: MonitoringSettings, opened: Opened) -> Iterable[APIRouter]:
    """Every router of monitoring."""
    hashes = {number: one.sha256 for number, one in DEFINITIONS.items()}
    regions, engine = Regions.load(), opened.engine
    context = PublishContext(regions, opened.signer, hashes)
    cuts = _cut_maker(engine, settings.log_directory)
    publisher = Publisher(contact=settings.contact, licence=settings.licence)
    feed = feeds.router(engine, publisher, opened.trust)
    return (*api.routers(context, cuts), feed, pages.router(engine, regions))


def upkeep(settings: MonitoringSettings, engine: Engine) -> Upkeep:
    """Folding, merging and sweeping beside cutting, and the invariants of the newest cut."""
    directory = settings.log_directory
    schedule = CutSchedule(settings.cut_quiet_seconds, settings.cut_longest_seconds)
    cutter = Cutter(engine, _cut_maker(engine, directory), schedule)
    return Upkeep({"upkeep": LogKeeper(engine, directory), "cutter": cutter}, INVARIANTS)


@lru_cache(maxsize=1)
def _cut_maker(engine: Engine, directory: Path) -> CutMaker:
    """One for all of a process: it makes one cut at a time."""
    return CutMaker(engine, directory)
