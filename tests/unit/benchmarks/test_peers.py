"""The peers' corpus and cells: copies are events like any other, and both ways of counting agree."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from benchmarks.peers.corpus import Kept, PilotEvent
from benchmarks.peers.expected import COMES, LEAVES, expected_cells, verdict
from benchmarks.peers.log_cells import count
from services.monitoring import CARD
from services.monitoring.log.columns import CORRECTION, tables_of
from services.monitoring.log.duck import open_log
from services.monitoring.log.snapshot import LogSnapshot
from shared.events.examples import EXAMPLES
from shared.events.reading import parse
from shared.security.keys import init_keys, load_trust
from shared.wire.verification import StoredRecord, check

TOPICS = {topic.name: topic for topic in CARD.listens_to}
COPIES = 3


def _events() -> Iterator[PilotEvent]:
    """As the pilot has them: nothing is corrected, and nothing ends that has not begun."""
    examples = [one for some in EXAMPLES.values() for one in some if one.topic.name in TOPICS]
    began = {(COMES[one.type], one.fact.subject) for one in examples if one.type in COMES}
    for one in examples:
        ends = (LEAVES.get(one.type), one.fact.subject)
        if one.type != CORRECTION and (ends[0] is None or ends in began):
            yield PilotEvent(one.topic.name, one.fact.subject.encode(), one.wire())


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """The contract's examples instead of the pilot, with keys of their own."""
    init_keys(tmp_path / "keys", ["beneficiary", "cooperative", "training", "monitoring"])
    return Kept(tmp_path / "keys", list(_events()))


def test_every_copy_passes_all_checks_under_dense_numbers(kept: Kept) -> None:
    """Proof, envelope, schema, key; each topic counts from one."""
    trust = load_trust(kept.keys)
    events = [check(one, trust, TOPICS) for one in _by_topic(kept)]

    for _, some in groupby(events, lambda one: one.source):
        numbers = [one.sequence for one in some]
        assert list(range(1, len(numbers) + 1)) == numbers


def test_copies_have_no_person_and_no_id_in_common(kept: Kept) -> None:
    """So that each is a pilot of its own."""
    ids = {json.loads(one.value or b"")["id"] for one in kept.signed(COPIES)}
    keys = {one.key for one in kept.signed(COPIES)}

    assert COPIES * len({json.loads(one.value)["id"] for one in kept.events}) == len(ids)
    assert COPIES * len({one.key for one in kept.events}) == len(keys)


def test_the_log_has_the_expected_cells(kept: Kept, tmp_path: Path) -> None:
    """SQL over the log, and the plain loop over the pilot that is multiplied."""
    events = [parse(one.value or b"") for one in kept.signed(COPIES)]
    cut = dict.fromkeys((one.source for one in events), len(events))
    log = LogSnapshot({}, tables_of(events))

    with open_log(log, cut, memory="1GB", threads=1, spill=tmp_path) as duck:
        found = count(duck)

    assert expected_cells(kept.events, COPIES) == found


def test_a_verdict_names_a_cell_that_differs() -> None:
    """And says how many do."""
    assert verdict({"a": 1}, {"a": 1}) == "exact, 1 cells"
    assert verdict({"b": 1}, {"a": 1}) == "2 of 1 cells differ, such as a"


def _by_topic(kept: Kept) -> list[StoredRecord]:
    return sorted(kept.signed(COPIES), key=lambda one: one.topic)
