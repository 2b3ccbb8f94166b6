"""What could not be applied is kept byte for byte, shown masked, replayed once."""

import json
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import select

from shared.database.engine import snapshot, transaction
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.topics import COOPERATIVE
from shared.inbox.quarantine import (
    NotInQuarantine,
    count_by_code,
    export,
    list_waiting,
    oldest,
    quarantine,
    record_of,
    reject,
    show,
)
from shared.inbox.quarantine_selection import Selection
from shared.inbox.receive import Apply
from shared.inbox.replay import Replay, Replayed
from shared.wire.signatures import Trust
from tests.kit.records import CIPHER, NOW, TOPICS, Source, failing_at, person, trust_in, write_down
from tests.unit.shared.conftest import Reader

OLDER = MappingProxyType({name: cls for name, cls in CATALOGUE.items() if "lapsed" not in name})
"""A contract that does not know the type yet."""


def replay(
    reader: Reader,
    *,
    apply: Apply = write_down,
    trust: Trust | None = None,
    dry_run: bool = False,
    code: str | None = None,
    catalogue: Mapping[str, type[Payload]] = CATALOGUE,
) -> list[Replayed]:
    tool = Replay(trust or trust_in(reader.source), TOPICS, apply, CIPHER, catalogue)
    return list(tool.run(reader.engine, Selection(code=code), now=NOW, dry_run=dry_run))


def outcomes(results: list[Replayed]) -> list[str]:
    return [result.outcome for result in results]


def waiting(reader: Reader) -> dict[str, int]:
    with snapshot(reader.engine) as connection:
        return count_by_code(connection)


def test_a_kept_record_is_the_same_byte_for_byte(reader: Reader) -> None:
    """Key, value and headers survive encryption and storage."""
    record = reader.source.signed([(b"\x00\xff not json", b"\xfe key")])[0]
    reader.take([record])
    with snapshot(reader.engine) as connection:
        row = connection.execute(select(quarantine)).mappings().one()
        assert record_of(row, CIPHER) == record


def test_the_same_bytes_are_kept_once(reader: Reader) -> None:
    """A topic read again does not fill the quarantine again."""
    bad = reader.source.signed([(b"not json", b"k")])
    reader.take(bad)
    reader.topic_ids = dict.fromkeys(reader.topic_ids, "id-again")
    reader.take(bad)
    assert waiting(reader) == {"DECODE": 1}


def test_an_unknown_type_is_applied_once_the_catalogue_knows_it(reader: Reader) -> None:
    """The upgrade makes it readable; nothing has to be sent again."""
    reader.take(reader.source.records([1, 2]), catalogue=OLDER)
    assert waiting(reader) == {"TYPE_UNKNOWN": 2}
    assert outcomes(replay(reader, catalogue=OLDER)) == ["refused", "refused"]
    assert outcomes(replay(reader)) == ["applied", "applied"]
    assert reader.applied == [1, 2]
    assert waiting(reader) == {}


def test_what_stays_refused_does_not_stand_before_what_can_be_applied(reader: Reader) -> None:
    """Every batch goes on after the last one tried, however much of it was refused."""
    stranger = Source(seed=b"n" * 32)
    reader.take(stranger.records([1, 2, 3]))
    reader.take(reader.source.records([4, 5], first_offset=3), catalogue=OLDER)
    tool = Replay(trust_in(reader.source), TOPICS, write_down, CIPHER)
    done = list(tool.run(reader.engine, now=NOW, batch=2))
    assert outcomes(done) == ["refused"] * 3 + ["applied"] * 2
    assert reader.applied == [4, 5]


def test_a_second_replay_changes_nothing(reader: Reader) -> None:
    """Twice = once."""
    reader.take(reader.source.records([1, 2]), catalogue=OLDER)
    replay(reader)
    assert replay(reader) == []
    assert reader.applied == [1, 2]


