"""What an operator sees and gets back from `quarantine list|show|replay`."""

import json
from types import SimpleNamespace
from typing import Any

from typer.testing import CliRunner

from shared.inbox.replay import Replay
from shared.service.cli_quarantine import quarantine_commands
from tests.kit.records import CIPHER, TOPICS, Source, trust_in, write_down
from tests.unit.shared.conftest import Reader

STRANGER = Source(seed=b"n" * 32)


def call(reader: Reader, *words: str, known: tuple[Source, ...] = ()) -> tuple[int, list[Any]]:
    """Exit code and the lines said; `known` are the sources whose keys are trusted by now."""
    replay = Replay(trust_in(reader.source, *known), TOPICS, write_down, CIPHER)
    parts: Any = SimpleNamespace(engine=reader.engine, replay=replay)
    result = CliRunner().invoke(quarantine_commands("sample", lambda: parts), list(words))
    return result.exit_code, [json.loads(line) for line in result.output.splitlines()]


def keep(reader: Reader, *sequences: int) -> None:
    """Bring events into quarantine whose key is not trusted yet."""
    reader.take(STRANGER.records(list(sequences)))


def test_a_record_is_listed_and_shown_with_what_its_reason_means(reader: Reader) -> None:
    """Nobody has to look a code up."""
    keep(reader, 1)
    listed, shown = call(reader, "list")[1][0], call(reader, "show", "1")[1][0]
    meaning = "the proof names a signing key that is not trusted here"
    assert (listed["code"], listed["meaning"]) == ("KEY_UNKNOWN", meaning)
    assert shown["meaning"] == meaning


def test_replaying_what_is_still_refused_ends_with_code_1(reader: Reader) -> None:
    """A script sees it; so does the reader of the last line."""
    keep(reader, 1, 2)
    code, said = call(reader, "replay")
    assert code == 1
    assert [one["code"] for one in said[:-1]] == ["KEY_UNKNOWN", "KEY_UNKNOWN"]
    assert "not trusted here" in said[0]["meaning"]
    assert said[-1] == {"outcomes": {"refused": 2}, "dry_run": False}


def test_replaying_what_can_be_applied_ends_with_code_0(reader: Reader) -> None:
    """A dry run says so before, and changes nothing."""
    keep(reader, 1, 2)
    for words, dry in ((["replay", "--dry-run"], True), (["replay"], False)):
        code, said = call(reader, *words, known=(STRANGER,))
        assert (code, said[-1]) == (0, {"outcomes": {"applied": 2}, "dry_run": dry})
    assert call(reader, "replay", known=(STRANGER,)) == (0, [{"outcomes": {}, "dry_run": False}])
    assert reader.applied == [1, 2]


def test_a_number_that_does_not_wait_is_said(reader: Reader) -> None:
    """Mistyped, or decided already; the others are tried all the same."""
    keep(reader, 1)
    code, said = call(reader, "replay", "1", "7", known=(STRANGER,))
    assert code == 1
    assert [(one["id"], one["outcome"]) for one in said[:-1]] == [
        (1, "applied"),
        (7, "not_waiting"),
    ]


def test_a_dry_run_of_a_rejection_counts_by_code_and_changes_nothing(reader: Reader) -> None:
    """Then the same words without it."""
    keep(reader, 1, 2)
    reader.take(reader.source.signed([(b"no json", b"k")], first_offset=2))
    words = ["reject", "--source", "cooperative", "--by", "Rina", "--reason", "asked the owner"]
    counts = {"KEY_UNKNOWN": 2, "DECODE": 1}
    for more in (["--dry-run"], ["--dry-run"], []):
        code, (said,) = call(reader, *words, *more)
        assert (code, said["rejected"], said["dry_run"]) == (0, counts, bool(more))
    assert call(reader, "list")[1] == [{"waiting": {}}]


def test_a_rejection_names_its_numbers_or_a_selection(reader: Reader) -> None:
    """Of several numbers, one that does not wait refuses all; nothing at all is refused too."""
    keep(reader, 1, 2)
    who = ["--by", "Rina", "--reason", "asked the owner"]
    assert failed(reader, "reject", *who) == 2
    assert failed(reader, "reject", "1", "9", *who) != 0
    assert failed(reader, "reject", "--after", "yesterday", *who) == 2
    assert call(reader, "list")[1][-1] == {"waiting": {"KEY_UNKNOWN": 2}}
    assert call(reader, "reject", "1", "2", *who)[1][0]["rejected"] == {"KEY_UNKNOWN": 2}


def failed(reader: Reader, *words: str) -> int:
    """The exit code of a command that does not print JSON."""
    parts: Any = SimpleNamespace(
        engine=reader.engine, replay=Replay(trust_in(reader.source), TOPICS, write_down, CIPHER)
    )
    return CliRunner().invoke(quarantine_commands("sample", lambda: parts), list(words)).exit_code


def test_the_list_and_the_export_are_narrowed_alike(reader: Reader) -> None:
    """By source and time, in UTC where no zone is given."""
    keep(reader, 1, 2)  # first seen at 2026-07-01T03:00Z
    for words, found in (
        (["--before", "2026-07-01"], 0),
        (["--before", "2026-07-01T10:01+07:00"], 2),
        (["--after", "2026-07-01T03:00"], 2),
        (["--source", "training"], 0),
    ):
        assert len(call(reader, "list", *words)[1]) == found + 1
        assert len(call(reader, "export", *words)[1]) == found
