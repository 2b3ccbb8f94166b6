"""A database that noted no partitions keeps what it has received."""

import sys
from array import array
from uuid import UUID

import pytest
from alembic import command
from pyroaring import BitMap
from sqlalchemy import Engine, text

from services.training import CARD
from shared.database import migrations as migrate
from shared.database.engine import open_engine, snapshot, transaction
from shared.inbox.fingerprints import Arrival, Fingerprint, fingerprint
from shared.inbox.judging import Seen, Verdict
from shared.inbox.seen import Reached, gaps, reached, received
from tests.kit.records import NOW

SOURCE = "urn:lintas:cooperative"
KNOWN = {
    number: fingerprint(b"%d" % number, UUID(int=number << 80)) for number in (1, 2, 3, 513, 70_000)
}
UNKNOWN = 4
"""Received before fingerprints were kept."""


def packed(numbers: dict[int, int]) -> bytes:
    """A row of 512 numbers; those that are not given are 0."""
    row = array("Q", [numbers.get(slot, 0) for slot in range(512)])
    if sys.byteorder == "big":
        row.byteswap()
    return row.tobytes()


def fill(engine: Engine) -> None:
    """The rows of an inbox as the version before wrote them."""
    insert = "INSERT INTO inbox_%s VALUES (%s)"
    with transaction(engine) as connection:
        for chunk in sorted({number >> 9 for number in KNOWN}):
            mine = {n & 511: print_ for n, print_ in KNOWN.items() if n >> 9 == chunk}
            row = {
                "source": SOURCE,
                "chunk": chunk,
                "contents": packed({slot: print_[0] for slot, print_ in mine.items()}),
                "ids": packed({slot: print_[1] for slot, print_ in mine.items()}),
                "low": min(print_[2] for print_ in mine.values()),
                "high": max(print_[2] for print_ in mine.values()),
            }
            names = ":source, :chunk, :contents, :ids, :low, :high"
            connection.execute(text(insert % ("fingerprint", names)), row)
        for block, bits in ((0, [1, 2, 3, UNKNOWN, 513]), (1, [70_000 - 65_536])):
            row = {"source": SOURCE, "block": block, "bitmap": BitMap(bits).serialize()}
            connection.execute(text(insert % ("seen", ":source, :block, :bitmap")), row)
        state = f"'{SOURCE}', 4, 70000, 5, 6"
        connection.execute(text(insert % ("source", state)))


@pytest.fixture
def engine(any_database: str) -> Engine:
    """The database of a version before, migrated."""
    made = open_engine(any_database)
    with transaction(made) as connection:
        command.upgrade(migrate._config(CARD.name, connection), "shared_0005")
    fill(made)
    migrate.migrate(made, CARD.name)
    return made


def test_the_watermark_and_the_gaps_stay(engine: Engine) -> None:
    """Received before, of whatever partition."""
    with snapshot(engine) as connection:
        found = reached(connection)[SOURCE]
        assert found == Reached(4, 70_000, found.moved_at, found.latest_recorded)
        assert gaps(connection, SOURCE) == [(5, 512), (514, 69_999)]
        assert received(connection) == {SOURCE: 6}


def test_what_comes_again_is_judged_by_what_was_kept(engine: Engine) -> None:
    """The same, another under a number, an id under a new number, and one of the time before."""
    other: Fingerprint = (7, 7, 7)
    arrivals: list[tuple[Arrival, Verdict]] = [
        *(((number, print_), Verdict.AGAIN) for number, print_ in KNOWN.items()),
        ((2, other), Verdict.SEQUENCE_REUSED),
        ((UNKNOWN, other), Verdict.AGAIN),
        ((5, KNOWN[70_000]), Verdict.ID_REUSED),
        ((6, other), Verdict.NEW),
    ]
    at = (SOURCE, 3)
    with transaction(engine) as connection:
        seen = Seen(connection, [at])
        seen.load({at: [arrival for arrival, _ in arrivals]})
        verdicts = seen.judge(at, [arrival for arrival, _ in arrivals])
        seen.save(NOW, {})
    assert verdicts == [verdict for _, verdict in arrivals]
    with snapshot(engine) as connection:
        assert reached(connection)[SOURCE].complete_up_to == 6
