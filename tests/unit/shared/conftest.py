"""What tests of the inbox share."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Engine

from shared.database.engine import snapshot, transaction
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.inbox.lots import examine
from shared.inbox.receive import Apply, Receipt, receive
from shared.inbox.seen import watermarks
from shared.wire.verification import StoredRecord
from tests.kit.records import (
    CIPHER,
    IDS,
    NOW,
    TOPICS,
    Source,
    applied_sequences,
    make_tables,
    trust_in,
    write_down,
)


@dataclass
class Reader:
    """A service's inbox on a real database."""

    engine: Engine
    source: Source = field(default_factory=Source)
    topic_ids: Mapping[str, str] = field(default_factory=lambda: IDS)

    def take(
        self,
        records: Collection[StoredRecord],
        *,
        apply: Apply = write_down,
        starts: Mapping[tuple[str, int], Collection[int]] | None = None,
        catalogue: Mapping[str, type[Payload]] = CATALOGUE,
    ) -> Receipt:
        """Receive one batch in one transaction."""
        trust = trust_in(self.source)
        lots = examine(records, trust=trust, topics=TOPICS, now=NOW, catalogue=catalogue)
        with transaction(self.engine) as connection:
            return receive(
                connection,
                lots,
                topic_ids=self.topic_ids,
                apply=apply,
                cipher=CIPHER,
                now=NOW,
                starts=starts,
            )

    @property
    def applied(self) -> list[int]:
        """Sequences applied."""
        with snapshot(self.engine) as connection:
            return applied_sequences(connection)

    @property
    def watermark(self) -> int:
        """Sequence up to which the source is complete; 0 before anything came."""
        with snapshot(self.engine) as connection:
            return watermarks(connection).get(self.source.topic.owner, 0)


@pytest.fixture
def open_reader(open_database: Callable[[], Engine]) -> Callable[[], Reader]:
    """Makes readers, each with a database of its own."""

    def make() -> Reader:
        engine = open_database()
        make_tables(engine)
        return Reader(engine)

    return make


@pytest.fixture
def reader(open_reader: Callable[[], Reader]) -> Reader:
    """A fresh inbox."""
    return open_reader()
