"""The training service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.training import CARD
from services.training.api import routers
from services.training.book import Desk
from services.training.tables import METADATA
from shared.security.keys import load_pseudonymiser
from tests.kit.door import Door, open_door


@pytest.fixture
def desk(tmp_path: Path, door: Door) -> Desk:
    """The key that the doors work with."""
    return open_desk(tmp_path / "keys")


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, lambda keys: routers(open_desk(keys)))


def open_desk(keys: Path) -> Desk:
    """Key and regions from a key directory."""
    return Desk(load_pseudonymiser(keys, {}))
