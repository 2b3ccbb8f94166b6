"""From a taken cut to a published release, by the worker, on a log of a few events."""

import asyncio
import json
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, insert, select, update

from services.monitoring import cutting
from services.monitoring.figures.definitions import Definition, define
from services.monitoring.log import keeper
from services.monitoring.release import maker as module
from services.monitoring.release import making, store, taken_cuts
from services.monitoring.release.maker import (
    LEASE_TIME,
    WAITING,
    MakerContext,
    OtherDefinitions,
    ReleaseMaker,
)
from services.monitoring.release.parts import GivesAway, ReleasedPart, release_scope
from services.monitoring.release.store import Release
from services.monitoring.release.tables import part, release_part, taken_cut
from services.monitoring.release.taken_cuts import TakenCut, is_due, take_cut
from services.monitoring.release.vector_marks import opens
from services.monitoring.tables import release, release_file
from shared.database.engine import database_now, open_engine, snapshot, transaction
from shared.database.lease import LeaseLost, acquire, relay_lease
from shared.errors import Refusal
from shared.events.days import jakarta_day, last_ended_month
from shared.events.envelope import Event, with_sequence
from shared.events.monitoring import CutCause, CutReason, CutTaken, ReleasePublished
from shared.events.reading import parse
from shared.observability.metrics import RELEASE_WAITING
from shared.outbox.table import outbox
from shared.wire.signatures import Signer, key_id_of
from tests.kit.cells import Places
from tests.kit.story import FAR, NEXT_DOOR, Story
from tests.kit.story_log import StoryLog
from tests.unit.release.families import definition

KEY = Ed25519PrivateKey.generate()
SIGNER = Signer(key_id_of(KEY.public_key()), KEY)
SALT = "5a" * 32
NOW = datetime(2026, 7, 20, 3, tzinfo=UTC)
MONTHS_LATE = ("2026-02", "2026-03")
PATIENCE = 60.0
"""Seconds after which a lease that nobody renews fails the test."""
QUERY = """
select
    'i91.flow' as part,
    left(region, 5) as region,
    strftime(enrolled_on, '%Y-%m') as period,
    '' as band,
    count(*) as value,
from family_enrolled
group by region, period
"""


def example(*sums: str) -> Definition:
    """Families enrolled, counted as a stock."""
    made = definition({"i91.flow": 'kind = "stock"\nmeasure = "enrolled"\nunit = "family"'}, sums)
    head = made.text.partition("*/\n")[0]
    return define("example", f"{head}*/\n{QUERY}")


DEFINITION = example()


def context(of: Definition = DEFINITION, day: int | None = None) -> MakerContext:
    """Makes releases of one indicator."""
    return MakerContext(Places(), SIGNER, {"91": of}, day)


def families(story: Story, number: int, month: str, region: str = NEXT_DOOR) -> list[Event]:
    """Families that are enrolled in a month."""
    known = len(story.events)
    return [story.enrol(f"f{known + one}", f"{month}-03", region=region) for one in range(number)]


def new_log() -> StoryLog:
    """A log on a database in a file: the worker asks it from other threads."""
    folder = tempfile.mkdtemp(prefix="lintas-test-")
    log = StoryLog(open_engine(f"sqlite:///{folder}/monitoring.db"))
    weakref.finalize(log, shutil.rmtree, folder, ignore_errors=True)
    return log


def a_log(story: Story, log: StoryLog | None = None) -> StoryLog:
    """All three ministries have published; 30 families in one kabupaten, 20 in another."""
    events = [
        *families(story, 30, "2026-01"),
        *families(story, 20, "2026-02", FAR),
        story.activate("p", "2026-02-01"),
        story.complete("p", "2026-03-01"),
    ]
    return (log or new_log()).take(*events)


def take(log: StoryLog, number: int = 1, **options: Any) -> TakenCut:
    """Take a cut in a transaction of its own."""
    hashes = {"91": options.pop("of", DEFINITION).sha256}
    with transaction(log.engine) as connection:
        return take_cut(connection, hashes, now=NOW, id=UUID(int=number), salt=SALT, **options)


def work(log: StoryLog, having: MakerContext | None = None) -> ReleaseMaker:
    """One turn of a worker."""
    maker = ReleaseMaker(log.engine, log.directory, having or context())
    asyncio.run(turn(maker))
    return maker


async def turn(maker: ReleaseMaker) -> None:
    """A turn, and the lease is given back."""
    try:
        await maker.turn(asyncio.Event())
    finally:
        await maker.leave()


def released(log: StoryLog, number: int) -> Release | None:
    """A release."""
    with snapshot(log.engine) as connection:
        return store.numbered(connection, number)


