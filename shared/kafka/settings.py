"""Where a service's broker is, what kind it is, and who the service is to it."""

from dataclasses import dataclass

from shared.kafka.credentials import OPEN, Access
from shared.settings import ServiceSettings


@dataclass(frozen=True)
class KafkaSettings:
    """Where the broker is, and what kind it is."""

    bootstrap: str
    access: Access = OPEN
    idempotent: bool = True
    """False only for the embedded broker: no idempotence, nothing kept, inexact end offsets."""
    poll_ms: int = 50
    fetch_min_bytes: int = 32_768
    fetch_max_wait_ms: int = 50
    """A fetch is answered at `fetch_min_bytes` or after this: full batches, low idle latency."""

    @property
    def embedded(self) -> bool:
        """The broker forgets topics and positions when it ends, and its end offsets are too low."""
        return not self.idempotent

    @property
    def session_timeout_ms(self) -> int:
        """A killed worker that is back within this keeps its partitions: also on a busy machine.

        Where workers have no stable names, the one that is back waits for its dead self's to end.
        """
        return 4_000 if self.embedded else 10_000


def kafka_of(settings: ServiceSettings) -> KafkaSettings:
    """The broker that a service's settings name."""
    names = ("protocol", "mechanism", "user", "password_file", "ca_file")
    access = Access(**{name: getattr(settings, f"kafka_{name}") for name in names})
    return KafkaSettings(settings.kafka, access, idempotent=settings.kafka_idempotent)
