"""The services of this checkout, found by their folders. There is no other list of them."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

import typer

from shared.application.lists import ListOf
from shared.service.card import Card
from shared.settings import ServiceSettings

FOLDER = Path(__file__).resolve().parents[1] / "services"


def find_cards(folder: Path = FOLDER) -> dict[str, Card]:
    """The card of every service in a folder, by name, in the order of their ports."""
    names = [path.parent.name for path in folder.glob("*/__main__.py")]
    cards = (import_module(f"services.{name}").CARD for name in names)
    return {card.name: card for card in sorted(cards, key=lambda card: card.port)}


CARDS = MappingProxyType(find_cards())
"""Every service's card by name."""
SERVICES = tuple(CARDS)
"""Names of all services."""
AGENCIES = tuple(sorted({card.agency for card in CARDS.values()}))
"""Who may hold a token."""
_HEARD = CARDS["monitoring"].listens_to
PUBLISHERS = tuple(name for name, card in CARDS.items() if card.topic in _HEARD)
"""Services whose facts monitoring counts."""


def require_service(name: str, argument: str = "SERVICE") -> None:
    """Refuse an argument that names no service of this checkout.

    Raises:
        BadParameter: with the names that there are.
    """
    if name not in SERVICES:
        raise typer.BadParameter(f"{name} is none of {', '.join(SERVICES)}", param_hint=argument)


@cache
def commands_of(service: str) -> typer.Typer:
    """The commands of a service."""
    commands: typer.Typer = import_module(f"services.{service}.__main__").commands
    return commands


@cache
def lists_of(service: str) -> tuple[ListOf[Any], ...]:
    """The lists that a service takes; none of one that takes no lists."""
    name = f"services.{service}.lists"
    return tuple(import_module(name).LISTS) if find_spec(name) else ()


@cache
def list_names() -> tuple[str, ...]:
    """The names of the lists of all services, each once: those of closings are of several."""
    return tuple(dict.fromkeys(one.name for name in SERVICES for one in lists_of(name)))


def list_of(name: str) -> ListOf[Any]:
    """A list by its name; where several services have it, its columns are the same."""
    return next(one for service in SERVICES for one in lists_of(service) if one.name == name)


def settings_of(service: str) -> type[ServiceSettings]:
    """The settings class of a service."""
    module = import_module(f"services.{service}.settings")
    (found,) = (
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, ServiceSettings) and one.service == service
    )
    return found
