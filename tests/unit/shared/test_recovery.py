"""A restored older database takes back what it has forgotten, and nothing else."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.application.correction_rules import Correction
from shared.database.engine import SHARED_METADATA, snapshot, transaction
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event, Fact, with_sequence, without_sequence
from shared.events.reading import parse
from shared.events.topics import COOPERATIVE, INDICATORS, Topic
from shared.outbox import batches
from shared.outbox.archive import Record, Stored, bounds, everything, records
from shared.outbox.table import Origin, outbox_counter, stage
from shared.recovery.own_topic import Published
from shared.recovery.recovery import Forked, Recovered, Recovery
from tests import parts
from tests.kit.records import Source, copy_outbox, lapsed

BEFORE, LATER, AFTER = (datetime(2026, 7, day, 3, tzinfo=UTC) for day in (1, 2, 3))
ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
SIGNER = Source().signer


class Ministry:
    """A database with an outbox, and the bus as far as this database has written it."""

    def __init__(self) -> None:
        self.engine = parts.quick_engine(self)
        SHARED_METADATA.create_all(self.engine)

    def tell(self, *facts: Fact, at: datetime = BEFORE) -> list[UUID]:
        """Stage facts."""
        with transaction(self.engine) as connection:
            return stage(connection, ORIGIN, facts, now=at)

    def send(self) -> None:
        """Number and send all that waits."""
        with transaction(self.engine) as connection:
            batch = batches.take(connection, SIGNER, 0, 512)
            numbers = [record.sequence for record in batch.records]
            batches.mark_sent(connection, numbers, batch.republished)

    def dumped(self) -> "Ministry":
        """Another database with what is in this one now."""
        copy = Ministry()
        copy_outbox(self.engine, copy.engine)
        return copy

    def rows(self) -> list[Stored]:
        """The archive, and what is staged."""
        with snapshot(self.engine) as connection:
            return list(everything(connection))

    def numbered(self) -> list[Record]:
        """The archive, as it is sent."""
        with snapshot(self.engine) as connection:
            return list(records(connection, bounds(connection)))

    def bus(self) -> list[Published]:
        """What was numbered, as it is on the bus."""
        return [
            Published(parse(one.value), without_sequence(one.value), one.proof)
            for one in self.numbered()
        ]

    def events(self) -> list[Event]:
        """All that was staged, sent or not."""
        return [parse(with_sequence(row.body, row.sequence or 1)) for row in self.rows()]

    def recover(self, *batches: Sequence[Published], topic: Topic = COOPERATIVE) -> Recovered:
        """Read the bus in these batches."""
        with transaction(self.engine) as connection:
            recovery = Recovery(connection, topic)
            for batch in batches:
                recovery.take(batch)
            return recovery.finish(AFTER)


@pytest.fixture
def ministry() -> Iterator[Ministry]:
    """With two events on the bus."""
    one = Ministry()
    one.tell(lapsed(1), lapsed(2))
    one.send()
    yield one
    one.engine.dispose()


def mend(ministry: Ministry, id: UUID, replacement: Fact | None, at: datetime) -> UUID:
    """Correct an event."""
    original = next(event for event in ministry.events() if event.id == id)
    data = replacement.payload if replacement else None
    correction = Correction(original, original.data, data, CorrectionReason.DATA_ENTRY)
    return ministry.tell(correction.fact, at=at)[0]


def counted(events: Sequence[Event]) -> dict[UUID, Any]:
    """What figures are made of: the payload that counts of each event that is not taken back."""
    found: dict[UUID, Any] = {}
    latest = sorted(events, key=lambda one: (one.recordedtime, one.id))
    corrections = {
        one.data.corrected: one.data for one in latest if isinstance(one.data, FactCorrected)
    }
    for event in events:
        correction = corrections.get(event.id)
        data = correction.replacement if correction else event.data.model_dump(mode="json")
        if data is not None and not isinstance(event.data, FactCorrected):
            found[event.id] = data
    return found


def test_a_database_that_forgot_nothing_stays_as_it_is(ministry: Ministry) -> None:
    """Whatever order and however often the bus is read."""
    before = ministry.rows()
    bus = ministry.bus()
    found = ministry.recover(bus[::-1], bus)
    assert (found.adopted.total(), found.numbered, found.corrections, found.highest) == (0, 0, 0, 2)
    assert ministry.rows() == before


def test_forgotten_events_are_archived_byte_for_byte_and_taken_back(ministry: Ministry) -> None:
    """The next number is free on the bus, and figures are those of the restored tables."""
    old = ministry.dumped()
    ministry.tell(lapsed(3), lapsed(4), at=LATER)
    ministry.send()
    believed = counted(old.events())
    found = old.recover(ministry.bus())
    assert found.adopted == {"id.lintas.membership.lapsed.v1": 2}
    assert (found.corrections, found.highest) == (2, 4)
    assert old.numbered() == ministry.numbered()
    old.send()
    assert [one.event.sequence for one in old.bus()][-2:] == [5, 6]
    assert counted([one.event for one in old.bus()]) == believed


def test_recovering_again_finds_nothing_to_do(ministry: Ministry) -> None:
    """Before and after the corrections are sent."""
    old = ministry.dumped()
    ministry.tell(lapsed(3), at=LATER)
    ministry.send()
    old.recover(ministry.bus())
    assert old.recover(ministry.bus()).corrections == 0
    old.send()
    again = old.recover(old.bus())
    assert (again.adopted.total(), again.corrections, again.highest) == (0, 0, 4)


def test_what_waited_in_the_dump_and_was_sent_since_is_known(ministry: Ministry) -> None:
    """The tables know that fact: it gets its number and is not taken back."""
    ministry.tell(lapsed(3))
    old = ministry.dumped()
    ministry.send()
    found = old.recover(ministry.bus())
    assert (found.numbered, found.adopted.total(), found.corrections) == (1, 0, 0)
    assert old.numbered() == ministry.numbered()
    with transaction(old.engine) as connection:
        assert not batches.something_waits(connection)


@pytest.mark.parametrize("corrected_before", [False, True])
def test_a_forgotten_correction_is_undone(ministry: Ministry, corrected_before: bool) -> None:
    """The event counts again as the restored tables know it: as published, or as corrected before."""
    wrong = ministry.bus()[0].event.id
    if corrected_before:
        mend(ministry, wrong, lapsed(7), BEFORE)
        ministry.send()
    old = ministry.dumped()
    mend(ministry, wrong, None, LATER)
    ministry.send()
    believed = counted(old.events())
    assert counted(ministry.events()) != believed
    assert old.recover(ministry.bus()).corrections == 1
    assert counted(old.events()) == believed


def test_a_correction_taken_at_a_later_clock_is_undone_too(ministry: Ministry) -> None:
    """The restored machine's clock may be behind; the latest correction counts."""
    wrong = ministry.bus()[0].event.id
    old = ministry.dumped()
    mend(ministry, wrong, None, datetime(2027, 1, 1, tzinfo=UTC))
    ministry.send()
    believed = counted(old.events())
    old.recover(ministry.bus())
    assert counted(old.events()) == believed