def test_a_republished_event_does_not_double_its_quarantined_copy(reader: Reader) -> None:
    """Its number was counted when it was kept: only the replay applies it."""
    reader.take(reader.source.records([1]), catalogue=OLDER)
    again = reader.take(reader.source.records([1], first_offset=1))
    assert (again.applied, again.duplicates) == (0, 1)
    replay(reader)
    assert reader.applied == [1]


def test_an_event_signed_by_an_unknown_key_waits_for_the_key(reader: Reader) -> None:
    """It is not counted as received, so the gap is visible until the key is trusted."""
    later = Source(seed=b"n" * 32)
    reader.take([*reader.source.records([1]), *later.records([2], first_offset=1)])
    assert waiting(reader) == {"KEY_UNKNOWN": 1}
    assert reader.watermark == 1
    assert outcomes(replay(reader, trust=trust_in(reader.source, later))) == ["applied"]
    assert (reader.applied, reader.watermark) == ([1, 2], 2)


def test_a_replayed_record_that_came_another_way_meanwhile_is_a_duplicate(reader: Reader) -> None:
    """Sent once under a foreign key, once rightly."""
    value = reader.source.value(1)
    reader.take(reader.source.signed([(value, b"foreign")]))
    reader.take(reader.source.records([1], first_offset=1))
    assert outcomes(replay(reader)) == ["refused"]
    later = Source(seed=b"n" * 32)
    reader.take(later.records([1], first_offset=2))
    results = replay(reader, trust=trust_in(reader.source, later), code="KEY_UNKNOWN")
    assert outcomes(results) == ["duplicate"]
    assert reader.applied == [1]


def test_a_true_event_is_not_kept_out_by_its_copy_under_a_foreign_key(reader: Reader) -> None:
    """Who may write to the topic still cannot make an event disappear."""
    reader.take(reader.source.signed([(reader.source.value(1), b"foreign")]))
    assert reader.take(reader.source.records([1], first_offset=1)).applied == 1


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(reader: Reader) -> None:
    """Applied in the answer, not in the tables."""
    reader.take(reader.source.records([1, 2]), catalogue=OLDER)
    assert outcomes(replay(reader, dry_run=True)) == ["applied", "applied"]
    assert reader.applied == []
    assert waiting(reader) == {"TYPE_UNKNOWN": 2}
    assert outcomes(replay(reader)) == ["applied", "applied"]


def test_a_replay_that_fails_leaves_the_record_waiting(reader: Reader) -> None:
    """The others go on."""
    reader.take(reader.source.records([1, 2, 3]), catalogue=OLDER)
    poison = failing_at(lambda event: event.sequence == 2, lambda: ValueError("no"))
    assert outcomes(replay(reader, apply=poison)) == ["applied", "refused", "applied"]
    assert waiting(reader) == {"TYPE_UNKNOWN": 1}
    assert reader.applied == [1, 3]


def test_a_failed_apply_can_be_replayed_after_the_mending(reader: Reader) -> None:
    """APPLY_FAILED is not the end."""
    poison = failing_at(lambda event: event.sequence == 2, lambda: ValueError("no"))
    reader.take(reader.source.records([1, 2, 3]), apply=poison)
    assert outcomes(replay(reader)) == ["applied"]
    assert reader.applied == [1, 2, 3]


def test_only_the_named_code_is_replayed(reader: Reader) -> None:
    """`--code` chooses."""
    reader.take(reader.source.records([1]), catalogue=OLDER)
    reader.take(reader.source.signed([(b"not json", b"k")], first_offset=1))
    assert len(replay(reader, code="TYPE_UNKNOWN")) == 1
    assert waiting(reader) == {"DECODE": 1}


def test_the_list_names_place_and_reason_without_contents(reader: Reader) -> None:
    """No key, no value, no header."""
    reader.take(reader.source.signed([(b"not json", b"k")]))
    with snapshot(reader.engine) as connection:
        (row,) = list_waiting(connection)
        assert oldest(connection) == NOW
    assert (row["topic"], row["partition"], row["offset"]) == (COOPERATIVE.name, 0, 0)
    assert row["code"] == "DECODE"
    assert not {"key", "value", "headers"} & row.keys()


