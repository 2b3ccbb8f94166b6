"""The longest walks of the code: which files of ours a row or a record goes through, by trace.

python -m tests.kit.walk
"""

import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from services.beneficiary import CARD as BENEFICIARY
from services.beneficiary.api import routers
from services.beneficiary.tables import METADATA
from services.monitoring.app import build
from services.monitoring.settings import MonitoringSettings
from shared.database.migrations import migrate
from shared.events.topics import COOPERATIVE
from shared.security.keys import init_keys, load_signer
from tests import parts
from tests.kit.door import open_door
from tests.kit.families import FACILITATORS, a_family_list
from tests.kit.records import Source

ROOT = Path(__file__).resolve().parents[2]
OURS = ("services", "shared")


@contextmanager
def walked() -> Iterator[list[str]]:
    """The files of ours in which a function was entered while the block ran, in their order."""
    found: dict[str, None] = {}

    def note(frame: FrameType, event: str, _argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT):
            name = path.relative_to(ROOT)
            if name.parts[0] in OURS:
                found.setdefault(name.as_posix())

    files: list[str] = []
    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        files.extend(found)


def row_to_outbox(folder: Path) -> list[str]:
    """One row of a list of families, from the request to its events in the outbox."""
    service = BENEFICIARY.name
    door = open_door(folder, service, METADATA, routers)
    door.upload("/v1/imports/facilitators", FACILITATORS)
    with walked() as files:
        assert door.upload("/v1/imports/families", a_family_list({}))[-1]["accepted"] == 1
    return files


def record_to_monitoring(folder: Path) -> list[str]:
    """One record of a membership, from the bytes of the broker to monitoring's tables."""
    init_keys(folder / "keys", ["monitoring", "cooperative"])
    settings = MonitoringSettings(
        keys=folder / "keys", database=f"sqlite:///{folder / 'monitoring.sqlite'}"
    )
    built = build(settings)
    migrate(built.engine, "monitoring")
    source = Source()
    source.signer = load_signer(folder / "keys", "cooperative")
    records = source.records([1, 2])
    consumer = vars(built.consumer)["_worker"]
    ids = {COOPERATIVE.name: "id-c"}
    consumer._store(records[:1], ids, {})
    with walked() as files:
        assert consumer._store(records[1:], ids, {}).applied == 1
    return files


def main() -> None:
    """Print both walks."""
    parts.choose("embedded")
    for walk in (row_to_outbox, record_to_monitoring):
        with tempfile.TemporaryDirectory() as folder:
            files = walk(Path(folder))
        print(f"{walk.__name__}: {len(files)} files", *files, sep="\n  ")


if __name__ == "__main__":
    main()
