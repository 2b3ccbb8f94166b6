"""Things that a service keeps under keys: locked, loaded once a batch, saved once.

sessions = for_change(context, store.SESSIONS, {item.session_number for item in items})
...
return sessions.keep(*domain.hold(sessions.get(number), wanted))
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import Connection, Table

from shared.application.batch import Facts, facts
from shared.application.context import Context
from shared.database.locks import lock_table
from shared.errors import Refusal
from shared.events.base import Payload

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Register(Generic[Thing]):
    """How things of one kind are kept."""

    table: Table
    """Locked as a whole before things are added or changed."""
    load: Callable[[Connection, Collection[str]], dict[str, Thing]]
    """The things under these keys, by key."""
    save: Callable[[Connection, Collection[Thing]], None]
    key: Callable[[Thing], str]
    subject: Callable[[Thing], str]
    """The subject of events about it."""
    region: Callable[[Thing], str]
    """Where it lies."""


@dataclass
class Loaded(Generic[Thing]):
    """Some things of a register while a batch is decided: the next item sees what one changed."""

    context: Context
    register: Register[Thing]
    known: dict[str, Thing]
    touched: dict[str, Thing] = field(default_factory=dict)

    def get(self, key: str) -> Thing | None:
        """The thing under a key, wherever it lies."""
        return self.known.get(key)

    def require_own(self, key: str, name: str) -> Thing:
        """The thing that the field `name` names; one outside the caller's area is unknown too."""
        one = self.known.get(key)
        if one is None or not self.context.may_act_in(self.register.region(one)):
            raise Refusal("NOT_FOUND", name)
        return one

    def keep(self, one: Thing, payloads: Iterable[Payload]) -> Facts:
        """Keep a thing after its decision, and give the facts; without any it was so before."""
        found = facts(self.register.subject(one), payloads)
        if found:
            self.add(one)
        return found

    def add(self, one: Thing) -> None:
        """Keep a thing that is to be saved."""
        key = self.register.key(one)
        self.known[key] = self.touched[key] = one

    def save(self) -> None:
        """Write what was kept."""
        self.register.save(self.context.connection, self.touched.values())


def for_change(context: Context, register: Register[Thing], keys: Collection[str]) -> Loaded[Thing]:
    """Load things of a register that this batch alone may add to or change.

    The lock comes first: two writers that read before they lock would both add the same key.
    """
    lock_table(context.connection, register.table)
    return for_reading(context, register, keys)


def for_reading(
    context: Context, register: Register[Thing], keys: Collection[str]
) -> Loaded[Thing]:
    """Load things of a register that this batch names and does not change."""
    return Loaded(context, register, register.load(context.connection, keys))
