"""Random worlds: events of all ministries in an order that chance makes, some of them corrected."""

from collections.abc import Callable
from random import Random

from shared.events.envelope import Event
from tests.kit.story import ALL_MODULES, FAR, HERE, NEXT_DOOR, Story

FAMILIES, PERSONS, MEMBERS = ("f", "g", "h"), ("p", "q", "r"), ("m1", "m2", "m3")
REGIONS = (HERE, NEXT_DOOR, FAR)


def _day(random: Random) -> str:
    return f"2026-{random.randint(1, 6):02d}-{random.choice((1, 10, 28)):02d}"


def _persons(random: Random) -> list[str]:
    return random.sample(PERSONS, random.randint(0, 2))


def _one(story: Story, random: Random) -> None:
    """Tell one random event."""
    f, p, m = random.choice(FAMILIES), random.choice(PERSONS), random.choice(MEMBERS)
    on, region = _day(random), random.choice(REGIONS)
    tellers: list[Callable[[], Event]] = [
        lambda: story.enrol(f, on, *_persons(random), region=region),
        lambda: story.change(f, random.randint(2, 4), on, *_persons(random), region=region),
        lambda: story.leave(f, on),
        lambda: story.graduate(f, on),
        lambda: story.assign(f, random.choice("xy"), on),
        lambda: story.target(random.choice("xy"), 2026, random.randint(0, 3), random.randint(1, 3)),
        lambda: story.refer(p, on, random.choice(("r1", "r2")), region),
        lambda: story.apply(p, on, m),
        lambda: story.approve(p, on, m),
        lambda: story.activate(p, on, m, region),
        lambda: story.lapse(p, on, m),
        lambda: story.resign(p, on, m),
        lambda: story.register(random.choice("cd"), on, region),
        lambda: story.set_status(
            random.choice("cd"), random.randint(1, 3), on, random.choice(("OPERATING", "CLOSED"))
        ),
        lambda: story.hold(random.choice("st"), on, random.choice(("P2K2", "OUTREACH")), [3]),
        lambda: story.attend(f, on, *random.sample(ALL_MODULES, random.randint(0, 6))),
        lambda: story.complete(p, on),
    ]
    random.choice(tellers)()
    if random.random() < 0.3:
        _mend(story, random)


def _mend(story: Story, random: Random) -> None:
    wrong = random.choice([one for one in story.events if ".fact." not in one.type])
    recorded = random.randint(1, 9)
    if random.random() < 0.5:
        story.correct(wrong, recorded)
        return
    data = wrong.data.model_dump(mode="json")
    days = [name for name in data if name.endswith("_on")]
    story.correct(wrong, recorded, **({name: _day(random) for name in days} or data))


def world(seed: int, size: int) -> list[Event]:
    """The events of a random world."""
    story, random = Story(), Random(seed)
    while len(story.events) < size:
        _one(story, random)
    return story.events
