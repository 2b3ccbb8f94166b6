"""Signed records for tests: what a relay would have sent, and what a forger would."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    insert,
    select,
)

from shared.database.engine import SHARED_METADATA, snapshot, transaction
from shared.events.base import Payload
from shared.events.cooperative import MembershipLapsed
from shared.events.envelope import Event, Fact, draft, with_sequence
from shared.events.topics import COOPERATIVE, TRAINING, Topic
from shared.outbox.table import outbox, outbox_batch, outbox_counter, outbox_unsent
from shared.security.encryption import ColumnCipher
from shared.wire.signatures import HEADER, Signer, Trust, TrustedKey, key_id_of
from shared.wire.verification import StoredRecord

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
CIPHER = ColumnCipher(b"c" * 32)
TOPICS = {COOPERATIVE.name: COOPERATIVE, TRAINING.name: TRAINING}
IDS = {COOPERATIVE.name: "id-c", TRAINING.name: "id-t"}
TRACE = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"

applied = Table(
    "applied",
    MetaData(),
    Column("event_id", String(36), primary_key=True),
    Column("source", String(100)),
    Column("sequence", BigInteger),
)
"""What a test's `apply` has done; the same event a second time breaks its key."""


def person(number: int) -> str:
    """A pseudonym."""
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    tail = "".join(letters[(number >> (5 * place)) & 31] for place in range(6))
    return "k1." + "a" * 46 + tail


def lapsed(number: int) -> Fact:
    """A fact about person `number`."""
    day = date(2026, 1 + number % 6, 1 + number % 28)
    payload = MembershipLapsed(
        membership=uuid5(NAMESPACE_URL, f"m{number}"),
        cooperative=uuid5(NAMESPACE_URL, "c"),
        lapsed_on=day,
    )
    return Fact(person(number), datetime(day.year, day.month, day.day, 5, tzinfo=UTC), payload)


@dataclass
class Source:
    """A publisher with its own key."""

    topic: Topic = COOPERATIVE
    seed: bytes = b"s" * 32
    claims: str | None = None
    """The source that its events name; its own when None."""
    signer: Signer = field(init=False)
    trusted: dict[str, TrustedKey] = field(init=False)

    def __post_init__(self) -> None:
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        key_id = key_id_of(private.public_key())
        self.signer = Signer(key_id, private)
        self.trusted = {key_id: TrustedKey(self.topic.owner, private.public_key())}

    def value(self, sequence: int, fact: Fact | None = None) -> bytes:
        """The exact bytes of event `sequence`: the same each time."""
        source = self.claims or self.topic.owner
        body = draft(
            fact or lapsed(sequence),
            id=uuid5(NAMESPACE_URL, f"{source}/{sequence}"),
            source=source,
            recorded=NOW,
            agreement=self.topic.agreement,
            traceparent=TRACE,
        )
        return with_sequence(body, sequence)

    def records(
        self, sequences: Iterable[int], *, first_offset: int = 0, partition: int = 0
    ) -> list[StoredRecord]:
        """One signed batch in this order, at consecutive offsets of one partition."""
        numbers = list(sequences)
        return self.signed(
            [(self.value(n), person(n).encode()) for n in numbers], first_offset, partition
        )

    def signed(
        self, items: Sequence[tuple[bytes, bytes | None]], first_offset: int = 0, partition: int = 0
    ) -> list[StoredRecord]:
        """Records of any values and keys, signed by this source."""
        proofs = self.signer.prove([value for value, _ in items])
        return [
            StoredRecord(
                self.topic.name, partition, first_offset + place, key, value, ((HEADER, proof),)
            )
            for place, ((value, key), proof) in enumerate(zip(items, proofs, strict=True))
        ]


def copy_outbox(source: Engine, target: Engine) -> None:
    """What a dump of the outbox has, restored into empty tables."""
    kept = [column for column in outbox.c if column.name != "id"]  # the database counts them itself
    whole = (outbox_counter, outbox_batch, outbox_unsent)
    queries = {outbox: select(*kept).order_by(outbox.c.id)} | {one: select(one) for one in whole}
    for table, query in queries.items():
        with snapshot(source) as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
        with transaction(target) as connection:
            if rows:
                connection.execute(insert(table), rows)


def trust_in(*sources: Source) -> Trust:
    """Trust in these sources' keys."""
    return Trust({key_id: key for source in sources for key_id, key in source.trusted.items()})


def moved(record: StoredRecord, offset: int) -> StoredRecord:
    """The same record at another offset."""
    return replace(record, offset=offset)


def write_down(connection: Connection, events: Sequence[Event], now: datetime) -> None:
    """An `apply` that notes each event and cannot take one twice."""
    connection.execute(
        insert(applied),
        [
            {"event_id": str(event.id), "source": event.source, "sequence": event.sequence}
            for event in events
        ],
    )


def failing_at(
    bad: Callable[[Event], bool], error: Callable[[], Exception]
) -> Callable[[Connection, Sequence[Event], datetime], None]:
    """`write_down`, but an event that is `bad` raises after the others have been written."""

    def apply(connection: Connection, events: Sequence[Event], now: datetime) -> None:
        write_down(connection, events, now)
        if any(bad(event) for event in events):
            raise error()

    return apply


def make_tables(engine: Engine) -> None:
    """The shared tables and `applied`."""
    SHARED_METADATA.create_all(engine)
    applied.metadata.create_all(engine)


def applied_sequences(connection: Connection, source: str = COOPERATIVE.owner) -> list[int]:
    """Which events of a source were applied, in order of their numbers."""
    query = (
        select(applied.c.sequence).where(applied.c.source == source).order_by(applied.c.sequence)
    )
    return list(connection.execute(query).scalars())


class Unheard(Payload):
    """A payload of a later contract."""

    amount_band: str
    """A coded band."""


def event_id(source: str, sequence: int) -> UUID:
    """Id of an event that `Source.value` makes."""
    return uuid5(NAMESPACE_URL, f"{source}/{sequence}")