def rows(log: StoryLog, number: int) -> Mapping[tuple[str, str], int | None]:
    """The values of a release by region and period."""
    found = released(log, number)
    assert found is not None
    return {
        (row["region"], row["period"]): row["value"] for row in json.loads(found.figures)["rows"]
    }


def staged(engine: Engine) -> Iterator[Any]:
    """What we have said, in order."""
    with snapshot(engine) as connection:
        for body in connection.scalars(select(outbox.c.body).order_by(outbox.c.id)):
            yield parse(with_sequence(body, 1)).data


def test_a_cut_is_said_before_anything_is_computed() -> None:
    """Number, month, vector and definitions stand in the event; no part exists."""
    log = a_log(Story())
    cut = take(log, cause=CutCause.FIRST_RELEASE)
    (said,) = staged(log.engine)
    assert isinstance(said, CutTaken)
    assert (said.number, said.until, said.reason) == (1, "2026-06", CutReason.UNPLANNED)
    assert {one.source: one.sequence for one in said.vector} == cut.vector
    assert said.definitions[0].sha256 == DEFINITION.sha256
    with snapshot(log.engine) as connection:
        assert taken_cuts.pending(connection) == cut
        assert connection.scalar(select(func.count()).select_from(part)) == 0


def test_a_month_that_has_not_ended_has_no_cut() -> None:
    """Nothing in the future closes anything."""
    with pytest.raises(Refusal, match="NOT_COMPLETE"):
        take(a_log(Story()), until="2026-07")


def test_a_silent_source_stops_the_cut() -> None:
    """Without one ministry nothing is complete."""
    log = new_log().take(Story().enrol("f", "2026-01-01"))
    with pytest.raises(Refusal, match="NOT_COMPLETE"):
        take(log)


def test_the_worker_makes_the_release_of_a_cut() -> None:
    """Kabupaten, province and nation; the event names the bytes; the release has the cut's id."""
    log = a_log(Story())
    cut = take(log, until="2026-02")
    work(log)
    shown = rows(log, 1)
    assert shown["35.09", "2026-02"] == 30
    assert shown["35", "2026-02"] == shown["ID", "2026-02"] == 50
    made = released(log, 1)
    said = list(staged(log.engine))[-1]
    assert made is not None
    assert isinstance(said, ReleasePublished)
    assert (said.release, said.number) == (cut.id, 1) == (made.id, made.number)


def test_the_public_sees_days_and_a_hash_and_no_sequence() -> None:
    """In the manifest and in what is announced; the event of the cut opens the hash."""
    log = a_log(Story())
    cut = take(log, until="2026-02")
    work(log)
    made, said = released(log, 1), list(staged(log.engine))
    assert made is not None
    manifest = json.loads(made.manifest)
    assert "watermarks" not in manifest
    assert manifest["vector"].keys() == {"sha256"}
    assert manifest["recorded_until"].keys() == cut.vector.keys()
    assert isinstance(said[0], CutTaken)
    assert said[0].salt == cut.salt == SALT
    assert opens(manifest["vector"]["sha256"], cut.vector, SALT)
    one_less = {source: last - 1 for source, last in cut.vector.items()}
    assert not opens(manifest["vector"]["sha256"], one_less, SALT)
    assert not opens(manifest["vector"]["sha256"], cut.vector, "00" * 32)
    assert isinstance(said[1], ReleasePublished)
    assert said[1].watermarks == ()
    days = {one.source: one.day.isoformat() for one in said[1].recorded_until}
    assert days == manifest["recorded_until"]


def test_the_day_of_a_source_is_that_of_its_last_event_in_the_cut() -> None:
    """Not of what came later, though the log has it when the release is made."""
    story = Story()
    log = a_log(story)
    cut = take(log, until="2026-02")
    recorded = {
        source: max(
            jakarta_day(one.recordedtime) for one in story.events
            if one.source == source and one.sequence <= last
        ).isoformat()
        for source, last in cut.vector.items()
    }  # fmt: skip
    first = story.events[0]
    late = story.tell(first.subject, first.data, recorded=5 * 24 * 60)
    assert jakarta_day(late.recordedtime).isoformat() > max(recorded.values())
    log.take(late)
    work(log)
    made = released(log, 1)
    assert made is not None
    assert json.loads(made.manifest)["recorded_until"] == recorded


def test_a_cut_from_before_there_were_salts_commits_to_nothing() -> None:
    """Its numbers could be tried until the hash fits."""
    log = a_log(Story())
    take(log, until="2026-02")
    with transaction(log.engine) as connection:
        connection.execute(update(taken_cut).values(salt=None))
    work(log)
    made = released(log, 1)
    assert made is not None
    assert json.loads(made.manifest)["vector"] == {"sha256": None}


