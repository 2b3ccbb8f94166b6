"""The doors of every ministry that reports, one by one."""

from pathlib import Path

import pytest
from sqlalchemy import MetaData

from services import beneficiary, cooperative, training
from services.beneficiary import api as beneficiary_api
from services.beneficiary import tables as beneficiary_tables
from services.cooperative import api as cooperative_api
from services.cooperative import tables as cooperative_tables
from services.training import api as training_api
from services.training import tables as training_tables
from tests.kit.door import Door, Routers, open_door

MINISTRIES: dict[str, tuple[MetaData, Routers]] = {
    beneficiary.CARD.name: (beneficiary_tables.METADATA, beneficiary_api.routers),
    cooperative.CARD.name: (cooperative_tables.METADATA, cooperative_api.routers),
    training.CARD.name: (training_tables.METADATA, training_api.routers),
}


def door_of(tmp_path: Path, name: str) -> Door:
    """The doors of one ministry over empty tables."""
    metadata, routers = MINISTRIES[name]
    return open_door(tmp_path, name, metadata, routers)


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors of training, where the name of the ministry does not matter."""
    return door_of(tmp_path, training.CARD.name)
