"""The cooperative service's doors for the tests of this folder."""

from pathlib import Path

import pytest

from services.cooperative import CARD
from services.cooperative.api import routers
from services.cooperative.tables import METADATA
from shared.application.context import Keys
from shared.security.keys import load_cipher, load_pseudonymiser
from tests.kit.door import Door, open_door


@pytest.fixture
def keys(tmp_path: Path, door: Door) -> Keys:
    """The keys that the doors work with."""
    return open_keys(tmp_path / "keys")


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The doors over empty tables."""
    return open_door(tmp_path, CARD.name, METADATA, lambda keys: routers(open_keys(keys)))


@pytest.fixture
def ready(door: Door) -> Door:
    """The doors with two cooperatives: KMP-1 in Jember, KMP-2 in Probolinggo."""
    lines = door.upload("/v1/imports/cooperatives", COOPERATIVES)
    assert lines[-1] == {"done": True, "rows": 2, "accepted": 2, "duplicates": 0, "rejected": 0}
    return door


def open_keys(keys: Path) -> Keys:
    """Keys and regions from a key directory."""
    return Keys(load_pseudonymiser(keys, {}), load_cipher(keys, CARD.name, {}))


COOPERATIVES = """\
nomor_koperasi,nama,jenis,kode_desa,tanggal_berdiri,status,tanggal_status
KMP-1,Koperasi Satu,MERAH_PUTIH,35.09.30.2009,2025-06-02,OPERATING,2025-08-01
KMP-2,Koperasi Dua,MERAH_PUTIH,35.13.15.2017,2025-06-02,REGISTERED,
"""
