"""The cooperative service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.tables import METADATA
from shared.application.context import Keys
from tests.kit.cooperatives import COOPERATIVES
from tests.kit.door import Door, open_door, open_keys


@pytest.fixture
def keys(tmp_path: Path, door: Door) -> Keys:
    """The keys that the doors work with."""
    return open_keys(tmp_path / "keys", CARD.name)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, routers)


@pytest.fixture
def ready(door: Door) -> Door:
    """The doors with two cooperatives: KMP-1 in Jember, KMP-2 in Probolinggo."""
    lines = door.upload("/v1/imports/cooperatives", COOPERATIVES)
    assert lines[-1] == {"done": True, "rows": 2, "accepted": 2, "duplicates": 0, "rejected": 0}
    return door
