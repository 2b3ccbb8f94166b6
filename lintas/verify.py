"""Checking a release from outside: signature, hashes, and that its files say the same."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from services.monitoring import CARD
from services.monitoring.release.figures import figures_csv, figures_json, read_figures
from services.monitoring.release.manifest import BadManifest, check_manifest, sha256
from shared.wire.signatures import Trust

FILES = ("figures.json", "figures.csv")
Fetch = Callable[[str], bytes]
"""Gives the bytes of one file of a release: `manifest.json`, `figures.json`, `figures.csv`."""


class ReleaseDoesNotHold(Exception):
    """The files are signed, but do not agree with each other or with the release before."""


@dataclass(frozen=True)
class Checked:
    """What was found to hold."""

    number: int
    until: str
    rows: int
    sha256: str
    """Hash of `figures.json`; it is also in the event `release.published`."""
    manifest_sha256: str
    """The next release names it as `previous`."""


def verify_release(fetch: Fetch, trust: Trust, previous: bytes | None = None) -> Checked:
    """Check one release; with the manifest of the one before, also that they follow each other.

    Raises:
        shared.wire.signatures.BadProof: the manifest is not signed by a trusted key.
        BadManifest: signed by another source, or a file is not the one that was signed.
        ReleaseDoesNotHold: the files contradict each other, or the chain is broken.
    """
    manifest = fetch("manifest.json")
    files = {name: fetch(name) for name in FILES}
    content = check_manifest(manifest, files, trust, CARD.source)
    others = {name: fetch(name) for name in content["files"] if name not in FILES}
    check_manifest(manifest, others, trust, CARD.source)
    if missing := set(FILES) - set(content["files"]):
        raise BadManifest(
            "HASH_MISMATCH", f"the manifest does not name {', '.join(sorted(missing))}"
        )
    rows = _agree(content, files["figures.json"], files["figures.csv"])
    if previous is not None and content["previous"] != sha256(previous):
        raise ReleaseDoesNotHold("the manifest names another release as the one before")
    return Checked(
        number=content["number"],
        until=content["until"],
        rows=rows,
        sha256=sha256(files["figures.json"]),
        manifest_sha256=sha256(manifest),
    )


def _agree(content: dict[str, Any], figures: bytes, table: bytes) -> int:
    """The number of rows, if manifest, JSON and CSV tell the same."""
    until, rows = read_figures(figures)
    if until != content["until"]:
        raise ReleaseDoesNotHold("figures.json ends with another month than the manifest")
    if figures_json(until, rows) != figures:
        raise ReleaseDoesNotHold("figures.json is not in its canonical form")
    if figures_csv(rows) != table:
        lines = sum(1 for _ in csv.reader(io.StringIO(table.decode()))) - 1
        raise ReleaseDoesNotHold(
            f"figures.csv ({lines} rows) says something else than figures.json"
        )
    counted = Counter(row.status for row in rows)
    if {**dict.fromkeys(content["rows"], 0), **counted} != content["rows"]:
        raise ReleaseDoesNotHold("the manifest counts other rows than the files have")
    return len(rows)
