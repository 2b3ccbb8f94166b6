"""The only place where the monitoring service is put together; importing it opens nothing."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from sqlalchemy import Engine

from services.monitoring import CARD
from services.monitoring.consumer import subscription
from services.monitoring.log.append import EventLog
from services.monitoring.release import overdue
from services.monitoring.settings import MonitoringSettings
from shared.service.build import Opened, build_parts
from shared.service.run import Parts, Upkeep


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
        partial(_routers, settings),
        title="Lintas: monitoring",
    )
    gauges = partial(overdue.gauge, settings.release_day)
    return replace(parts, make_upkeep=partial(_upkeep, settings, parts.engine), gauges=gauges)


def _routers(settings: MonitoringSettings, opened: Opened) -> Iterable[APIRouter]:
    from services.monitoring import heavy  # noqa: PLC0415 - an intake does without it

    return heavy.routers(settings, opened)


def _upkeep(settings: MonitoringSettings, engine: Engine) -> Upkeep:
    from services.monitoring import heavy  # noqa: PLC0415 - as above

    return heavy.upkeep(settings, engine)
