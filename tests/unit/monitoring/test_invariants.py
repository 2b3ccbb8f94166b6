"""What must always hold holds in every story, and is seen when a cell is wrong."""

import pytest
from sqlalchemy import insert, update

from services.monitoring.invariants import INVARIANTS
from services.monitoring.tables import cell
from shared.database.engine import snapshot, transaction
from shared.inbox.fingerprints import fingerprint
from shared.inbox.judging import Seen
from tests.kit.story import FAR, NOW, Story
from tests.kit.story_log import StoryLog

KAB = "35.09"


def small_log() -> StoryLog:
    """Families in two kabupaten whose members come, go and move."""
    story = Story()
    story.enrol("f", "2026-01-01", "p", "q")
    story.enrol("g", "2026-02-01", "q")
    story.enrol("h", "2026-01-01")
    story.activate("p", "2026-01-31", "m1")
    story.activate("q", "2026-03-01", "m2")
    story.lapse("p", "2026-04-30", "m1")
    story.change("g", 2, "2026-05-31", "q", region=FAR)
    story.leave("f", "2026-07-01")
    return StoryLog().take(*story.events)


def broken(log: StoryLog) -> set[str]:
    """The invariants that do not hold in the newest cut."""
    with snapshot(log.engine) as connection:
        return {name for name, count in INVARIANTS.items() if count(connection)}


def test_all_invariants_hold_before_anything_came() -> None:
    """Empty tables are right."""
    log = StoryLog()
    assert broken(log) == set()


def test_all_invariants_hold_when_families_and_members_come_move_and_go() -> None:
    """Whatever the story, with several months and kabupaten."""
    log = small_log()
    assert len({key[2] for key in log.cells()}) > 3
    assert broken(log) == set()


def change(log: StoryLog, *keys: tuple[str, str, str, str], by: int) -> None:
    """Make these cells of the newest cut wrong."""
    number = log.cut().number
    with transaction(log.engine) as connection:
        for part, region, period, band in keys:
            one = (cell.c.part == part, cell.c.region == region, cell.c.period == period)
            wrong = update(cell).where(cell.c.cut == number, *one, cell.c.band == band)
            changed = connection.execute(wrong.values(value=cell.c.value + by))
            if not changed.rowcount:
                row = {"part": part, "region": region, "period": period, "band": band}
                connection.execute(insert(cell).values(cut=number, programme="", **row, value=by))


@pytest.mark.parametrize(
    ("region", "band", "seen"),
    [
        (KAB, "joined", {"reconciliation", "bands", "districts"}),
        (KAB, "unknown", {"bands", "districts"}),
        (f"{KAB}.01", "joined", {"bands", "districts"}),
    ],
)
def test_a_wrong_cell_breaks_the_invariants_that_look_at_it(
    region: str, band: str, seen: set[str]
) -> None:
    """One too many, anywhere."""
    log = small_log()
    change(log, ("i01.flow", region, "2026-03", band), by=1)
    assert broken(log) == seen


def test_a_family_lost_from_both_levels_and_bands_is_seen_by_the_members_side() -> None:
    """What balances in the cells alone does not balance against the memberships."""
    log = small_log()
    places = [(at, band) for at in (KAB, f"{KAB}.01") for band in ("joined", "enrolled")]
    change(log, *(("i01.flow", at, "2026-03", band) for at, band in places), by=-1)
    assert broken(log) == {"reconciliation"}


def test_a_watermark_above_a_missing_event_is_seen() -> None:
    """`complete up to 5` while 3 was never received."""
    log = StoryLog()
    with transaction(log.engine) as connection:
        at = ("urn:lintas:training", 0)
        seen = Seen(connection, [at])
        arrivals = [(n, fingerprint(b"%d" % n)) for n in (1, 2, 4, 5)]
        seen.load({at: arrivals})
        seen.judge(at, arrivals)
        seen.save(NOW, {})
    assert broken(log) == set()
    with transaction(log.engine) as connection:
        connection.exec_driver_sql("update inbox_source set complete_up_to = 5")
    assert broken(log) == {"watermark"}