def test_showing_a_record_masks_every_value(reader: Reader) -> None:
    """The envelope's attributes are shown, of the data only the shape."""
    body = json.loads(reader.source.value(1)) | {
        "data": {"name": "Siti", "nik": "350930010190000"}  # a digit is missing
    }
    reader.take(reader.source.signed([(json.dumps(body).encode(), person(1).encode())]))
    with snapshot(reader.engine) as connection:
        shown = show(connection, 1, CIPHER)
    assert shown["value"]["type"] == "id.lintas.membership.lapsed.v1"
    assert shown["value"]["data"] == {"name": "text of 4", "nik": "text of 15"}
    text = json.dumps(shown, default=str)
    assert not any(secret in text for secret in ("Siti", "350930010190000", person(1)))


@pytest.mark.parametrize(
    "value", [b"\xff\xfe", b"[1]", b'"3509300101900001"', b'{"3509300101900001": 1}']
)
def test_showing_anything_else_masks_it_too(reader: Reader, value: bytes) -> None:
    """Whatever a forger sends."""
    reader.take(reader.source.signed([(value, b"3509300101900001")]))
    with snapshot(reader.engine) as connection:
        assert "3509300101900001" not in json.dumps(show(connection, 1, CIPHER), default=str)


def test_an_export_holds_the_exact_bytes(reader: Reader) -> None:
    """For the owner's own inspection."""
    record = reader.source.signed([(b"\x00 raw", b"key")])[0]
    reader.take([record])
    with snapshot(reader.engine) as connection:
        (line,) = export(connection, CIPHER)
    assert bytes.fromhex(line["value"]) == record.value
    assert bytes.fromhex(line["headers"][0][1]) == record.headers[0][1]
    json.dumps(line)


def test_a_rejection_names_person_and_reason_and_is_final(reader: Reader) -> None:
    """It is never deleted, never replayed, and cannot be rejected twice."""
    reader.take(reader.source.records([1]), catalogue=OLDER)
    with transaction(reader.engine) as connection:
        reject(connection, Selection(ids=[1]), by="Rina", reason="test data", now=NOW)
    assert replay(reader) == []
    with transaction(reader.engine) as connection, pytest.raises(NotInQuarantine):
        reject(connection, Selection(ids=[1]), by="Rina", reason="again", now=NOW)
    with snapshot(reader.engine) as connection:
        assert show(connection, 1, CIPHER)["rejected_by"] == "Rina"


def test_a_rejection_without_a_reason_is_refused(reader: Reader) -> None:
    """Who and why."""
    reader.take(reader.source.records([1]), catalogue=OLDER)
    with transaction(reader.engine) as connection, pytest.raises(ValueError, match="reason"):
        reject(connection, Selection(ids=[1]), by="Rina", reason=" ", now=NOW)


def test_an_unknown_id_is_said_so(reader: Reader) -> None:
    """With the way to find the right one."""
    with (
        snapshot(reader.engine) as connection,
        pytest.raises(NotInQuarantine, match="quarantine list"),
    ):
        show(connection, 99, CIPHER)


def test_an_event_from_the_future_is_applied_once_its_day_has_come(reader: Reader) -> None:
    """It is kept apart without holding up what follows, and without moving the freshness mark."""
    value = reader.source.value(1).replace(b"2026-02-02", b"2026-07-03")
    assert value != reader.source.value(1)
    reader.take(reader.source.signed([(value, person(1).encode())]))
    reader.take(reader.source.records([2], first_offset=1))
    assert (waiting(reader), reader.applied, reader.watermark) == ({"TIME_FUTURE": 1}, [2], 2)
    assert outcomes(replay(reader)) == ["refused"]
    tool = Replay(trust_in(reader.source), TOPICS, write_down, CIPHER)
    assert outcomes(list(tool.run(reader.engine, now=NOW + timedelta(days=2)))) == ["applied"]
    assert reader.applied == [1, 2]
