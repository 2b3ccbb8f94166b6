"""A process that accepts the rows of a draft until it hangs in the middle of a transaction, to be killed there.

python -m tests.kit.draft_victim DATABASE KEYS STEPS
"""

import sys
import time
from pathlib import Path
from typing import Any

from services.cooperative import CARD
from services.cooperative.lists import LISTS
from shared.database.engine import open_engine
from shared.desk import accepting, jobs
from shared.desk.host import Host
from shared.desk.worker import DraftWorker
from tests.kit.door import NOW, open_keys

INSIDE = "inside"
"""What it says when it hangs."""


def main(database: str, keys: str, steps: int) -> None:
    """Work, hang in that step after its rows were written, and say so."""
    vars(accepting)["CHUNK"] = 5
    host = Host(CARD.name, CARD.agency, CARD.origin, open_keys(Path(keys), CARD.name))
    worker = DraftWorker(open_engine(database), host, LISTS, "1", now=lambda: NOW)
    advance, done = jobs.advance, []

    def hanging(*arguments: Any) -> None:
        advance(*arguments)
        done.append(arguments)
        if len(done) == steps:
            sys.stdout.write(f"{INSIDE}\n")
            sys.stdout.flush()
            time.sleep(3600)

    vars(jobs)["advance"] = hanging
    while worker.turn():
        pass


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
