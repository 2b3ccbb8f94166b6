"""The sample as a process: `python -m tests.kit.sample_service FOLDER DATABASE PORT [role ...]`."""

import asyncio
import logging
import sys
import time
from pathlib import Path
from typing import ClassVar

from fastapi import APIRouter

from shared import clock
from shared.database import migrations as migrate
from shared.database.engine import open_engine
from shared.database.migrations import revision
from shared.http.app import create_api
from shared.observability import logs
from shared.observability.health import Health
from shared.security.tokens import TokenBook
from shared.service.health_checks import database_check, kafka_check
from shared.service.run import Parts, run
from shared.settings import ServiceSettings
from tests.kit.sample_api import METADATA, notes_router

log = logging.getLogger("sample")
ENV = """from tests.kit.sample_api import METADATA
from shared.database.migrations import run_migrations

run_migrations(METADATA)
"""


class SampleSettings(ServiceSettings):
    """Settings of the sample."""

    service: ClassVar[str] = "sample"
    port: int = 8199


class Ticker:
    """A worker that writes what it does into the log; it fails once when asked to."""

    def __init__(self, name: str, fails: bool = False) -> None:
        """Name it."""
        self.name, self.fails = name, fails

    async def run(self, stop: asyncio.Event) -> None:
        """Work until asked to stop."""
        log.info("%s started", self.name)
        if self.fails:
            self.fails = False
            raise ConnectionError("once")
        await stop.wait()
        log.info("%s ended well", self.name)


def use_migrations(folder: Path) -> None:
    """Let the sample's migrations live in a folder of the test."""
    migrations = folder / "migrations"
    migrations.mkdir(exist_ok=True)
    (migrations / "env.py").write_text(ENV)
    migrate.folder = lambda service: migrations  # noqa: ARG005 - the name is part of the interface


def write_first_revision(folder: Path) -> None:
    """Write the sample's first migration, against an empty database."""
    use_migrations(folder)
    engine = open_engine(f"sqlite:///{folder}/empty.db")
    revision(engine, "sample", "0001", "first tables", METADATA)
    engine.dispose()


def build(settings: SampleSettings) -> Parts:
    """Put the sample together."""
    engine, health = open_engine(settings.database), Health()
    health.add_background_check("database", database_check(engine))
    health.add_background_check("kafka", kafka_check(settings.kafka))
    api = create_api("sample", engine, TokenBook(settings.tokens), health)
    api.include_router(notes_router())
    api.include_router(_slow_router())
    relay, consumer = Ticker("relay", fails=True), Ticker("consumer")
    return Parts("sample", settings, engine, lambda: api, health, relay, consumer, title="sample")


def _slow_router() -> APIRouter:
    router = APIRouter()

    @router.get("/slow")
    def slow() -> dict[str, str]:
        """Take two seconds."""
        time.sleep(2)
        return {"at": clock.now().isoformat()}

    return router


if __name__ == "__main__":
    logs.configure("sample")
    folder = Path(sys.argv[1])
    use_migrations(folder)
    settings = SampleSettings(
        keys=folder, database=sys.argv[2], port=int(sys.argv[3]), kafka="127.0.0.1:1"
    )
    roles = sys.argv[4:] or ["api", "relay", "consumer"]
    sys.exit(run(build(settings), roles))  # type: ignore[arg-type]
