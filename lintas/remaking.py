"""Make releases again from the log: the bytes that everybody must get who has the same events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from secrets import token_bytes
from typing import Any

from sqlalchemy import Engine

from lintas.kept_topics import Batches
from services.monitoring import CARD
from services.monitoring.consumer import subscription
from services.monitoring.cuts import cells_as_of
from services.monitoring.log.append import EventLog
from services.monitoring.release.remake import Made, remake
from services.monitoring.release.stock import Places
from shared import clock
from shared.database.engine import snapshot, transaction
from shared.database.migrations import migrate
from shared.inbox.lots import examine
from shared.inbox.receive import receive
from shared.inbox.seen import watermarks
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import Trust


class LogTooShort(Exception):
    """The log ends before the cut of a release; the message names the source and both sequences."""


@dataclass(frozen=True)
class Workplace:
    """Where a log is read into: a database and a folder of its own, empty before."""

    engine: Engine
    directory: Path

    def read(self, batches: Batches, trust: Trust, on_events: Callable[[int], None]) -> None:
        """Check and append every record, as monitoring does; `on_events` gets the number so far."""
        migrate(self.engine, CARD.name)
        cipher = ColumnCipher(token_bytes(32))  # what is put aside here is thrown away at the end
        topics = {topic.name: topic for topic in CARD.listens_to}
        begun: set[tuple[str, int]] = set()
        count = 0
        for batch in batches:
            firsts = [one for one in batch if (one.topic, one.partition) not in begun]
            starts: dict[tuple[str, int], list[int]] = {}
            for one in reversed(firsts):
                starts[one.topic, one.partition] = [one.offset]
            begun |= starts.keys()
            now = clock.now()
            lots = examine(batch, trust=trust, topics=topics, now=now)
            with transaction(self.engine) as connection:
                receive(
                    connection,
                    lots,
                    topic_ids=dict.fromkeys(topics, "log"),
                    apply=subscription(EventLog(self.directory)).apply,
                    cipher=cipher,
                    now=now,
                    starts=starts,
                )
            count += len(batch)
            on_events(count)

    def require(self, marks: Mapping[str, int]) -> None:
        """Check that the log reaches a cut.

        Raises:
            LogTooShort: it does not.
        """
        with snapshot(self.engine) as connection:
            known = watermarks(connection)
        for source, sequence in sorted(marks.items()):
            if known.get(source, 0) < sequence:
                raise LogTooShort(
                    f"the log has all events of {source} up to {known.get(source, 0)}, "
                    f"the release was made of {sequence}; read a log that has them"
                )

    def remade(self, manifests: Sequence[Mapping[str, Any]], places: Places) -> Iterator[Made]:
        """The releases of these manifests, from the first one on."""
        origins = [(one["until"], one["watermarks"]) for one in manifests]
        return remake(
            origins, lambda marks: cells_as_of(self.engine, self.directory, marks), places
        )
