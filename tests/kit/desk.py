"""A service's desk over real tables and keys, with accounts, for tests of any ministry."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, MetaData

from shared.database.engine import SHARED_METADATA, open_engine, transaction
from shared.desk import accounts, passphrases
from shared.desk.accounts import Account, Role
from shared.desk.desk import Desk, mount
from shared.desk.host import Host
from shared.desk.worker import DraftWorker
from shared.http.app import create_api
from shared.ids import new_uuid7
from shared.observability.health import Health
from shared.security.tokens import TokenBook
from shared.service.card import Card
from tests import parts
from tests.kit.door import NOW, make_keys, open_keys

PASSPHRASE = "empat kata yang panjang"
_FORM_KEY = re.compile(r'name="form_key" value="([^"]+)"')


@dataclass
class Clock:
    """A moment that a test moves."""

    moment: datetime = NOW

    def __call__(self) -> datetime:
        return self.moment

    def pass_by(self, **time: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


@dataclass
class DeskDoor:
    """A desk and its accounts."""

    api: FastAPI
    engine: Engine
    host: Host
    worker: DraftWorker
    clock: Clock = field(default_factory=Clock)

    def work(self) -> None:
        """Do what waits in the background."""
        while self.worker.turn():
            pass

    def account(
        self,
        login: str = "siti",
        *,
        office: str = "dinkop",
        role: Role = Role.OFFICER,
        areas: Sequence[str] = ("35.09",),
        name: str = "Siti Contoh",
        subject: str = "",
    ) -> Account:
        """Make an account with the passphrase of the tests."""
        scopes = tuple(f"{self.host.service}:{verb}" for verb in role.verbs)
        sealed, known = self.host.keys.cipher.encrypt(name), passphrases.hashed(PASSPHRASE)
        one = Account(
            new_uuid7(NOW), login, sealed, office, role, scopes, tuple(areas), subject, known
        )
        with transaction(self.engine) as connection:
            accounts.add(connection, one)
        return one

    def browser(self) -> "Browser":
        """A browser that has not been here."""
        client = TestClient(self.api, "http://127.0.0.1", raise_server_exceptions=False)
        return Browser(client)


@dataclass
class Browser:
    """A browser with its cookies; it fills the key of a form in, as a form does."""

    client: TestClient
    form_key: str = ""

    def open(self, path: str, *, follow: bool = True) -> Response:
        """Open a page."""
        return self._seen(self.client.get(path, follow_redirects=follow))

    def send(
        self, path: str, *, follow: bool = True, headers: Any = None, **fields: str
    ) -> Response:
        """Send a form of the page that was opened last."""
        content = {"form_key": self.form_key} | fields
        answer = self.client.post(path, data=content, follow_redirects=follow, headers=headers)
        return self._seen(answer)

    def fill(self, path: str, fields: Mapping[str, str]) -> Response:
        """Send a form of the page that was opened last, whatever its fields are called."""
        content = {"form_key": self.form_key, **fields}
        return self._seen(self.client.post(path, data=content, follow_redirects=True))

    def upload(
        self, path: str, content: bytes, name: str = "daftar.csv", *, follow: bool = True
    ) -> Response:
        """Send a file by the form of the page that was opened last."""
        files = {"form_key": (None, self.form_key), "file": (name, content)}
        return self._seen(self.client.post(path, files=files, follow_redirects=follow))

    def sign_in(self, login: str = "siti", passphrase: str = PASSPHRASE) -> Response:
        """Sign in, from the page of the sign-in."""
        self.open("/desk/sign-in")
        return self.send("/desk/sign-in", login=login, passphrase=passphrase)

    def _seen(self, answer: Response) -> Response:
        if found := _FORM_KEY.search(answer.text):
            self.form_key = found.group(1)
        return answer


def open_desk(
    tmp_path: Path, card: Card, metadata: MetaData, desk: Desk, *, database: str = ""
) -> DeskDoor:
    """The desk of a service on a fresh database, of a kind that a test may name."""
    engine, clock = open_engine(parts.current().fresh_database(database)), Clock()
    metadata.create_all(engine)
    SHARED_METADATA.create_all(engine)
    make_keys(tmp_path / "keys", card.name)
    book = TokenBook(tmp_path / "keys" / card.name / "tokens.json")
    host = Host(card.name, card.agency, card.origin, open_keys(tmp_path / "keys", card.name))
    api = create_api(card.name, engine, book, Health(), now=clock)
    mount(api, host, desk)
    return DeskDoor(api, engine, host, DraftWorker(engine, host, desk.lists, "1", now=clock), clock)
