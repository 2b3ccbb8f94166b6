"""Not collected by itself: a test that uses what a session starts, and waits until it receives a signal to end."""

import time
from pathlib import Path

from tests import parts


def test_waits(fresh_database: str, request: object) -> None:
    """With a broker and a database, and a word to the one who watches."""
    parts.current().kafka()
    Path("waiting").touch()
    time.sleep(60)
