"""What every use case works with, as its first argument: `hold_sessions(context, items)`."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Connection

from shared.application.reporting.records import Records
from shared.csv.choices import name_of
from shared.events.days import jakarta_day
from shared.http.batches import Change, Shown
from shared.messages import Words
from shared.outbox.table import Origin
from shared.regions import Regions
from shared.security.encryption import ColumnCipher
from shared.security.identity import NationalId, Pseudonymiser
from shared.security.tokens import Grant


@dataclass(frozen=True)
class Keys:
    """What a service keeps secret: the key of pseudonyms, and that of its sealed columns."""

    pseudonymiser: Pseudonymiser
    cipher: ColumnCipher


@dataclass(frozen=True)
class Context:
    """One transaction: who asks, when, and what the answer needs besides the items.

    Whoever opened the transaction commits it; a use case never does.
    """

    connection: Connection
    grant: Grant
    now: datetime
    origin: Origin
    """Under which name, topic and agreement its events are staged."""
    keys: Keys
    records: Records = field(default_factory=dict)
    """Where the records of each list that the service reports lie."""
    regions: Regions = field(default_factory=Regions.load)
    noted: list[Change] = field(default_factory=list)
    """What the item that is decided now changes; `decide_batch` empties it for each."""

    @property
    def today(self) -> date:
        """The date in Jakarta."""
        return jakarta_day(self.now)

    def may_act_in(self, region: str) -> bool:
        """Whether the caller may act for a region."""
        return self.grant.may_act_in(region)

    def note(self, name: str, before: Shown, after: Shown) -> None:
        """Note that the item makes this of a value that was recorded; nothing when it stays so."""
        if before != after:
            self.noted.append(Change(name, _shown(before), _shown(after)))

    def person(self, national_id: NationalId) -> str:
        """The pseudonym of a person."""
        return self.keys.pseudonymiser.person(national_id)

    def family(self, number: str) -> str:
        """The pseudonym of a family."""
        return self.keys.pseudonymiser.family(number)


def _shown(value: Shown) -> Shown:
    """A code by its words, whatever else as it is."""
    return Words(name_of(value)) if isinstance(value, StrEnum) else value
