"""The doors of four services: on this machine or somewhere else, the pilot does not mind."""

from collections.abc import Mapping
from typing import Protocol


class Doors(Protocol):
    """Where the services answer, and what opens them."""

    @property
    def tokens(self) -> Mapping[str, str]:
        """Token of each service's officer, and of each agency that asks monitoring."""

    def url(self, service: str) -> str:
        """Base address of a service."""
