"""Where monitoring keeps its data files: beside its SQLite file, or where the operator says."""

from pathlib import Path

import pytest

from services.monitoring.settings import MonitoringSettings
from shared.settings import SettingsError

SQLITE = {"LINTAS_KEYS": "/keys", "LINTAS_MONITORING_DATABASE": "sqlite:////data/monitoring.sqlite"}
POSTGRES = SQLITE | {"LINTAS_MONITORING_DATABASE": "postgresql://monitoring@db/monitoring"}


def test_the_log_lies_beside_an_sqlite_file() -> None:
    """Nothing needs to be set on one machine."""
    settings = MonitoringSettings.load(SQLITE)
    assert settings.log_directory == Path("/data/monitoring.sqlite-log")


def test_with_postgresql_the_directory_must_be_given() -> None:
    """All processes of monitoring share it; no default could know where."""
    with pytest.raises(SettingsError, match="LINTAS_MONITORING_LOG: missing"):
        MonitoringSettings.load(POSTGRES)


@pytest.mark.parametrize("database", [SQLITE, POSTGRES])
def test_a_given_directory_is_used(database: dict[str, str]) -> None:
    """With either database."""
    settings = MonitoringSettings.load(database | {"LINTAS_MONITORING_LOG": "/var/log-files"})
    assert settings.log_directory == Path("/var/log-files")
