"""kafka-python's admin client, for a moment: an answer within seconds, or an error that says why not."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from shared.kafka.settings import KafkaSettings

ADMIN_TIMEOUT_MS = 5_000


class BrokerAway(ConnectionError):
    """No broker answers at this address now; trying again later may work."""


class Forbidden(BrokerAway):
    """The broker does not let us see something; it may be allowed again."""


class AdminClient(KafkaAdminClient):  # type: ignore[misc]  # kafka-python has no types
    """Connected when made. The library's own leaves its thread and sockets open when that fails.

    A consumer asks every few seconds: in a long outage the process would run out of both.
    """

    def __init__(self, **options: Any) -> None:
        try:
            super().__init__(**options)
        except BaseException:
            self._closed = False
            if hasattr(self, "_net"):
                self.close()
            raise


def knock(bootstrap: str, seconds: float = 1.0) -> None:
    """See that one of the brokers `host:port,...` accepts a connection: an answer within a second.

    Raises:
        OSError: none does; the last one's reason.
    """
    failure: OSError | None = None
    for address in bootstrap.split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), seconds).close()
        except OSError as error:
            failure = error
        else:
            return
    raise failure or OSError("no broker address")


Where = KafkaSettings | str
"""A broker; by its bare address where nobody asks who comes."""


@contextmanager
def admin(where: Where) -> Iterator[AdminClient]:
    """A client for topics and groups, closed at the end.

    Raises:
        BrokerAway: nothing answers.
        KafkaError: the broker refuses, and will do so again.
    """
    settings = KafkaSettings(where) if isinstance(where, str) else where
    bootstrap, client = settings.bootstrap, None
    try:
        knock(bootstrap)  # the client itself keeps trying in silence
        client = AdminClient(
            bootstrap_servers=bootstrap.split(","),
            request_timeout_ms=ADMIN_TIMEOUT_MS,
            bootstrap_timeout_ms=ADMIN_TIMEOUT_MS,
            **settings.access.options(),
        )
        yield client
    except BrokerAway:
        raise
    except (KafkaError, OSError) as error:
        if isinstance(error, KafkaError) and not error.retriable:
            raise
        cause = f"{type(error).__name__}{settings.access.doubt}"
        raise BrokerAway(f"no answer from the broker at {bootstrap} ({cause})") from error
    finally:
        if client is not None:
            client.close()
