"""Why a consumer is not ready, in words that anyone may read."""

from collections.abc import Sequence

from shared.database.errors import name_of
from shared.kafka.admin import BrokerAway
from shared.observability.background_check import Missing

WAITING = "waiting"


class EventsGone(Missing):
    """Named partitions are paused: events are gone from the broker until they are republished."""


class NotMoving(Missing):
    """Named partitions have records that wait and are not read, each with its cause."""


class NotListening(RuntimeError):
    """The consumer waits for something; the log says for what."""


def check(state: str, lost: Sequence[str], stopped: Sequence[str]) -> None:
    """For readiness.

    Raises:
        NotListening: the broker is away, or refuses.
        EventsGone: a partition waits for events to be published again.
        NotMoving: a batch cannot be read, or records wait and nothing is applied.
    """
    if state.startswith(WAITING):
        raise NotListening(state)
    if lost:
        raise EventsGone("; ".join([", ".join(lost), *stopped]))
    if stopped:
        raise NotMoving("; ".join(stopped))


def waiting_for(error: BaseException) -> str:
    """Our own messages as they are; of the others only the kind, for their text may hold values."""
    return f"{WAITING}: {error if isinstance(error, BrokerAway) else name_of(error)}"
