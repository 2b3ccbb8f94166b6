"""The examples of the contract with one thing wrong, and keys that sign any bytes for any topic."""

import copy
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.events.examples import EXAMPLES
from shared.events.topics import TOPICS
from shared.wire.signatures import Signer, Trust, TrustedKey, key_id_of

ALL = [example for examples in EXAMPLES.values() for example in examples]
NAMES = {topic.name: topic for topic in TOPICS}
SIGNERS: dict[str, Signer] = {}
TRUSTED: dict[str, TrustedKey] = {}
for number, topic in enumerate(TOPICS):
    private = Ed25519PrivateKey.from_private_bytes(bytes([number + 1]) * 32)
    key_id = key_id_of(private.public_key())
    SIGNERS[topic.name] = Signer(key_id, private)
    TRUSTED[key_id] = TrustedKey(topic.owner, private.public_key())
TRUST = Trust(TRUSTED)

UUID_TEXT = "0199e000-0000-7000-8000-000000000a01"
ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 5, 1.0, 1.5, 10**6, 2**70, "", "x", "1", "true", "2", [], {}, [1],
    "NOT_A_VALUE", "PKH", "01", "35", "35.09", "35.09.30", "35.09.30.2009", "99.99", "99.99.99",
    "99.99.99.9999", "2026-02-28", "2026-02-30", "2026-2-3", "20260203", "1699920000", 1699920000,
    "2026-01-01T00:00:00", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z", "2026-01-01 00:00:00Z",
    "2026-01-01t00:00:00z", "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00+00:00",
    "2026-01-01T00:00:00+0000", "2026-01-01T07:00:00+07:00", "2026-13-01T00:00:00Z", "0000-01-01",
    "1206-06-01", "2199-01-01", "1206-06-01T00:00:00Z", "2199-01-01T00:00:00Z",
    UUID_TEXT, UUID_TEXT.upper(), UUID_TEXT.replace("-", ""), f"urn:uuid:{UUID_TEXT}",
    f"{{{UUID_TEXT}}}", "3509900101900001", "k1." + "a" * 52, "k1." + "A" * 52, "1.0", "0.3",
    "urn:lintas:beneficiary", "urn:lintas:Beneficiary", "id.lintas.family.enrolled.v1",
    "id.lintas.family.enrolled.v99", "id.lintas.session.held.v1", "id.lintas.fact.corrected.v1",
    "text/xml", "application/json", "application/json; charset=utf-8",
    "urn:lintas:schema:family.enrolled.v1", "urn:lintas:schema:group.formed.v1",
    "urn:lintas:agreement:none:9#x", "urn:lintas:agreement:none",
    "urn:lintas:agreement:social-affairs-cooperatives:1#data-exchange",
    "urn:lintas:agreement:social-affairs-industry:1#training-and-guidance",
    "00-" + "0" * 32 + "-" + "1" * 16 + "-01", "ff-" + "1" * 32 + "-" + "1" * 16 + "-01",
    "00-" + "A" * 32 + "-" + "1" * 16 + "-01", "00-" + "1" * 32 + "-" + "1" * 16 + "-00",
    "0" * 19, "1" * 19, "9" * 19, "1" * 20, "\u0661" * 19, "0" * 18 + "7",
)  # fmt: skip
"""Put in the place of every value, whatever it is."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def at(root: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for name in path:
        root = root[name]
    return root


def with_value(event: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The document with another value there."""
    changed = copy.deepcopy(event)
    at(changed, path[:-1])[path[-1]] = value
    return changed


def damaged(event: dict[str, Any]) -> Iterator[tuple[tuple[Any, ...], dict[str, Any]]]:
    """A document with one change: dropped, retyped, out of range, another word, something added."""
    for path in places(event):
        before = at(event, path)
        yield from ((path, with_value(event, path, value)) for value in ODD)
        if isinstance(before, str):
            for text in (before + "\n", " " + before, before.upper(), before + "x", before[:-1]):
                yield path, with_value(event, path, text)
        if isinstance(before, list):
            yield path, with_value(event, path, before * 201)
        changed = copy.deepcopy(event)
        del at(changed, path[:-1])[path[-1]]
        yield path, changed
    for path in [(), *(p for p in places(event) if isinstance(at(event, p), dict))]:
        for name, value in (("added", "x"), ("tracestate", 1), ("more", {"a": [None]})):
            yield (*path, name), with_value(event, (*path, name), value)
