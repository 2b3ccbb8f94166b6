"""The training service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.training import CARD
from services.training.api import routers
from services.training.tables import METADATA
from shared.application.context import Keys
from shared.security.keys import load_cipher, load_pseudonymiser
from tests.kit.door import Door, open_door


@pytest.fixture
def keys(tmp_path: Path, door: Door) -> Keys:
    """The key that the doors work with."""
    return open_keys(tmp_path / "keys")


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, lambda keys: routers(open_keys(keys)))


def open_keys(keys: Path) -> Keys:
    """Key and regions from a key directory."""
    return Keys(load_pseudonymiser(keys, {}), load_cipher(keys, CARD.name, {}))