def test_events_after_the_cut_are_not_in_its_release() -> None:
    """Nothing above a cut enters the release."""
    story = Story()
    log = a_log(story)
    take(log, until="2026-02")
    log.take(*families(story, 40, "2026-02"))
    work(log)
    assert rows(log, 1)["35.09", "2026-02"] == 30


def test_a_release_waits_for_the_events_of_its_cut() -> None:
    """A database that has just begun to read the log has not got them yet."""
    log = a_log(Story())
    cut = take(log)
    ahead = json.dumps({source: last + 5 for source, last in cut.vector.items()})
    with transaction(log.engine) as connection:
        connection.execute(update(taken_cut).values(vector=ahead))
    work(log)
    assert released(log, 1) is None


def test_a_part_whose_inputs_did_not_change_is_taken_over() -> None:
    """Only the province with new families and the nation are made again."""
    story = Story()
    log = a_log(story)
    log.take(*families(story, 25, "2026-01", "11.01.01.2001"))
    take(log, until="2026-03")
    work(log)
    log.take(*families(story, 30, "2026-03", "11.01.01.2001"))
    take(log, 2, until="2026-03", cause=CutCause.LATE_FACTS)
    work(log)
    with snapshot(log.engine) as connection:
        found = connection.execute(
            select(release_part.c.area, release_part.c.made_in).where(release_part.c.number == 2)
        )
        assert {one.area: one.made_in for one in found} == {"11": 2, "35": 1, "ID": 2}
    made = released(log, 2)
    assert made is not None
    listed = json.loads(made.changes)["changes"]
    assert {(one["region"], one["old"], one["new"], one["cause"]) for one in listed} == {
        ("11", 25, 55, "late"),
        ("11.01", 25, 55, "late"),
        ("ID", 75, 105, "late"),
    }


@pytest.mark.parametrize("mended", [{}, {"enrolled_on": "2026-03-03"}])
def test_what_was_taken_back_or_replaced_is_a_correction(mended: dict[str, Any]) -> None:
    """Both are the cause `corrected`; a correction of what is not counted here is none."""
    story = Story()
    log = a_log(story)
    take(log, until="2026-03")
    work(log)
    log.take(*(story.correct(one, **mended) for one in story.events[:20]))
    take(log, 2, until="2026-03", cause=CutCause.CORRECTIONS)
    work(log)
    log.take(*families(story, 30, "2026-03"), story.correct(story.events[50]))
    take(log, 3, until="2026-03", cause=CutCause.LATE_FACTS)
    work(log)
    causes = []
    for number in (2, 3):
        made = released(log, number)
        assert made is not None
        causes.append({one["cause"] for one in json.loads(made.changes)["changes"]})
    assert causes == [{"corrected"}, {"late"}]


def test_what_moved_by_late_facts_alone_is_late_beside_a_correction() -> None:
    """Each figure has its own cause; sums that hold both moved by a correction too."""
    story = Story()
    log = a_log(story)
    take(log, until="2026-03")
    work(log)
    log.take(*(story.correct(one, enrolled_on="2026-02-03") for one in story.events[:20]))
    log.take(*families(story, 30, "2026-02", FAR))
    take(log, 2, until="2026-03", cause=CutCause.CORRECTIONS)
    work(log)
    made = released(log, 2)
    assert made is not None
    causes = {
        (one["region"], one["period"]): one["cause"] for one in json.loads(made.changes)["changes"]
    }
    assert causes == {
        (NEXT_DOOR[:5], "2026-01"): "corrected",
        ("35", "2026-01"): "corrected",
        ("ID", "2026-01"): "corrected",
        **{(place, month): "late" for place in ("35", "ID") for month in MONTHS_LATE},
        (FAR[:5], "2026-03"): "late",
    }


