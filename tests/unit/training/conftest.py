"""The training service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.training import CARD
from services.training.api import routers
from services.training.tables import METADATA
from shared.application.context import Keys
from tests.kit.door import Door, open_door, open_keys


@pytest.fixture
def keys(tmp_path: Path, door: Door) -> Keys:
    """The key that the doors work with."""
    return open_keys(tmp_path / "keys", CARD.name)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, routers)
