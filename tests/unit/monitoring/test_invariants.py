"""What must always hold holds in every story, and is seen when a table is wrong."""

import pytest

from services.monitoring import store
from services.monitoring.invariants import INVARIANTS
from shared.database.engine import SHARED_METADATA, snapshot, transaction
from shared.inbox.fingerprints import fingerprint
from shared.inbox.seen import Seen
from tests.kit.story import FAR, NOW, Book, Story

KAB = "35.09"


def small_book() -> Book:
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
    book = Book().take(*story.events)
    SHARED_METADATA.create_all(book.engine)
    return book


def broken(book: Book) -> set[str]:
    """The invariants that do not hold."""
    with snapshot(book.engine) as connection:
        return {name for name, count in INVARIANTS.items() if count(connection)}


def test_all_invariants_hold_before_anything_came() -> None:
    """Empty tables are right."""
    book = Book()
    SHARED_METADATA.create_all(book.engine)
    assert broken(book) == set()


def test_all_invariants_hold_when_families_and_members_come_move_and_go() -> None:
    """Whatever the story, with several months and kabupaten."""
    book = small_book()
    assert len({key[2] for key in book.cells()}) > 3
    assert broken(book) == set()


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
    book = small_book()
    with transaction(book.engine) as connection:
        store.add_to_cells(connection, {("i01.flow", region, "2026-03", band): 1})
    assert broken(book) == seen


def test_a_family_lost_from_both_levels_and_bands_is_seen_by_the_members_side() -> None:
    """What balances in the cells alone does not balance against the memberships."""
    book = small_book()
    keys = [
        ("i01.flow", at, "2026-03", band)
        for at in (KAB, f"{KAB}.01")
        for band in ("joined", "enrolled")
    ]
    with transaction(book.engine) as connection:
        store.add_to_cells(connection, dict.fromkeys(keys, -1))
    assert broken(book) == {"reconciliation"}


def test_a_watermark_above_a_missing_event_is_seen() -> None:
    """`complete up to 5` while 3 was never received."""
    book = small_book()
    with transaction(book.engine) as connection:
        seen = Seen(connection, ["urn:lintas:training"])
        events = [(("urn:lintas:training", n), fingerprint(b"%d" % n)) for n in (1, 2, 4, 5)]
        seen.load(events)
        seen.judge(events)
        seen.save(NOW, {})
    assert broken(book) == set()
    with transaction(book.engine) as connection:
        connection.exec_driver_sql("update inbox_source set complete_up_to = 5")
    assert broken(book) == {"watermark"}
