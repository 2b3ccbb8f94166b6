"""A process that appends, folds, merges and sweeps until it is killed; run by `test_log_kills`.

python -m tests.faults.log_victim DATABASE DIRECTORY SEED
"""

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, Table, func, select

from services.monitoring.log import merging
from services.monitoring.log.append import EventLog, append
from services.monitoring.log.upkeep import Upkeep
from shared import clock
from shared.database.engine import open_engine, transaction
from shared.events.envelope import Event
from tests.kit.log import Kept
from tests.kit.random_world import world

PROGRESS = MetaData()  # not among monitoring's own tables, which other tests compare
applied = Table("applied", PROGRESS, Column("until", BigInteger, primary_key=True))
"""How many events were applied, written with them."""
EVENTS = 1_500


def events_of(seed: int) -> list[Event]:
    """The events that the victim of this seed applies, in their order."""
    return world(seed, EVENTS)


def applied_until(connection: Connection) -> int:
    """How many of them are committed."""
    return connection.execute(select(func.max(applied.c.until))).scalar() or 0


def append_next(engine: Engine, folder: Path, events: list[Event], random: Random) -> None:
    """Apply the next few events, or nothing when all are applied."""
    with transaction(engine) as connection:
        done = applied_until(connection)
        batch = events[done : done + random.randint(1, 40)]
        if batch:
            append(connection, batch, clock.now(), EventLog(folder, random.choice((2, 5, 100))))
            connection.execute(applied.insert(), [{"until": done + len(batch)}])


def main(database: str, directory: str, seed: str) -> None:
    """Work until somebody kills this process."""
    random, folder = Random(), Path(directory)
    kept, events = Kept(folder, open_engine(database)), events_of(int(seed))
    merging.MERGED = 3
    jobs = Upkeep(kept, folder, now=lambda _connection: clock.now(), folded=10)
    ahead = timedelta(days=3)  # nobody else reads or writes here, so nothing is too young to go
    late = Upkeep(kept, folder, now=lambda _connection: clock.now() + ahead)
    print("ready", flush=True)
    while True:
        append_next(kept.engine, folder, events, random)
        if random.random() < 0.5:
            asyncio.run(random.choice((jobs.fold, jobs.merge, late.sweep))())


if __name__ == "__main__":
    main(*sys.argv[1:])
