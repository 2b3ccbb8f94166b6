"""A service's HTTP door over its real tables, keys and tokens, for the tests of any ministry."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, MetaData
from starlette.datastructures import State

from shared.application.context import Keys
from shared.database.engine import SHARED_METADATA, open_engine, snapshot
from shared.events.days import places
from shared.events.envelope import Event, with_sequence
from shared.events.reading import parse
from shared.http.app import create_api
from shared.observability.health import Health
from shared.outbox.archive import everything
from shared.security.keys import init_keys, load_cipher, load_pseudonymiser
from shared.security.tokens import TokenBook, issue
from tests import parts

Routers = Callable[[Keys], Sequence[APIRouter]]
ANYONE = "all"
"""Name of the token that covers every area."""
NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


@dataclass
class Door:
    """A client of one service with tokens for everywhere and for Jember alone."""

    client: TestClient
    engine: Engine
    tokens: dict[str, str]
    _keys: Any = field(default_factory=lambda: count(1))

    def post(
        self, path: str, body: Any, *, token: str = ANYONE, key: str | None = None
    ) -> Response:
        """Post JSON with a fresh Idempotency-Key unless one is given."""
        headers = self.bearer(token) | {"Idempotency-Key": key or f"key-{next(self._keys)}"}
        answer: Response = self.client.post(path, json=body, headers=headers)
        return answer

    def items(self, path: str, *items: Any, token: str = ANYONE) -> list[dict[str, Any]]:
        """Post items and give their results."""
        answer = self.post(path, {"items": list(items)}, token=token)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["results"])

    def upload(self, path: str, text: str, *, token: str = ANYONE) -> list[dict[str, Any]]:
        """Post a CSV file and give the lines of the answer."""
        headers = self.bearer(token) | {"Content-Type": "text/csv"}
        answer = self.client.post(path, content=text.encode(), headers=headers)
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def get(self, path: str, *, token: str = ANYONE) -> Response:
        """Read."""
        answer: Response = self.client.get(path, headers=self.bearer(token))
        return answer

    def bearer(self, token: str) -> dict[str, str]:
        """The header that shows a token."""
        return {"Authorization": f"Bearer {self.tokens[token]}"}

    def events(self) -> list[Event]:
        """Every event that was staged, in order."""
        with snapshot(self.engine) as connection:
            return [parse(with_sequence(one.body, 1)) for one in everything(connection)]


def codes(results: Sequence[dict[str, Any]]) -> list[str]:
    """Status of each result, or the code of its refusal."""
    return [result.get("code", result["status"]) for result in results]


def make_keys(directory: Path, service: str) -> dict[str, str]:
    """Keys and tokens: `all` everywhere, `jember` for 35.09, `reader` without writing.

    Those of a service are made once in a process; each directory is a copy of its own.
    """
    made, tokens = _keys_of(service)
    shutil.copytree(made, directory)
    return dict(tokens)


@cache
def _keys_of(service: str) -> tuple[Path, dict[str, str]]:
    directory = Path(tempfile.mkdtemp(prefix="lintas-test-keys-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    init_keys(directory, [service])
    path = directory / service / "tokens.json"
    both = [f"{service}:write", f"{service}:read"]
    wanted: dict[str, tuple[list[str], list[str]]] = {
        "all": (both, ["*"]),
        "jember": (both, ["35.09"]),
        "reader": (both[1:], ["*"]),
    }
    end = NOW + timedelta(days=30)
    return directory, {
        name: issue(path, name=name, agency="TRAINING", scopes=scopes, areas=areas, expires=end)
        for name, (scopes, areas) in wanted.items()
    }


def open_keys(directory: Path, service: str) -> Keys:
    """The keys that a service's use cases need, from a key directory."""
    return Keys(load_pseudonymiser(directory, {}), load_cipher(directory, service, {}))


def open_door(tmp_path: Path, service: str, metadata: MetaData, routers: Routers) -> Door:
    """The doors of a service on a fresh database."""
    engine = open_engine(parts.current().fresh_database())
    metadata.create_all(engine)
    SHARED_METADATA.create_all(engine)
    return door_on(engine, tmp_path, service, routers)


def door_on(engine: Engine, tmp_path: Path, service: str, routers: Routers) -> Door:
    """The doors of a service at a fixed moment, on a database with its tables."""
    keys = tmp_path / "keys"
    tokens = make_keys(keys, service)
    api = copy(_api(service, routers))
    api.state = State()
    api.state.engine, api.state.tokens = engine, TokenBook(keys / service / "tokens.json")
    api.state.health, api.state.clock, api.state.day_first = Health(), lambda: NOW, False
    return Door(TestClient(api, raise_server_exceptions=False), engine, tokens)


@cache
def _api(service: str, routers: Routers) -> FastAPI:
    """The application of which every door is a copy with a state of its own: most of a door's time."""
    keys, _ = _keys_of(service)
    book = TokenBook(keys / service / "tokens.json")
    api = create_api(service, open_engine("sqlite://"), book, Health())
    for router in routers(open_keys(keys, service)):
        api.include_router(router)
    return api


def untimely_corrections(door: Door) -> set[tuple[str, str, str]]:
    """Try to move every day of every event to 1206 and to 2999: type, field and code of each."""
    found, before = set(), door.events()
    for event in before:
        data = event.data.model_dump(mode="json")
        for place in places(type(event.data)):
            for day in ("1206-06-01", "2999-01-01") if place.is_day else ():
                wrong = {"replacement": data | {place.field: day}}
                request = {"event_id": str(event.id), "reason": "DATA_ENTRY"} | wrong
                answer = door.post("/v1/corrections", request)
                assert answer.status_code == 422, answer.text
                found.add(
                    (
                        event.type.split(".", 2)[2],
                        answer.json()["field"],
                        day[:4] + " " + answer.json()["code"],
                    )
                )
    assert door.events() == before
    return found


def refused_days(*fields: tuple[str, str]) -> set[tuple[str, str, str]]:
    """What `untimely_corrections` gives for these types and fields."""
    codes = ("1206 DATE_IMPLAUSIBLE", "2999 TIME_FUTURE")
    return {(kind, f"replacement.{field}", code) for kind, field in fields for code in codes}
