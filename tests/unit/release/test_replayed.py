"""Random histories of all ministries, replayed into a fresh database: the same releases, byte for byte."""

from random import Random
from uuid import UUID

import pytest

from services.monitoring.figures.definitions import DEFINITIONS
from services.monitoring.release.maker import MakerContext
from services.monitoring.release.taken_cuts import take_cut
from shared.database.engine import transaction
from shared.events.envelope import Event
from shared.regions import Regions
from tests.kit.depth import sample
from tests.kit.random_world import world
from tests.kit.story_log import StoryLog
from tests.unit.release.test_maker import NOW, SALT, SIGNER, adopt, new_log, released, work

SEEDS, EVENTS = (1, 2, 3), 300
HASHES = {number: one.sha256 for number, one in DEFINITIONS.items()}


def all_figures() -> MakerContext:
    """Makes releases of every indicator."""
    return MakerContext(Regions.load(), SIGNER, DEFINITIONS, None)


def release_after(log: StoryLog, number: int, events: list[Event]) -> None:
    """Take in events, cut the log, and make the release of the cut."""
    log.take(*events)
    with transaction(log.engine) as connection:
        take_cut(connection, HASHES, now=NOW, id=UUID(int=number), salt=SALT, until="2026-05")
    work(log, all_figures())


@pytest.mark.long
@pytest.mark.parametrize("seed", sample(SEEDS, every=len(SEEDS)))
def test_a_random_history_is_released_in_the_same_bytes_again(seed: int) -> None:
    """Late facts, corrections and what was taken back between two releases, in another order and in lots."""
    random, events, log = Random(seed), world(seed, EVENTS), new_log()
    some = random.randint(EVENTS // 2, EVENTS - 20)
    release_after(log, 1, events[:some])
    release_after(log, 2, events[some:])
    fresh, mixed = new_log(), random.sample(events, len(events))
    while mixed:
        size = random.randint(1, 60)
        fresh.take(*mixed[:size])
        mixed = mixed[size:]
    adopt(log.engine, fresh.engine)
    work(fresh, all_figures())
    for number in (1, 2):
        assert released(log, number) is not None
        assert released(fresh, number) == released(log, number)
