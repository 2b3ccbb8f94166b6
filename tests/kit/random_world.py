"""Random worlds: events of all ministries in an order that chance makes, some of them corrected."""

from collections.abc import Callable
from random import Random

from shared.events.envelope import Event
from tests.kit.full_story import FullStory
from tests.kit.story import ALL_MODULES, FAR, HERE, NEXT_DOOR

FAMILIES, PERSONS, MEMBERS = ("f", "g", "h"), ("p", "q", "r"), ("m1", "m2", "m3")
REGIONS = (HERE, NEXT_DOOR, FAR, "35.09.02.1003")
PROGRAMMES, DECILES = ("PKH", "PKH_PLUS", "OTHER_SOCIAL"), ("D1_2", "D3_4", "D5", "D6_10")
MEASURES = ("JOINED", "GRADUATED")
REASONS = ("NATURAL", "MOVED")
STEPS = ("INCOME_GROUP", "PRE_COOPERATIVE", "COOPERATIVE", "DISSOLVED")
BENEFITS, FORMS = ("SURPLUS_SHARE", "MEMBER_PRICE", "CREDIT"), ("GRANT", "LOAN")
OUTCOMES, RELIANCE = ("FOUND", "FOUND", "NOT_FOUND", "MOVED", "DECEASED"), ("STILL", "NO_LONGER")


def _day(random: Random) -> str:
    year = random.choice((2025, 2026, 2026, 2026))
    return f"{year}-{random.randint(1, 6):02d}-{random.choice((1, 10, 28)):02d}"


def _month(random: Random) -> str:
    return f"2026-{random.randint(1, 5):02d}"


def _followed_day(random: Random) -> str:
    """Follow-up takes two years."""
    return f"{random.choice((2026, 2027, 2028))}-{random.randint(1, 12):02d}-{random.choice((1, 28)):02d}"


def _visit(story: FullStory, family: str, random: Random) -> Event:
    """Mostly about the day that is asked for; with or without a decile."""
    outcome = random.choice(OUTCOMES)
    seen = {"self_reliance": random.choice(RELIANCE)} if outcome == "FOUND" else {}
    if random.random() < 0.3:
        seen["decile_band"] = random.choice(DECILES)
    day = random.choice((_day, _followed_day))
    return story.visit(family, day(random), outcome, **seen)


def _persons(random: Random) -> list[str]:
    return random.sample(PERSONS, random.randint(0, 2))


def _one(story: FullStory, random: Random) -> None:
    """Tell one random event."""
    f, p, m = random.choice(FAMILIES), random.choice(PERSONS), random.choice(MEMBERS)
    on, region = _day(random), random.choice(REGIONS)
    one, other = random.sample("abe", 2)
    tellers: list[Callable[[], Event]] = [
        lambda: story.enrol_in(
            f,
            on,
            *_persons(random),
            region=region,
            programme=random.choice(PROGRAMMES),
            version=random.choice((1, 1, 3, 4)),
            decile=random.choice(DECILES),
        ),
        lambda: story.change(f, random.randint(2, 4), on, *_persons(random), region=region),
        lambda: story.change_band(
            f, random.randint(2, 5), on, random.choice(DECILES), *_persons(random)
        ),
        lambda: story.exit(f, on, random.choice(REASONS)),
        lambda: story.graduate(f, on),
        lambda: _visit(story, f, random),
        lambda: _visit(story, f, random),
        lambda: story.assign(f, random.choice("xy"), on),
        lambda: story.target(random.choice("xy"), 2026, random.randint(0, 3), random.randint(1, 3)),
        lambda: story.refer_of(p, f, on, random.choice(("r1", "r2")), region),
        lambda: story.contact(p, on),
        lambda: story.interest(p, on),
        lambda: story.decline(p, on, random.choice(("NO_TIME", "TOO_FAR"))),
        lambda: story.assess(f, on, random.random() < 0.7, region),
        lambda: story.programme_target(
            2026, random.randint(1, 9), random.randint(1, 3), measure=random.choice(MEASURES)
        ),
        lambda: story.apply(p, on, m),
        lambda: story.approve(p, on, m),
        lambda: story.join(p, on, m, random.choice("cd"), region),
        lambda: story.lapse(p, on, m),
        lambda: story.resign(p, on, m),
        lambda: story.reinstate(p, on, m),
        lambda: story.save_in(p, _month(random), random.random() < 0.5, m),
        lambda: story.transact_in(p, _month(random), random.random() < 0.5, m),
        lambda: story.benefit(p, on, random.choice(BENEFITS), m),
        lambda: story.mentor(random.choice("cd"), on),
        lambda: story.grant_capital(random.choice("cd"), on, random.choice(FORMS)),
        lambda: story.form_business(
            random.choice("abe"), on, random.choice(STEPS[:2]), region=region
        ),
        lambda: story.climb(
            random.choice("abe"), random.randint(1, 3), on, random.choice(STEPS[1:])
        ),
        lambda: story.go_on(one, other, on, random.choice(("MERGED", "SPLIT"))),
        lambda: story.take_role(p, random.choice("ae"), on, random.choice(("CHAIR", "MEMBER"))),
        lambda: story.depart(p, random.choice("ae"), on),
        lambda: story.become(random.choice("abe"), random.choice("cd"), on),
        lambda: story.register(random.choice("cd"), on, region),
        lambda: story.set_status(
            random.choice("cd"), random.randint(1, 3), on, random.choice(("OPERATING", "CLOSED"))
        ),
        lambda: story.meet(random.choice("cd"), 2025, on),
        lambda: story.want(random.choice("cd"), 2026, random.randint(1, 9), random.randint(1, 3)),
        lambda: story.form_group(random.choice("gh"), on, region),
        lambda: story.join_group(f, random.choice("gh"), on),
        lambda: story.hold_for(random.choice("gh"), random.choice("uv"), on),
        lambda: story.hold(random.choice("st"), on, random.choice(("P2K2", "OUTREACH")), [3]),
        lambda: story.attend(f, on, *random.sample(ALL_MODULES, random.randint(0, 6))),
        lambda: story.complete(p, on),
        lambda: story.declare(
            random.choice(("beneficiary", "cooperative")),
            random.choice(("2026-02", "2026-04")),
            random.choice((0, 1, 2, 20, 99)),
            random.randint(1, 3),
        ),
    ]
    random.choice(tellers)()
    if random.random() < 0.3:
        _mend(story, random)


def _mend(story: FullStory, random: Random) -> None:
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
    story, random = FullStory(), Random(seed)
    while len(story.events) < size:
        _one(story, random)
    return story.events
