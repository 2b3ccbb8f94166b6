"""Serve health and metrics of a process on their own port, whatever its roles."""

import logging
import os
import socket
import threading

from shared.http.operations import operations_api
from shared.http.server import Server
from shared.observability.health import Health
from shared.observability.retries import Stopped, retry
from shared.settings import ServiceSettings

log = logging.getLogger("lintas.run")


def serve_operations(
    title: str, health: Health, settings: ServiceSettings, stopping: threading.Event
) -> None:
    """Serve both until the service stops; while the port is taken, the process works unobserved."""
    listener = _listen(settings, stopping)
    if listener is None:
        return
    server = Server(operations_api(title, health))
    thread = threading.Thread(target=server.run, args=([listener],), name="health", daemon=True)
    thread.start()
    stopping.wait()
    server.should_exit = True
    thread.join(1.0)


def _listen(settings: ServiceSettings, stopping: threading.Event) -> socket.socket | None:
    """Take the port as soon as it is free; None when the service stops before."""
    at, name = settings.operations_port, f"LINTAS_{settings.service}_METRICS_PORT".upper()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET

    def listen() -> socket.socket:
        return socket.create_server((settings.host, at), family=family)

    def note(error: Exception, pause: float) -> None:
        cause = os.strerror(getattr(error, "errno", None) or 0)
        log.warning(
            "no /metrics yet: port %d cannot be taken (%s); free it or set %s; again in %.1f s",
            at, cause, name, pause,
        )  # fmt: skip

    try:
        return retry(listen, stopping, on=OSError, note=note)
    except Stopped:
        return None
