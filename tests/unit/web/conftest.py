"""A sample API on a file database, and a client that knows a token."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from shared.http.operations import operations_api
from shared.observability.health import Health
from tests.kit.sample_api import NOW, open_database, sample_api, sample_tokens


@dataclass
class SampleClient:
    """A client with the writer's token; `post` adds an Idempotency-Key."""

    client: TestClient
    operations: TestClient
    """Its health and metrics, on a port of their own."""
    engine: Engine
    health: Health
    writer: str
    reader: str
    posts: int = 0

    def headers(self, **more: str) -> dict[str, str]:
        """The writer's headers and these."""
        return {"Authorization": f"Bearer {self.writer}"} | {
            name.replace("_", "-"): value for name, value in more.items()
        }

    def post(self, path: str, content: Any, key: str | None = None, **headers: str) -> Any:
        """Post JSON (or raw bytes as JSON) with a fresh key unless one is given."""
        self.posts += 1
        given = self.headers(
            Idempotency_Key=key or f"key-{self.posts}", Content_Type="application/json"
        )
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(content, (bytes, str)):
            return self.client.post(path, content=content, headers=given)
        return self.client.post(path, json=content, headers=given)

    def get(self, path: str, **headers: str) -> Any:
        """Get with the writer's token."""
        return self.client.get(path, headers=self.headers(**headers))

    def notes(self) -> int:
        """How many notes are stored."""
        return int(self.get("/v1/notes?limit=1000").json()["notes"])


@pytest.fixture
def sample(tmp_path: Path, fresh_database: str) -> Iterator[SampleClient]:
    """The sample API and its client."""
    engine = open_database(fresh_database)
    tokens, writer, reader = sample_tokens(tmp_path)
    health = Health()
    with TestClient(sample_api(engine, tokens, health), raise_server_exceptions=False) as client:
        operations = TestClient(operations_api("sample", health, now=lambda: NOW))
        yield SampleClient(client, operations, engine, health, writer, reader)
    engine.dispose()