def test_the_lease_is_renewed_while_a_part_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever makes it needs longer than the lease; nobody else can come in between."""
    log = a_log(Story())
    take(log, until="2026-02")

    def expiry() -> datetime | None:
        with snapshot(log.engine) as connection:
            return connection.scalar(select(relay_lease.c.expires_at))

    def slow(*given: Any) -> ReleasedPart:
        before = expiry()
        deadline = time.monotonic() + PATIENCE
        while expiry() == before and time.monotonic() < deadline:
            time.sleep(0.05)
        renewed.append(expiry() != before)
        return release_scope(*given)

    renewed: list[bool] = []
    monkeypatch.setattr(module, "LEASE_TIME", timedelta(seconds=1))
    monkeypatch.setattr(making, "release_scope", slow)
    work(log)
    assert renewed == [True]
    assert released(log, 1) is not None


def test_a_release_does_not_wait_long_for_a_worker_that_was_killed() -> None:
    """Its lease is not given back; the next worker waits until it ends, then goes on with the parts."""
    log = a_log(Story())
    take(log, until="2026-02")
    with transaction(log.engine) as connection:
        dead = acquire(connection, module.LEASE, "dead", database_now(connection), LEASE_TIME)
    assert dead is not None
    work(log)
    assert released(log, 1) is None
    with transaction(log.engine) as connection:
        ended = database_now(connection)
        connection.execute(update(relay_lease).values(expires_at=ended))
    work(log)
    assert released(log, 1) is not None
    assert timedelta(0) < LEASE_TIME <= timedelta(seconds=30)
    assert cutting.LEASE_TIME == keeper.LEASE_TIME == LEASE_TIME


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_fresh_database_with_the_same_log_makes_the_same_bytes(seed: int) -> None:
    """Events in another order and other batches; cuts learnt from our own topic; same numbers."""
    random, story = Random(seed), Story()
    log = a_log(story)
    for number in (1, 2, 3):
        take(log, number, until=f"2026-0{number + 2}")
        work(log)
        log.take(*families(story, random.randint(0, 30), "2026-01"))
    fresh, events = new_log(), random.sample(story.events, len(story.events))
    while events:
        size = random.randint(1, 20)
        fresh.take(*events[:size])
        events = events[size:]
    adopt(log.engine, fresh.engine)
    work(fresh)
    for number in (1, 2, 3):
        assert released(fresh, number) == released(log, number)
    assert len(list(staged(fresh.engine))) == 6


def adopt(old: Engine, new: Engine) -> None:
    """What `recover` does: our own events, as the topic has them."""
    with snapshot(old) as source, transaction(new) as target:
        events = [dict(row) for row in source.execute(select(outbox)).mappings()]
        target.execute(insert(outbox), events)


def test_each_database_makes_the_same_release(any_database: str) -> None:
    """Parts, locks and the lease on the database that a deployment has."""
    here, there = a_log(Story()), a_log(Story(), StoryLog(open_engine(any_database)))
    for log in (here, there):
        take(log, until="2026-02")
        work(log)
    assert released(there, 1) == released(here, 1)
    there.engine.dispose()


def test_a_maker_that_was_stopped_goes_on_with_what_it_has() -> None:
    """A part that is there is not made again, and the bytes are the same."""
    log, other = a_log(Story()), a_log(Story())
    for one in (log, other):
        take(one, until="2026-02")
    work(log)
    work(other)
    with transaction(other.engine) as connection:
        connection.execute(release.delete())
        connection.execute(release_file.delete())
        connection.execute(release_part.delete().where(release_part.c.area == "ID"))
        connection.execute(part.delete().where(part.c.area == "ID"))
    work(other)
    assert released(other, 1) == released(log, 1)


def test_other_definitions_than_those_of_the_cut_make_no_release() -> None:
    """The bytes would be others; the message names the indicator."""
    log = a_log(Story())
    take(log, of=example("total = enrolled"))
    with pytest.raises(OtherDefinitions, match="91"):
        work(log)
    assert released(log, 1) is None


def test_the_calendar_asks_once_a_month() -> None:
    """From its day on, and for the month that has ended."""
    log = a_log(Story())
    with transaction(log.engine) as connection:
        assert not is_due(connection, date(2026, 7, 9), 10)
        assert is_due(connection, date(2026, 7, 10), 10)
    take(log)
    with transaction(log.engine) as connection:
        assert not is_due(connection, date(2026, 7, 31), 10)
        assert is_due(connection, date(2026, 8, 10), 10)


def test_the_last_ended_month_is_the_one_before() -> None:
    """Also in January."""
    assert last_ended_month(date(2026, 1, 31)) == "2025-12"


def waiting() -> dict[str, float]:
    """What the metric says, by reason; only what is so."""
    found = {one: RELEASE_WAITING.labels(one)._value.get() for one in WAITING}
    return {name: value for name, value in found.items() if value}


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (GivesAway("1 figures can be narrowed down"), {"gives_away": 1.0}),
        (OtherDefinitions("cut 1 counts 91 by other definitions"), {"definitions": 1.0}),
        (OSError("no space left"), {"fault": 1.0}),
        (LeaseLost("release"), {}),
    ],
)
def test_the_reason_for_which_a_release_waits_is_measured(
    error: Exception, reason: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits, and not when the next attempt succeeds or another process has taken over."""
    seen: list[dict[str, float]] = []

    async def watched() -> None:
        maker, stop = ReleaseMaker(a_log(Story()).engine, Path(), context()), asyncio.Event()

        async def turns(_stop: asyncio.Event) -> None:
            if not seen:
                seen.append({})
                raise error
            seen.append(waiting())
            stop.set()

        monkeypatch.setattr(maker, "turn", turns)
        monkeypatch.setattr(module, "REST_SECONDS", 0.01)
        await maker.run(stop)

    asyncio.run(watched())
    assert seen[1] == reason
    assert waiting() == {}
