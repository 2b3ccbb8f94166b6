"""Why a consumer is not ready, in words without personal values."""

from collections.abc import Sequence

from shared.database.errors import name_of
from shared.kafka.admin import BrokerAway
from shared.observability.background_check import Missing

WAITING = "waiting"


class EventsGone(Missing):
    """Partitions are paused because the broker has deleted events; their owner must republish them."""


class NotMoving(Missing):
    """Partitions have waiting records that are not read, each for the named cause."""


class NotListening(RuntimeError):
    """The consumer waits; the log names the reason."""


def check(state: str, lost: Sequence[str], stopped: Sequence[str]) -> None:
    """Raise if the consumer is not ready.

    Raises:
        NotListening: the broker is away, or refuses.
        EventsGone: a partition waits until events are republished.
        NotMoving: a batch cannot be read, or records wait and nothing is applied.
    """
    if state.startswith(WAITING):
        raise NotListening(state)
    if lost:
        raise EventsGone("; ".join([", ".join(lost), *stopped]))
    if stopped:
        raise NotMoving("; ".join(stopped))


def waiting_for(error: BaseException) -> str:
    """Our own messages unchanged; of other errors only the kind, as their text may hold values."""
    return f"{WAITING}: {error if isinstance(error, BrokerAway) else name_of(error)}"
