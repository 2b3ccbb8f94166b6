"""The service whose desk it is, and an account of it at work: on a page, or in the background."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from shared.application.context import Context, Keys
from shared.application.reporting.records import Records
from shared.desk.accounts import Account
from shared.desk.openid import Provider
from shared.messages import Language, phrase
from shared.outbox.table import Origin
from shared.security.tokens import Grant


@dataclass(frozen=True)
class Host:
    """The service whose desk it is; `request.app.state.desk`."""

    service: str
    agency: str
    origin: Origin
    keys: Keys
    proxy_in_front: bool = False
    """Whether a proxy sets X-Forwarded-For; else anybody could set it."""
    provider: Provider | None = None
    """Whose accounts may sign in as well."""
    draft_days: int = 30
    """After so many days a draft ends."""
    day_first: bool = False
    """Whether the office writes day before month, also in files that do not prove it."""

    title: str = ""
    """The phrase that names the desk; the service's own name without it."""
    records: Records = field(default_factory=dict)
    """Where the records of each list that the service reports lie."""

    def named(self, language: Language) -> str:
        """What the desk is called."""
        return phrase(self.title).of(language) if self.title else self.service

    def cookie(self, name: str) -> str:
        """A cookie's name: ports of one machine share their cookies, services must not."""
        return f"lintas-{self.service}-{name}"


@dataclass(frozen=True)
class Officer:
    """An account that does something now, with what it may do and where."""

    host: Host
    engine: Engine
    account: Account
    now: datetime
    ends: datetime
    """Until when it may."""

    @property
    def grant(self) -> Grant:
        """What this person may do, and where."""
        return self.account.grant(self.host.agency, self.ends)

    @property
    def office(self) -> str:
        """Whose drafts this person works on."""
        return self.account.office

    @property
    def login(self) -> str:
        """The name of the account."""
        return self.account.login

    def context(self, connection: Connection) -> Context:
        """What a use case works with: the same as behind the HTTP interface."""
        host = self.host
        return Context(connection, self.grant, self.now, host.origin, host.keys, host.records)
