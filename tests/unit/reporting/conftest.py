"""The doors of every ministry that reports, one by one."""

from importlib import import_module
from pathlib import Path

import pytest

from lintas.registry import PUBLISHERS, lists_of
from tests.kit.door import Door, open_door

MINISTRIES = [name for name in PUBLISHERS if "closings" in {one.name for one in lists_of(name)}]


def door_of(tmp_path: Path, name: str) -> Door:
    """The doors of one ministry over empty tables."""
    tables, api = (import_module(f"services.{name}.{module}") for module in ("tables", "api"))
    return open_door(tmp_path, name, tables.METADATA, api.routers)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors of training, where the name of the ministry does not matter."""
    return door_of(tmp_path, "training")
