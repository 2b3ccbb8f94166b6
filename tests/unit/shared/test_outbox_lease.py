"""The lease lets one relay work, and the fence keeps out the one that was overtaken."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from shared import clock
from shared.database.engine import SHARED_METADATA, database_now, open_engine, snapshot, transaction
from shared.database.lease import Lease, LeaseLost, acquire, holder, release, renew

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
TTL = timedelta(seconds=5)
LATER = NOW + TTL


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """An empty database of each kind."""
    engine = open_engine(any_database)
    SHARED_METADATA.create_all(engine)
    yield engine
    engine.dispose()


def take(engine: Engine, owner: str, now: datetime = NOW) -> Lease | None:
    """Try to take the lease."""
    with transaction(engine) as connection:
        return acquire(connection, "relay", owner, now, TTL)


def must_take(engine: Engine, owner: str, now: datetime = NOW) -> Lease:
    """Take the lease, which is free."""
    lease = take(engine, owner, now)
    assert lease is not None
    return lease


def keep(engine: Engine, lease: Lease, now: datetime) -> None:
    """Renew the lease in a transaction of its own."""
    with transaction(engine) as connection:
        renew(connection, lease, now, TTL)


def test_only_one_gets_it(engine: Engine) -> None:
    """The second learns who has it."""
    assert must_take(engine, "first").fence == 1
    assert take(engine, "second") is None
    with snapshot(engine) as connection:
        assert holder(connection, "relay", NOW, TTL) == "first"


def test_of_many_at_once_exactly_one_gets_it(engine: Engine) -> None:
    """Threads racing on an empty table."""
    with ThreadPoolExecutor(8) as pool:
        leases = list(pool.map(lambda n: take(engine, f"relay {n}"), range(8)))
    assert len([lease for lease in leases if lease]) == 1


def test_an_expired_lease_goes_to_the_next_with_a_higher_fence(engine: Engine) -> None:
    """And the first one cannot commit anything more."""
    first = must_take(engine, "first")
    second = must_take(engine, "second", LATER)
    assert second.fence > first.fence
    with pytest.raises(LeaseLost):
        keep(engine, first, LATER)
    keep(engine, second, LATER)


def test_a_renewed_lease_cannot_be_taken(engine: Engine) -> None:
    """Its end moves with each renewal."""
    first = must_take(engine, "first")
    keep(engine, first, NOW + TTL / 2)
    assert take(engine, "second", LATER) is None
    assert take(engine, "second", LATER + TTL / 2) is not None


def test_an_expired_lease_that_nobody_took_is_still_ours(engine: Engine) -> None:
    """A long pause alone loses nothing."""
    first = must_take(engine, "first")
    keep(engine, first, LATER + TTL)
    assert take(engine, "second", LATER + TTL) is None


def test_an_owner_that_comes_back_fences_its_former_self(engine: Engine) -> None:
    """The same name, restarted: at once, and with a higher fence."""
    old, new = must_take(engine, "first"), must_take(engine, "first")
    assert new.fence == old.fence + 1
    with pytest.raises(LeaseLost):
        keep(engine, old, NOW)
    keep(engine, new, NOW)


def test_a_released_lease_is_free_at_once(engine: Engine) -> None:
    """The successor of a clean stop need not wait."""
    first = must_take(engine, "first")
    with transaction(engine) as connection:
        release(connection, first, NOW)
    with snapshot(engine) as connection:
        assert holder(connection, "relay", NOW, TTL) is None
    assert must_take(engine, "second").fence == 2


def test_releasing_a_lost_lease_disturbs_nobody(engine: Engine) -> None:
    """A late stop of the overtaken one."""
    first = must_take(engine, "first")
    second = must_take(engine, "second", LATER)
    with transaction(engine) as connection:
        release(connection, first, LATER)
    with snapshot(engine) as connection:
        assert holder(connection, "relay", LATER, TTL) == "second"
    keep(engine, second, LATER)


def test_leases_of_different_works_do_not_meet(engine: Engine) -> None:
    """The name is the key."""
    must_take(engine, "first")
    with transaction(engine) as connection:
        assert acquire(connection, "release", "second", NOW, TTL) is not None


def test_a_lease_from_a_clock_that_ran_ahead_is_free(engine: Engine) -> None:
    """Nobody waits for as long as the jump, and the one that made it commits nothing more."""
    first = must_take(engine, "first", NOW + timedelta(days=365))
    with snapshot(engine) as connection:
        assert holder(connection, "relay", NOW, TTL) is None
    second = must_take(engine, "second")
    assert second.fence > first.fence
    with pytest.raises(LeaseLost):
        keep(engine, first, NOW + timedelta(days=365))
    keep(engine, second, NOW)


def test_a_lease_lasts_as_long_as_any_may(engine: Engine) -> None:
    """Up to its time to live it is held; a moment more is from the future."""
    must_take(engine, "first")
    with snapshot(engine) as connection:
        assert holder(connection, "relay", NOW, TTL) == "first"
        before = NOW - timedelta(microseconds=1)
        assert holder(connection, "relay", before, TTL) is None


def test_a_holder_whose_clock_is_set_right_goes_on(engine: Engine) -> None:
    """Its next renewal brings the end of its lease back."""
    first = must_take(engine, "first", NOW + timedelta(days=1))
    keep(engine, first, NOW)
    assert take(engine, "second", NOW + TTL / 2) is None


def test_a_worker_without_a_time_to_live_of_its_own_respects_the_others(engine: Engine) -> None:
    """What takes the lease for one transaction alone does not take it from a relay at work."""
    must_take(engine, "first")
    with transaction(engine) as connection:
        none = timedelta(0)
        assert acquire(connection, "relay", "recover", NOW, none, longest=TTL) is None
        assert acquire(connection, "relay", "recover", LATER, none, longest=TTL) is not None


def test_the_database_tells_the_time(engine: Engine) -> None:
    """In UTC, whatever the zone of the server or the process."""
    with snapshot(engine) as connection:
        moment = database_now(connection)
    assert moment.utcoffset() == timedelta()
    assert abs(moment - clock.now()) < timedelta(minutes=30)
