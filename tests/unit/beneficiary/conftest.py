"""The beneficiary service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.tables import METADATA
from shared.application.context import Keys
from tests.kit.door import Door, open_door, open_keys
from tests.kit.families import FACILITATORS, a_family_list


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, routers)


@pytest.fixture
def keys(tmp_path: Path, door: Door) -> Keys:
    """The keys that the doors work with."""
    return open_keys(tmp_path / "keys", CARD.name)


@pytest.fixture
def staffed(door: Door) -> Door:
    """The doors with facilitators P-1 and P-2 of Jember and P-3 of Probolinggo."""
    assert door.upload("/v1/imports/facilitators", FACILITATORS)[-1]["accepted"] == 3
    return door


@pytest.fixture
def ready(staffed: Door) -> Door:
    """The doors with the family KPM-1 of Jember, enrolled with facilitator P-1."""
    assert staffed.upload("/v1/imports/families", a_family_list({}))[-1]["accepted"] == 1
    return staffed
