"""Addresses and tokens of the services that the pilot is sent to, on this machine or elsewhere."""

from collections.abc import Mapping
from typing import Protocol


class Endpoints(Protocol):
    """Address of each service, and the tokens to call it."""

    @property
    def tokens(self) -> Mapping[str, str]:
        """Token of each service's officer, and of each agency that asks monitoring."""

    def url(self, service: str) -> str:
        """Base address of a service."""

    def operations(self, service: str) -> str:
        """Base address of a service's health and metrics; operators alone reach it."""
