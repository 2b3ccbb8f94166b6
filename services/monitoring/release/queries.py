"""Reading what was published: the use cases behind the feeds and the page."""

import json
from typing import Any

from sqlalchemy import Engine

from services.monitoring.release import store
from services.monitoring.release.manifest import sha256
from services.monitoring.release.store import Mark, Release
from shared.database.engine import snapshot
from shared.errors import Refusal


def find_release(engine: Engine, number: int | None = None) -> Release:
    """One release by number, or the latest; refused when there is none."""
    with snapshot(engine) as connection:
        found = store.latest(connection) if number is None else store.numbered(connection, number)
    if found is None:
        raise Refusal("NOT_FOUND.release")
    return found


def latest_mark(engine: Engine) -> Mark | None:
    """Which release is the latest, without its bytes."""
    with snapshot(engine) as connection:
        return store.latest_mark(connection)


def list_releases(engine: Engine) -> list[dict[str, Any]]:
    """The newest releases first: number, last month, hashes and addresses."""
    with snapshot(engine) as connection:
        return [summary(*row) for row in store.manifests(connection)]


def summary(number: int, until: str, manifest: bytes) -> dict[str, Any]:
    """One release in a list."""
    content = json.loads(manifest)
    return {
        "number": number,
        "until": until,
        "files": {
            f"/v1/releases/{number}/{name}": digest
            for name, digest in {**content["files"], "manifest.json": sha256(manifest)}.items()
        },
        "rows": content["rows"],
        "recorded_until": content.get("recorded_until", {}),
    }
