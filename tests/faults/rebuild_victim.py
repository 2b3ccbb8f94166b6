"""A process that reads the log again, over and over, until it is killed; run by `test_rebuild_kills`.

python -m tests.faults.rebuild_victim BROKER IDEMPOTENT TOPIC DATABASE DIRECTORY
"""

import asyncio
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from services.monitoring.log.rebuild import StoredLog, read_log_into
from services.monitoring.log.rebuild_command import FOLDER, catch_up, clear, place_in
from shared.database.engine import open_engine
from shared.events.topics import COOPERATIVE
from shared.kafka.settings import KafkaSettings
from tests.kit.records import CIPHER, Source, trust_in

READY, REBUILT = "ready", "rebuilt"


def main(broker: str, idempotent: str, topic: str, database: str, directory: str) -> None:
    """Work until somebody kills this process."""
    source = Source(replace(COOPERATIVE, name=topic, partitions=3))
    kafka = KafkaSettings(broker, idempotent=idempotent == "True")
    living = StoredLog(open_engine(database), Path(directory))
    print(READY, flush=True)
    while True:
        new = place_in(living.directory / FOLDER)
        read = partial(
            read_log_into,
            new,
            kafka=kafka,
            trust=trust_in(source),
            cipher=CIPHER,
            topics=(source.topic,),
        )
        asyncio.run(catch_up(new, living, read))
        clear(new)
        print(REBUILT, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
