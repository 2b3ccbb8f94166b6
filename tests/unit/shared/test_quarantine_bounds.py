"""What the quarantine does not keep: identity numbers ever, and contents beyond its bound."""

import json
from collections.abc import Collection, Sequence
from typing import Any

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import RowMapping, select, update

from shared.database.engine import snapshot, transaction
from shared.events.topics import COOPERATIVE
from shared.inbox.lots import examine
from shared.inbox.metrics import count
from shared.inbox.quarantine import (
    ContentWithheld,
    count_by_code,
    export,
    quarantine,
    record_of,
    reject,
    show,
    stored_bytes,
)
from shared.inbox.quarantine_intake import digest, size_of
from shared.inbox.quarantine_selection import Selection
from shared.inbox.receive import Receipt, receive
from shared.inbox.replay import Replay, Replayed
from shared.inbox.reread import Spot
from shared.service.table_metrics import Measure
from shared.wire.signatures import Trust
from shared.wire.verification import Record, StoredRecord
from tests.kit.records import (
    CIPHER,
    IDS,
    NOW,
    TOPICS,
    Source,
    failing_at,
    person,
    trust_in,
    write_down,
)
from tests.unit.shared.conftest import Reader

NIK = "3509900101900001"
STRANGER = Source(seed=b"n" * 32)


def with_nik(reader: Reader) -> dict[str, StoredRecord]:
    """Records that carry an identity number in one place each."""
    body = json.loads(reader.source.value(1))

    def signed(changes: dict[str, Any], key: str) -> StoredRecord:
        return reader.source.signed([(json.dumps(body | changes).encode(), key.encode())])[0]

    plain = reader.source.records([1])[0]
    header = StoredRecord(plain.topic, 0, 0, b"k", b"no json", (("note", NIK.encode()),))
    return {
        "subject and key": signed({"subject": NIK}, NIK),
        "key alone": signed({}, NIK),
        "a field of the data": signed({"data": {"nik": NIK}}, person(1)),
        "a name of a field": signed({"data": {NIK: 1}}, person(1)),
        "an attribute": signed({"type": f"nik {NIK}"}, person(1)),
        "no JSON": reader.source.signed([(f"x {NIK}".encode(), b"k")])[0],
        "a header": header,
    }


PLACES = list(with_nik(Reader(None)))  # type: ignore[arg-type]


def rows(reader: Reader) -> Sequence[RowMapping]:
    with snapshot(reader.engine) as connection:
        return list(connection.execute(select(quarantine).order_by(quarantine.c.id)).mappings())


def take(reader: Reader, records: Collection[StoredRecord], room: int) -> Receipt:
    """Receive into a quarantine that holds so many bytes."""
    with transaction(reader.engine) as connection:
        return receive(
            connection,
            examine(records, trust=trust_in(reader.source), topics=TOPICS, now=NOW),
            topic_ids=IDS,
            apply=write_down,
            cipher=CIPHER,
            now=NOW,
            room=room,
        )


def log_of(records: Collection[StoredRecord]) -> Any:
    """A log that still has these records."""
    known = {(one.topic, one.partition, one.offset): one for one in records}

    def read(spots: Collection[Spot]) -> dict[Spot, Record]:
        return {spot: known[spot] for spot in spots if spot in known}

    return read


def replay(reader: Reader, trust: Trust, log: Any = None) -> list[Replayed]:
    tool = Replay(trust, TOPICS, write_down, CIPHER)
    extra = {} if log is None else {"reread": log}
    return list(tool.run(reader.engine, now=NOW, **extra))


@pytest.mark.parametrize("where", PLACES)
def test_a_record_with_an_identity_number_leaves_only_its_place(reader: Reader, where: str) -> None:
    """Not even encrypted; nothing of it is in the row, what is shown or the export."""
    record = with_nik(reader)[where]
    receipt = reader.take([record])
    assert receipt.withheld == {(COOPERATIVE.name, "IDENTITY"): 1}
    (row,) = rows(reader)
    assert (row["key"], row["value"], row["stored"], row["withheld"]) == (None, None, 0, "IDENTITY")
    assert (row["partition"], row["offset"], row["size"]) == (0, 0, size_of(record))
    with pytest.raises(ContentWithheld, match="at offset 0"):
        record_of(row, CIPHER)
    with snapshot(reader.engine) as connection:
        said = json.dumps([show(connection, 1, CIPHER), *export(connection, CIPHER)], default=str)
    assert NIK not in said + str(dict(row))
    assert "IDENTITY" in said


def test_the_digest_of_such_a_record_cannot_be_guessed_back(reader: Reader) -> None:
    """There are too few numbers: who has the table would try them all."""
    record = with_nik(reader)["a header"]
    reader.take([record])
    assert rows(reader)[0]["digest"] != digest(record, CIPHER, None)


def test_such_a_record_again_is_one_row(reader: Reader) -> None:
    """Its keyed digest is the same."""
    record = with_nik(reader)["no JSON"]
    reader.take([record])
    reader.topic_ids = dict.fromkeys(reader.topic_ids, "id-again")
    reader.take([record])
    assert len(rows(reader)) == 1


def test_an_event_with_an_undeclared_number_is_replayed_from_the_log(reader: Reader) -> None:
    """Readers ignore the field; what could not be applied then can be applied later."""
    body = json.loads(reader.source.value(1))
    body["data"]["nik"] = NIK
    record = reader.source.signed([(json.dumps(body).encode(), person(1).encode())])[0]
    reader.take([record], apply=failing_at(lambda _: True, lambda: ValueError("no")))
    trust = trust_in(reader.source)
    (refused,) = replay(reader, trust)
    assert (refused.outcome, refused.code) == ("refused", "APPLY_FAILED")
    assert "look on the log" in refused.detail
    assert [one.outcome for one in replay(reader, trust, log_of([record]))] == ["applied"]
    assert reader.applied == [1]


