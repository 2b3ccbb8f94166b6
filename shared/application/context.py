"""What every use case works with, as its first argument: `hold_sessions(context, items)`."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from shared.application.reporting.records import Records
from shared.events.days import jakarta_day
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

    @property
    def today(self) -> date:
        """The date in Jakarta."""
        return jakarta_day(self.now)

    def may_act_in(self, region: str) -> bool:
        """Whether the caller may act for a region."""
        return self.grant.may_act_in(region)

    def person(self, national_id: NationalId) -> str:
        """The pseudonym of a person."""
        return self.keys.pseudonymiser.person(national_id)

    def family(self, number: str) -> str:
        """The pseudonym of a family."""
        return self.keys.pseudonymiser.family(number)
