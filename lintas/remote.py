"""A deployment that runs somewhere else: reached by its addresses, with tokens from a file."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from lintas.registry import CARDS, SERVICES
from shared.settings import OPERATIONS_PORTS

TOKENS = (*SERVICES, "SOCIAL_AFFAIRS", "COOPERATIVES")
"""What a file of pilot tokens must hold."""


class NotReachable(ValueError):
    """An address or a token is missing or wrong; the message names it and the remedy."""


@dataclass(frozen=True)
class Deployment:
    """Addresses and tokens of four running services."""

    addresses: Mapping[str, str]
    tokens: Mapping[str, str] = field(repr=False)
    metrics: Mapping[str, str] = field(default_factory=dict)
    """Where health and metrics are, of services that do not follow the rule of the ports."""

    def url(self, service: str) -> str:
        """Base address of a service."""
        return self.addresses[service]

    def operations(self, service: str) -> str:
        """Base address of its health and metrics: as given, else by the rule of the ports."""
        if service in self.metrics:
            return self.metrics[service]
        parts = urlsplit(self.addresses[service])
        port = parts.port or CARDS[service].port
        return f"{parts.scheme}://{parts.hostname}:{port + OPERATIONS_PORTS}"


def find_deployment(on: Iterable[str], tokens: Path, metrics: Iterable[str] = ()) -> Deployment:
    """The deployment behind `SERVICE=URL` for each service, and for metrics that are elsewhere.

    Raises:
        NotReachable: a service is missing, unknown, or its address or token cannot be used.
    """
    addresses = dict(_address(item) for item in on)
    missing = [service for service in SERVICES if service not in addresses]
    if missing:
        raise NotReachable(f"no address of {', '.join(missing)}; add --on {missing[0]}=URL")
    return Deployment(addresses, read_tokens(tokens), dict(_address(item) for item in metrics))


def read_tokens(path: Path) -> dict[str, str]:
    """The pilot's tokens from a file that only its owner can read.

    Raises:
        NotReachable: readable by others, not readable, or a token is missing.
    """
    try:
        mode = path.stat().st_mode & 0o777
        given = json.loads(path.read_text("utf-8"))
        found = {name: str(given[name]) for name in TOKENS}
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = (
            f"{path}: no tokens of the pilot ({type(error).__name__}); run: lintas secrets init"
        )
        raise NotReachable(message) from None
    if mode & 0o077:
        raise NotReachable(f"{path}: others can read it (mode {mode:o}); run: chmod 600 {path}")
    return found


def _address(item: str) -> tuple[str, str]:
    service, _, url = item.partition("=")
    parts = urlsplit(url)
    if service not in SERVICES or parts.scheme not in ("http", "https") or not parts.netloc:
        raise NotReachable(f"{item}: write SERVICE=URL, for example beneficiary=http://host:8102")
    return service, url.rstrip("/")
