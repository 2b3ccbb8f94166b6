"""While a batch is alive no garbage is collected, and afterwards it is."""

import gc

import pytest

from shared.inbox.collector import collector_paused


def test_the_collector_is_off_inside_and_on_afterwards() -> None:
    """Whatever else the process does goes on as before."""
    assert gc.isenabled()

    with collector_paused():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_a_batch_that_fails_leaves_the_collector_on() -> None:
    """A batch that waits for its database is tried again many times."""
    with pytest.raises(OSError, match="away"), collector_paused():
        raise OSError("away")

    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    """Who has turned it off turns it on."""
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
