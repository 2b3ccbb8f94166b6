"""Proof of origin: one Ed25519 signature over a batch's Merkle root (RFC 6962), one header per event.

docs/proof.md describes the header's layout and how to check it by hand.
"""

import struct
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from threading import Lock

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HEADER = "lintas-proof"
PROOF_PURPOSE = "proof"
_LAYOUT = struct.Struct(">B8sII64s")
_LAYOUT_BYTES = _LAYOUT.size
_PARTS = struct.Struct(">9sI68s")
"""The same in three parts: only the index differs between the proofs of one tree."""
_INDEX_AT, _INDEX_END = 9, 13
_SIZE = struct.Struct(">I")
_VERSION = 1
_HASH_BYTES = 32
_KEY_ID_BYTES = 8
_TREES_KEPT = 96
"""A tree takes about 350 KB for a batch of 512; the events of one batch arrive from several partitions."""


class BadProof(Exception):
    """The origin of an event is not proven.

    `code` is PROOF_MISSING, PROOF_FORMAT, KEY_UNKNOWN or PROOF_INVALID.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def leaf_hash(value: bytes) -> bytes:
    """Hash of one value as a leaf of the tree."""
    return sha256(b"\x00" + value).digest()


def tree_levels(values: Sequence[bytes]) -> list[list[bytes]]:
    """The tree's levels from the leaves to the root; a node without a sibling moves up unchanged."""
    levels = [[leaf_hash(value) for value in values]]
    while len(below := levels[-1]) > 1:
        pairs = zip(islice(below, 0, None, 2), islice(below, 1, None, 2), strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        levels.append(above + below[len(above) * 2 :])
    return levels


def inclusion_paths(levels: Sequence[Sequence[bytes]]) -> list[bytes]:
    """For each leaf the siblings on its way to the root, one after the other."""
    paths = [b""]
    for level in reversed(levels[:-1]):
        last = len(level) - 1
        paths = [
            level[at ^ 1] + paths[at >> 1] if at ^ 1 <= last else paths[at >> 1]
            for at in range(len(level))
        ]
    return paths


def root_from(value: bytes, index: int, size: int, path: bytes) -> bytes | None:
    """Compute the root from a value and its path; None when the path does not fit the tree's size."""
    node, taken, last = leaf_hash(value), 0, size - 1
    while last:
        if index ^ 1 <= last:
            sibling = path[taken : taken + _HASH_BYTES]
            taken += _HASH_BYTES
            node = sha256(b"\x01" + (sibling + node if index & 1 else node + sibling)).digest()
        index >>= 1
        last >>= 1
    return node if taken == len(path) else None


def signed_message(purpose: str, content: bytes) -> bytes:
    """The signed bytes: they contain the purpose, so that a signature serves no other purpose."""
    return b"lintas-%s-v1:%s" % (purpose.encode(), content)


def key_id_of(public_key: Ed25519PublicKey) -> str:
    """A signing key's id: the first eight bytes of the SHA-256 of its raw public key, in hex."""
    return sha256(public_key.public_bytes_raw()).hexdigest()[: _KEY_ID_BYTES * 2]


class Signer:
    """Signs for one source."""

    def __init__(self, key_id: str, private_key: Ed25519PrivateKey) -> None:
        self.key_id = key_id
        self._raw_id = bytes.fromhex(key_id)
        if len(self._raw_id) != _KEY_ID_BYTES:
            raise ValueError("a key id has 16 hexadecimal digits, see key_id_of")
        self._private_key = private_key

    def sign(self, purpose: str, content: bytes) -> bytes:
        """An Ed25519 signature for one purpose, such as `manifest`."""
        return self._private_key.sign(signed_message(purpose, content))

    def prove(self, values: Sequence[bytes]) -> list[bytes]:
        """Return one `lintas-proof` header per value, in order; send exactly these values."""
        if not values:
            return []
        levels = tree_levels(values)
        signature = self.sign(PROOF_PURPOSE, _SIZE.pack(len(values)) + levels[-1][0])
        return _proofs(self._raw_id, signature, levels)

    def __repr__(self) -> str:
        return f"Signer({self.key_id})"


def seal_of(proof: bytes) -> bytes:
    """Key id and signature: what all proofs of a batch have in common."""
    _, raw_id, _, _, signature = _LAYOUT.unpack_from(proof)
    return bytes(raw_id + signature)


def prove_again(values: Sequence[bytes], seal: bytes) -> list[bytes]:
    """The proofs of a batch that was proven before, byte for byte, from its values and its seal."""
    return _proofs(seal[:_KEY_ID_BYTES], seal[_KEY_ID_BYTES:], tree_levels(values))


def _proofs(raw_id: bytes, signature: bytes, levels: Sequence[Sequence[bytes]]) -> list[bytes]:
    size = len(levels[0])
    return [
        _LAYOUT.pack(_VERSION, raw_id, index, size, signature) + path
        for index, path in enumerate(inclusion_paths(levels))
    ]


@dataclass(frozen=True)
class TrustedKey:
    """A public key and the one source that it belongs to."""

    source: str
    public_key: Ed25519PublicKey


class ProvenTree:
    """The known nodes of a batch's tree under a signed root.

    A path that leads to the root proves every node on it and every sibling in it. So we follow the
    next event's path only to the first known node; the rest of the path must equal the proven
    bytes, so that the verdict never depends on earlier events.

    The root is node 1; below node n lie the nodes 2n and 2n + 1.
    """

    def __init__(self, size: int, root: bytes) -> None:
        self.size = size
        self._first = 1 << (size - 1).bit_length()
        self._last = self._first + size - 1
        self._known = {1: root}
        """Node -> its hash followed by the path from it to the root."""

    def proves(self, leaf: bytes, index: int, path: bytes) -> bool:
        """Whether the tree has this leaf at this index below `size`, with this path."""
        at = self._first + index
        known = self._known.get(at)
        return self._climb(at, leaf, path) if known is None else known == leaf + path

    def _climb(self, at: int, node: bytes, path: bytes) -> bool:
        """Follow the path to the first known node; remember what lies below it, if it is right."""
        first, last = self._first, self._last
        known, climbed = None, {}
        while known is None:
            if at < first:  # a leaf's own entry would serve only the same event
                climbed[at] = node + path
            if at ^ 1 <= last:
                sibling, path = path[:_HASH_BYTES], path[_HASH_BYTES:]
                climbed[at ^ 1] = sibling + node + path
                pair = sibling + node if at & 1 else node + sibling
                node = sha256(b"\x01" + pair).digest()
            at, last = at >> 1, last >> 1
            known = self._known.get(at)
        if known != node + path:
            return False
        self._known.update(climbed)
        return True


class Trust:
    """The trusted keys, and a bounded cache of trees whose roots are signed."""

    def __init__(self, keys: Mapping[str, TrustedKey]) -> None:
        self._keys = dict(keys)
        self._trees: OrderedDict[bytes, ProvenTree] = OrderedDict()
        """By what the proofs of a tree have in common: key, size and signature."""
        self._lock = Lock()

    def verify(self, value: bytes, proof: bytes | None) -> str:
        """Return the source that the proof shows to be the origin of exactly these bytes.

        Raises:
            BadProof: no proof, not a proof, an unknown key, or not this value's proof.
        """
        if not proof:
            raise BadProof("PROOF_MISSING", "the record has no lintas-proof header")
        return self._prove(value, proof)[0]

    def verify_all(self, pairs: Iterable[tuple[bytes, bytes]]) -> list[str | None]:
        """The source of each value with its proof; None where `verify` has to say why not."""
        found: list[str | None] = []
        trees: dict[bytes, tuple[str, ProvenTree]] = {}
        """Those of these values: whether their keys are trusted is asked once."""
        for value, proof in pairs:
            source = None
            if len(proof) >= _LAYOUT_BYTES:
                head, index, tail = _PARTS.unpack_from(proof)
                known = trees.get(head + tail)
                if known is None:
                    with suppress(BadProof):
                        known = trees[head + tail] = self._prove(value, proof)
                        source = known[0]
                elif index < known[1].size and known[1].proves(
                    sha256(b"\x00" + value).digest(), index, proof[_LAYOUT_BYTES:]
                ):
                    source = known[0]
            found.append(source)
        return found

    def public_keys(self) -> dict[str, tuple[str, bytes]]:
        """Every trusted key by its id: the source that it belongs to, and its raw bytes."""
        return {
            key_id: (key.source, key.public_key.public_bytes_raw())
            for key_id, key in sorted(self._keys.items())
        }

    def _prove(self, value: bytes, proof: bytes) -> tuple[str, ProvenTree]:
        """The source of a value and the tree in which it is, which is now known."""
        key_id, index, size, signature, path = _read(proof)
        source = self._key(key_id).source
        name = proof[:_INDEX_AT] + proof[_INDEX_END:_LAYOUT_BYTES]
        with self._lock:
            tree = self._trees.get(name)
        if tree is not None and tree.proves(leaf_hash(value), index, path):
            return source, tree
        root = root_from(value, index, size, path)
        if root is None:
            raise BadProof("PROOF_FORMAT", "the path does not fit the tree's size")
        self.check(key_id, PROOF_PURPOSE, _SIZE.pack(size) + root, signature)
        tree = ProvenTree(size, root)
        self._remember(name, tree)
        return source, tree

    def check(self, key_id: str, purpose: str, content: bytes, signature: bytes) -> str:
        """Return the source of a signature over contents other than events.

        Raises:
            BadProof: KEY_UNKNOWN or PROOF_INVALID.
        """
        key = self._key(key_id)
        try:
            key.public_key.verify(signature, signed_message(purpose, content))
        except InvalidSignature:
            raise BadProof("PROOF_INVALID", f"not signed by {key.source}") from None
        return key.source

    def _key(self, key_id: str) -> TrustedKey:
        key = self._keys.get(key_id)
        if key is None:
            raise BadProof("KEY_UNKNOWN", f"no trusted key {key_id[:16]}")
        return key

    def _remember(self, name: bytes, tree: ProvenTree) -> None:
        with self._lock:
            self._trees[name] = tree
            if len(self._trees) > _TREES_KEPT:
                self._trees.popitem(last=False)


def _read(proof: bytes) -> tuple[str, int, int, bytes, bytes]:
    path = proof[_LAYOUT_BYTES:]
    if len(proof) < _LAYOUT_BYTES or len(path) % _HASH_BYTES:
        raise BadProof("PROOF_FORMAT", f"{len(proof)} bytes cannot be a proof")
    version, raw_id, index, size, signature = _LAYOUT.unpack_from(proof)
    if version != _VERSION or index >= size:
        raise BadProof("PROOF_FORMAT", f"version {version}, leaf {index} of {size}")
    return raw_id.hex(), index, size, signature, path