def test_beyond_the_bound_only_the_place_is_kept(reader: Reader) -> None:
    """What fits is kept byte for byte; the next is not, and a smaller one after it may be."""
    records = STRANGER.records([1, 2, 3])
    room = 2 * size_of(records[0]) + 400
    receipt = take(reader, records, room)
    assert receipt.quarantined == {"KEY_UNKNOWN": 3}
    assert receipt.withheld == {(COOPERATIVE.name, "SPACE"): 1}
    assert [row["withheld"] for row in rows(reader)] == [None, None, "SPACE"]
    with snapshot(reader.engine) as connection:
        assert 0 < stored_bytes(connection) <= room + 400


def test_what_is_not_kept_is_replayed_from_the_log(reader: Reader) -> None:
    """An upgrade makes a flood of unknown events readable: none may be lost to the bound."""
    records = STRANGER.records([1, 2, 3])
    take(reader, records, 0)
    trust = trust_in(reader.source, STRANGER)
    assert [one.outcome for one in replay(reader, trust)] == ["refused"] * 3
    assert [one.outcome for one in replay(reader, trust, log_of(records))] == ["applied"] * 3
    assert reader.applied == [1, 2, 3]


def test_another_record_at_the_same_place_is_not_taken_for_it(reader: Reader) -> None:
    """The topic was made again; what is there now came by its own way."""
    records = STRANGER.records([1, 2])
    take(reader, records[:1], 0)
    other = StoredRecord(
        records[1].topic, 0, 0, records[1].key, records[1].value, records[1].headers
    )
    (done,) = replay(reader, trust_in(reader.source, STRANGER), log_of([other]))
    assert done.outcome == "refused"
    assert reader.applied == []


def test_room_is_made_by_what_was_decided(reader: Reader) -> None:
    """Contents of rejected and replayed records go first; the decisions stay."""
    records = STRANGER.records([1, 2])
    room = size_of(records[0]) + 400
    take(reader, records[:1], room)
    with transaction(reader.engine) as connection:
        reject(connection, Selection(ids=[1]), by="Rina", reason="test data", now=NOW)
    assert rows(reader)[0]["withheld"] is None
    assert take(reader, records, room).withheld == {}
    assert [row["withheld"] for row in rows(reader)] == ["DECIDED", None]
    assert rows(reader)[0]["rejected_by"] == "Rina"


def test_the_bound_and_what_it_withholds_are_measured(reader: Reader) -> None:
    """By owner and cause; back at zero after the decision."""
    take(reader, STRANGER.records([1, 2]), 0)
    late = with_nik(reader)["key alone"]
    receipt = reader.take([StoredRecord(late.topic, 0, 2, late.key, late.value, late.headers)])
    count(receipt, TOPICS, NOW)
    labels = {"source": COOPERATIVE.owner}
    assert value("lintas_identity_suspected_records_total", **labels) >= 1
    assert value("lintas_quarantine_withheld_records_total", reason="IDENTITY") >= 1
    measure = Measure(reader.engine, consumes=[COOPERATIVE], now=lambda: NOW)
    measure.once()
    assert value("lintas_quarantine_stored_bytes") == 0
    assert value("lintas_quarantine_empty_records", reason="SPACE", **labels) == 2
    assert value("lintas_quarantine_empty_records", reason="IDENTITY", **labels) == 1
    with transaction(reader.engine) as connection:
        reject(connection, Selection(source="cooperative"), by="Rina", reason="asked", now=NOW)
    measure.once()
    assert value("lintas_quarantine_empty_records", reason="IDENTITY", **labels) == 0


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_records_are_rejected_by_code_source_and_time(reader: Reader) -> None:
    """Each narrows; what is left out still waits."""
    reader.take(STRANGER.records([1, 2]))
    reader.take(reader.source.signed([(b"no json", b"k")], first_offset=2))
    with transaction(reader.engine) as connection:
        connection.execute(
            update(quarantine).where(quarantine.c.id == 1).values(first_seen_at=NOW.replace(day=2))
        )

    def rejected(**chosen: Any) -> dict[str, int]:
        with transaction(reader.engine) as connection:
            return reject(connection, Selection(**chosen), by="Rina", reason="asked", now=NOW)

    assert rejected(source="urn:lintas:training") == {}
    assert rejected(code="KEY_UNKNOWN", after=NOW.replace(day=2)) == {"KEY_UNKNOWN": 1}
    assert rejected(before=NOW) == {}
    assert rejected(source="cooperative", before=NOW.replace(day=2)) == {
        "KEY_UNKNOWN": 1,
        "DECODE": 1,
    }
    with snapshot(reader.engine) as connection:
        assert count_by_code(connection) == {}


@pytest.mark.parametrize(
    ("selection", "said"),
    [(Selection(), "say which"), (Selection(source="urn:lintas:nobody"), "no such source")],
)
def test_a_rejection_of_everything_or_of_nobody_is_refused(
    reader: Reader, selection: Selection, said: str
) -> None:
    """With the remedy."""
    reader.take(STRANGER.records([1]))
    with transaction(reader.engine) as connection, pytest.raises(ValueError, match=said):
        reject(connection, selection, by="Rina", reason="asked", now=NOW)