def test_an_event_and_its_correction_both_forgotten_are_taken_back_once(ministry: Ministry) -> None:
    """One correction is enough."""
    old = ministry.dumped()
    (new,) = ministry.tell(lapsed(3), at=LATER)
    ministry.send()
    mend(ministry, new, lapsed(8), LATER)
    ministry.send()
    believed = counted(old.events())
    assert old.recover(ministry.bus()).corrections == 1
    assert counted(old.events()) == believed


def test_an_event_corrected_twice_since_the_dump_is_mended_once(ministry: Ministry) -> None:
    """One correction says what the restored tables believe."""
    wrong = ministry.bus()[0].event.id
    old = ministry.dumped()
    for replacement in (lapsed(7), None):
        mend(ministry, wrong, replacement, LATER)
    ministry.send()
    believed = counted(old.events())
    assert old.recover(ministry.bus()).corrections == 1
    assert counted(old.events()) == believed


def test_a_number_given_twice_is_not_mended_in_silence(ministry: Ministry) -> None:
    """The restored database went on by itself: which of two facts is right, nobody can say."""
    old = ministry.dumped()
    ministry.tell(lapsed(3), at=LATER)
    ministry.send()
    old.tell(lapsed(5), at=LATER)
    old.send()
    before = old.rows()
    with pytest.raises(Forked, match=r"number 3 is event .* restore the dump once more"):
        old.recover(ministry.bus())
    assert old.rows() == before


def test_an_event_sent_under_two_numbers_is_told(ministry: Ministry) -> None:
    """It waited in the dump, was sent, and was sent again by the restored database."""
    ministry.tell(lapsed(3))
    old = ministry.dumped()
    ministry.tell(lapsed(4))
    ministry.send()
    old.tell(lapsed(5))
    with transaction(old.engine) as connection:
        connection.execute(outbox_counter.update().values(last=9))
    old.send()
    with pytest.raises(Forked, match="is number 3 on the bus, and 10 in this database"):
        old.recover(ministry.bus())


def test_a_source_without_corrections_gets_its_archive_only(ministry: Ministry) -> None:
    """Releases are published for good."""
    old = ministry.dumped()
    ministry.tell(lapsed(3))
    ministry.send()
    found = old.recover(ministry.bus(), topic=INDICATORS)
    assert (found.adopted.total(), found.corrections, found.highest) == (1, 0, 3)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("mend"), st.integers(0, 9), st.integers(0, 5)),
        st.tuples(st.just("undo"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("send"), st.just(0), st.just(0)),
    ),
    max_size=14,
)


def walk(ministry: Ministry, steps: Sequence[tuple[str, int, int]], at: datetime) -> None:
    """Tell, correct and send, as the steps say."""
    for step, which, other in steps:
        facts = [one for one in ministry.events() if not isinstance(one.data, FactCorrected)]
        if step == "tell":
            ministry.tell(lapsed(which), at=at)
        elif step == "send":
            ministry.send()
        elif facts:
            chosen = facts[which % len(facts)].id
            mend(ministry, chosen, lapsed(other) if step == "mend" else None, at)


@settings(deadline=None)
@given(before=STEPS, after=STEPS)
def test_figures_after_recovery_are_those_of_the_restored_tables(
    before: Sequence[tuple[str, int, int]], after: Sequence[tuple[str, int, int]]
) -> None:
    """Whatever was published, corrected and sent before the dump and after it."""
    ministry = Ministry()
    walk(ministry, before, BEFORE)
    old = ministry.dumped()
    believed = counted(old.events())
    walk(ministry, after, LATER)
    ministry.send()
    old.recover(ministry.bus())
    old.send()
    on_the_bus = {one.event.id: one.event for one in [*ministry.bus(), *old.bus()]}
    assert counted(list(on_the_bus.values())) == believed
    assert {one.event.sequence for one in old.bus()} == set(range(1, len(old.bus()) + 1))
