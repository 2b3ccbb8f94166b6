"""Settings of the monitoring service."""

from pathlib import Path
from typing import ClassVar, Self

from pydantic import Field, model_validator
from sqlalchemy.engine import make_url

from services.monitoring import CARD
from shared.settings import ServiceSettings


class MonitoringSettings(ServiceSettings):
    """What the monitoring service needs to know."""

    service: ClassVar[str] = CARD.name
    port: int = CARD.port
    log: Path | None = None
    """Directory of the log's data files, one for all processes of monitoring; unset: beside the SQLite file."""

    cut_quiet_seconds: float = Field(default=5.0, ge=0)
    """A cut is taken by itself when the log has grown and then been quiet for so long."""
    cut_longest_seconds: float = Field(default=600.0, ge=0)
    """While events keep coming, a cut is taken after so long; always at most a tenth of the time."""
    receipt_seconds: float = Field(default=600.0, ge=0)
    """At most once in so long the topic says what has arrived of each ministry."""
    release_day: int | None = Field(default=None, ge=1, le=28)
    """On this day of each month the release of the month before is cut; unset: only on demand."""
    licence: str = "CC-BY-4.0"
    """Licence of the published figures, by its SPDX name."""
    contact: str = ""
    """Who answers questions about the published figures: an address or a page; empty: not said."""

    @model_validator(mode="after")
    def _has_a_log(self) -> Self:
        if self.log is None and not self.database.startswith("sqlite"):
            raise ValueError(
                "LINTAS_MONITORING_LOG: missing; with PostgreSQL it is the directory of data files, "
                "one for all processes of monitoring"
            )
        return self

    @property
    def log_directory(self) -> Path:
        """Where the data files lie."""
        if self.log is not None:
            return self.log
        return Path(f"{make_url(self.database).database}-log")
