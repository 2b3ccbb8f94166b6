"""Random worlds of graduates: visits, returns and deciles about the days that a follow-up asks for."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.kit.full_story import FullStory

FAMILIES, BANDS = ("f", "g", "h", "i"), ("D1_2", "D5", "D6_10")
ENROLLED, GRADUATED = "2025-01-01", date(2025, 3, 10)
EDGES = (1, 89, 90, 91, 200, 274, 275, 365, 366, 455, 456, 640, 700, 701, 730, 820, 821, 900)
"""Days after a graduation on which something changes, and their neighbours."""
OUTCOMES = ("FOUND", "FOUND", "FOUND", "NOT_FOUND", "MOVED", "DECEASED")


def followed_world(seed: int) -> FullStory:
    """Four families that graduate, most of them, and what becomes of them, in an order of chance."""
    story, random = FullStory(), Random(seed)
    for family in FAMILIES:
        story.enrol_in(family, ENROLLED, decile=random.choice(("D3_4", "D6_10")))
        approved = story.graduate(family, GRADUATED.isoformat())
        for _ in range(random.randint(0, 4)):
            _visit(story, family, random)
        if random.random() < 0.3:
            story.enrol_in(family, _day(random), version=random.choice((2, 3)))
        if random.random() < 0.4:
            band = random.choice(BANDS)
            story.change_band(family, random.randint(2, 4), _day(random), band)
        if random.random() < 0.2:
            moved = GRADUATED + timedelta(days=random.choice((-1, 1, 90)))
            mended: dict[str, Any] = {"approved_on": moved.isoformat()} if seed % 2 else {}
            story.correct(approved, **mended)
    return story


def _day(random: Random) -> str:
    return (GRADUATED + timedelta(days=random.choice(EDGES))).isoformat()


def _visit(story: FullStory, family: str, random: Random) -> None:
    outcome = random.choice(OUTCOMES)
    seen = {"self_reliance": random.choice(("STILL", "STILL", "NO_LONGER"))}
    if random.random() < 0.3:
        seen["decile_band"] = random.choice(BANDS)
    first = story.visit(family, _day(random), outcome, **(seen if outcome == "FOUND" else {}))
    if random.random() < 0.15:
        mended: dict[str, Any] = {"visited_on": _day(random)} if random.random() < 0.5 else {}
        story.correct(first, **mended)
