"""kill -9 while the log is appended to, folded, merged and swept: exactly the applied events.

`LINTAS_KILL_SEED` repeats a run's events.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from shared.database.engine import open_engine, snapshot
from tests import parts
from tests.faults.log_victim import PROGRESS, applied_until, events_of
from tests.kit.log import Kept, expected

KILLS, DEEP_KILLS = 2, 30
"""Of each database, or more until one has worked: in `make test`, and in `make test-faults` and on real parts."""
PATIENT_KILLS = 8
LONGEST_SECONDS = 1.0
"""Of work before a kill; twice as much as long as no victim has committed anything."""


@pytest.mark.timeout(900)
def test_a_killed_log_holds_exactly_the_applied_events(
    any_database: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """At random moments, each time looked at before the next process goes on."""
    seed = int(os.environ.get("LINTAS_KILL_SEED") or Random().randrange(2**32))
    random, events = Random(seed), events_of(seed)
    kept = Kept(tmp_path / "log", open_engine(any_database))
    PROGRESS.create_all(kept.engine)
    done, longest = 0, LONGEST_SECONDS
    kills, most = 0, kills_in(pytestconfig)
    while kills < most or (not done and kills < most + PATIENT_KILLS):
        kills += 1
        kill_after(random.uniform(0.0, longest), any_database, kept.folder, seed)
        with snapshot(kept.engine) as connection:
            until = applied_until(connection)
        assert until >= done
        assert kept.rows() == expected(events[:until]), f"seed {seed}, {until} events"
        longest = longest if until else 2 * longest
        done = until
    assert done > 0
    kept.engine.dispose()


def kills_in(config: pytest.Config) -> int:
    """How often the victim is killed."""
    deep = config.option.deep or not parts.current().kafka().embedded
    return DEEP_KILLS if deep else KILLS


def kill_after(seconds: float, database: str, folder: Path, seed: int) -> None:
    """Let a victim work for so long, then kill it."""
    command = [sys.executable, "-m", "tests.faults.log_victim", database, str(folder), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as victim:
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        time.sleep(seconds)
        victim.kill()
    assert victim.returncode < 0, "it ended by itself"
