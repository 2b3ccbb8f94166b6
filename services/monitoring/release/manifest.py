"""The manifest of a release: what it was made from, the hashes of its bytes, and a signature."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.monitoring.release.figure import Row, Status
from services.monitoring.release.figures import canonical
from shared.wire.signatures import Signer, Trust

FORMAT = "lintas-manifest/2"
FORMATS = ("lintas-manifest/1", FORMAT)
"""The first named exact sequences as `watermarks`; releases that have it stay as they are."""


STATUSES: tuple[Status, ...] = ("published", "hidden", "not_reported", "not_applicable")
PURPOSE = "manifest"
"""What is signed is `lintas-manifest-v1:` and the canonical JSON without `signature`."""


@dataclass(frozen=True)
class Origin:
    """What the figures of a release were made from."""

    number: int
    until: str
    recorded_until: Mapping[str, str]
    """Source -> day on which the last of its events in the figures was recorded."""
    definitions: Mapping[str, str]
    """Indicator -> hash of its definition."""
    previous: str | None
    """SHA-256 of the manifest before, none for the first."""
    reason: str = "UNPLANNED"
    cause: str | None = None
    """Why the cut was taken, where no calendar planned it."""
    commitment: str = ""
    """Salted hash over the exact figures; auditors are given the salt."""
    vector: str | None = None
    """Salted hash of the cut's vector; the event of the cut opens it. None: the cut has no salt."""


class BadManifest(Exception):
    """The manifest does not hold; `code` is MANIFEST_FORMAT, MANIFEST_SIGNER or HASH_MISMATCH."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


def sha256(body: bytes) -> str:
    """Hash in lower-case hexadecimal digits."""
    return hashlib.sha256(body).hexdigest()


def write_manifest(
    origin: Origin, files: Mapping[str, bytes], rows: Iterable[Row], signer: Signer
) -> bytes:
    """The manifest as canonical JSON, signed over the same JSON without `signature`."""
    counted = Counter(row.status for row in rows)
    content: dict[str, Any] = {
        "format": FORMAT,
        "number": origin.number,
        "until": origin.until,
        "files": {name: sha256(body) for name, body in files.items()},
        "rows": {status: counted[status] for status in STATUSES},
        "recorded_until": dict(origin.recorded_until),
        "vector": {"sha256": origin.vector},
        "definitions": dict(origin.definitions),
        "previous": origin.previous,
        "reason": origin.reason,
        "cause": origin.cause,
        "commitment": origin.commitment,
    }
    signed = base64.b64encode(signer.sign(PURPOSE, canonical(content))).decode()
    return canonical({**content, "signature": {"key": signer.key_id, "ed25519": signed}})


def check_manifest(
    manifest: bytes, files: Mapping[str, bytes], trust: Trust, source: str
) -> dict[str, Any]:
    """The content of a manifest whose signature and hashes hold.

    Raises:
        BadManifest: not a manifest, signed by another source, or a file is not what it names.
        shared.wire.signatures.BadProof: the key is unknown or the signature is wrong.
    """
    content, key_id, signature = _split(manifest)
    signed_by = trust.check(key_id, PURPOSE, canonical(content), signature)
    if signed_by != source:
        raise BadManifest("MANIFEST_SIGNER", f"signed by {signed_by}, expected {source}")
    for name, digest in content["files"].items():
        if name in files and sha256(files[name]) != digest:
            raise BadManifest("HASH_MISMATCH", f"{name} is not the file that was signed")
    return content


def _split(manifest: bytes) -> tuple[dict[str, Any], str, bytes]:
    try:
        content: dict[str, Any] = json.loads(manifest)
        signature = content.pop("signature")
        key_id, raw = str(signature["key"]), base64.b64decode(signature["ed25519"], validate=True)
        understood = content["format"] in FORMATS and isinstance(content["files"], dict)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadManifest("MANIFEST_FORMAT", f"not {' or '.join(FORMATS)}") from None
    if not understood:
        raise BadManifest("MANIFEST_FORMAT", f"not {' or '.join(FORMATS)}")
    return content, key_id, raw
