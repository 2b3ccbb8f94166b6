"""Proofs of origin: the tree is RFC 6962's, and nothing altered is ever believed."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.wire.signatures import (
    BadProof,
    Signer,
    Trust,
    TrustedKey,
    inclusion_paths,
    key_id_of,
    leaf_hash,
    root_from,
    tree_levels,
)

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The inputs of Certificate Transparency's published test vectors."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PATH_OF_FIRST_OF_EIGHT = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]
SOURCE = "urn:lintas:test"


def signer_of(seed: bytes) -> tuple[Signer, dict[str, TrustedKey]]:
    """A signer from a fixed seed, and the trust entry for it."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    key_id = key_id_of(private.public_key())
    return Signer(key_id, private), {key_id: TrustedKey(SOURCE, private.public_key())}


SIGNER, KEYS = signer_of(b"a" * 32)
TRUST = Trust(KEYS)


def refusal(value: bytes, proof: bytes | None, trust: Trust = TRUST) -> str:
    """The code with which a pair is refused."""
    with pytest.raises(BadProof) as caught:
        trust.verify(value, proof)
    return caught.value.code


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    """Eight trees of Certificate Transparency's test vectors."""
    assert tree_levels(LEAVES[:size])[-1][0].hex() == ROOTS[size - 1]


def test_the_path_of_a_leaf_is_that_of_the_published_vectors() -> None:
    """First leaf of eight."""
    path = inclusion_paths(tree_levels(LEAVES))[0]
    assert path.hex() == "".join(PATH_OF_FIRST_OF_EIGHT)


def test_a_leaf_without_sibling_skips_levels() -> None:
    """Last leaf of five: its path is the root of the first four alone."""
    path = inclusion_paths(tree_levels(LEAVES[:5]))[4]
    assert path.hex() == ROOTS[3]


def test_a_leaf_is_never_a_node() -> None:
    """The prefix keeps a value of 64 bytes from passing as two hashes."""
    left, right = leaf_hash(b"l"), leaf_hash(b"r")
    assert tree_levels([b"l", b"r"])[-1][0] != leaf_hash(left + right)


@given(size=st.integers(1, 70), data=st.data())
def test_every_event_of_a_batch_of_any_size_is_proven(size: int, data: st.DataObject) -> None:
    """Each value with its own header names the source."""
    values = [b"%d" % number for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    assert TRUST.verify(values[index], SIGNER.prove(values)[index]) == SOURCE


def test_a_full_batch_has_nine_siblings() -> None:
    """The size that the page promises."""
    values = [b"%d" % number for number in range(512)]
    proofs = SIGNER.prove(values)
    assert {len(proof) for proof in proofs} == {81 + 9 * 32}
    assert all(TRUST.verify(*pair) == SOURCE for pair in zip(values, proofs, strict=True))


def test_a_batch_of_one_is_a_plain_signature() -> None:
    """No path."""
    (proof,) = SIGNER.prove([b"alone"])
    assert len(proof) == 81
    assert TRUST.verify(b"alone", proof) == SOURCE


def test_no_values_have_no_proofs() -> None:
    """An empty batch is not signed."""
    assert SIGNER.prove([]) == []


VALUES = [f'{{"n":{number}}}'.encode() for number in range(13)]
PROOFS = SIGNER.prove(VALUES)


@given(which=st.integers(0, 12), bit=st.integers(0, 8 * 400))
def test_every_flipped_bit_of_a_proof_is_refused(which: int, bit: int) -> None:
    """Also with the true root in the cache."""
    TRUST.verify(VALUES[which], PROOFS[which])
    altered = bytearray(PROOFS[which])
    bit %= len(altered) * 8
    altered[bit // 8] ^= 1 << bit % 8
    assert refusal(VALUES[which], bytes(altered)) in {
        "PROOF_FORMAT",
        "KEY_UNKNOWN",
        "PROOF_INVALID",
    }


def test_every_single_bit_of_one_event_and_its_proof_counts() -> None:
    """Not a sample: each bit of the value and of the header is flipped once."""
    value, proof = VALUES[12], PROOFS[12]
    for place in range(len(value) * 8):
        altered = bytearray(value)
        altered[place // 8] ^= 1 << place % 8
        assert refusal(bytes(altered), proof) == "PROOF_INVALID"
    for place in range(len(proof) * 8):
        altered = bytearray(proof)
        altered[place // 8] ^= 1 << place % 8
        refusal(value, bytes(altered))


@given(which=st.integers(0, 12), cut=st.integers(1, 300))
def test_a_shortened_or_lengthened_proof_is_refused(which: int, cut: int) -> None:
    """Neither missing nor surplus bytes pass."""
    proof = PROOFS[which]
    assert refusal(VALUES[which], proof[:-cut]) in {"PROOF_FORMAT", "PROOF_MISSING"}
    assert refusal(VALUES[which], proof + b"x" * cut) == "PROOF_FORMAT"


@given(st.binary(max_size=500))
def test_random_bytes_are_refused_with_a_code(proof: bytes) -> None:
    """Nothing but BadProof comes out."""
    assert refusal(b"value", proof).startswith(("PROOF_", "KEY_"))


def test_a_proof_belongs_to_one_event_of_the_batch() -> None:
    """Headers exchanged between two genuine events are refused."""
    assert refusal(VALUES[0], PROOFS[1]) == "PROOF_INVALID"


@pytest.mark.parametrize("nothing", [None, b""])
def test_a_missing_proof_is_named_as_such(nothing: bytes | None) -> None:
    """Unsigned is not the same as wrongly signed."""
    assert refusal(b"value", nothing) == "PROOF_MISSING"


def test_an_unknown_key_is_named_as_such() -> None:
    """A stranger's genuine signature is still a stranger's."""
    stranger, _ = signer_of(b"b" * 32)
    assert refusal(b"value", stranger.prove([b"value"])[0]) == "KEY_UNKNOWN"


def test_a_key_cannot_pass_as_another() -> None:
    """A stranger who writes our key id into the header."""
    stranger, _ = signer_of(b"b" * 32)
    forged = bytearray(stranger.prove([b"value"])[0])
    forged[1:9] = bytes.fromhex(SIGNER.key_id)
    assert refusal(b"value", bytes(forged)) == "PROOF_INVALID"


def test_a_signature_for_another_purpose_proves_no_event() -> None:
    """The purpose is inside what is signed."""
    head = (1).to_bytes(4, "big") + leaf_hash(b"value")
    genuine = SIGNER.prove([b"value"])[0]
    other = genuine[:17] + SIGNER.sign("manifest", head) + genuine[81:]
    assert refusal(b"value", other) == "PROOF_INVALID"


def test_other_contents_can_be_signed_and_checked() -> None:
    """A manifest, for instance; one changed byte is refused."""
    signature = SIGNER.sign("manifest", b"content")
    assert TRUST.check(SIGNER.key_id, "manifest", b"content", signature) == SOURCE
    with pytest.raises(BadProof, match="PROOF_INVALID"):
        TRUST.check(SIGNER.key_id, "manifest", b"content!", signature)


@given(which=st.integers(0, 12), bit=st.integers(0, 8 * 230 - 1), order=st.permutations(range(13)))
def test_the_verdict_does_not_depend_on_what_was_proven_before(
    which: int, bit: int, order: list[int]
) -> None:
    """An altered path is refused alike by one who knows the whole tree, a part of it, or nothing."""
    altered = bytearray(PROOFS[which])
    altered[bit // 8 % len(altered)] ^= 1 << bit % 8
    verdicts = set()
    for known in (0, 3, 13):
        trust = Trust(KEYS)
        for other in order[:known]:
            assert trust.verify(VALUES[other], PROOFS[other]) == SOURCE
        with pytest.raises(BadProof) as refused:
            trust.verify(VALUES[which], bytes(altered))
        verdicts.add(refused.value.code)
    assert len(verdicts) == 1


@given(data=st.data())
def test_a_batch_gets_the_verdict_of_each_of_its_values(data: st.DataObject) -> None:
    """Two trees mixed and repeated, a few proofs altered, cut or exchanged: nobody helps another."""
    other = [b"other %d" % number for number in range(data.draw(st.integers(1, 9)))]
    genuine = [*zip(VALUES, PROOFS, strict=True), *zip(other, SIGNER.prove(other), strict=True)]
    pairs = data.draw(st.lists(st.sampled_from(genuine), min_size=1, max_size=40))
    for at in data.draw(st.sets(st.integers(0, len(pairs) - 1), max_size=6)):
        value, proof = pairs[at]
        bit = data.draw(st.integers(0, 8 * len(proof) - 1))
        altered = bytearray(proof)
        altered[bit // 8] ^= 1 << bit % 8
        strange = [bytes(altered), proof[: bit // 8], proof + bytes(32), genuine[0][1], b""]
        pairs[at] = (value, data.draw(st.sampled_from(strange)))
    alone = [source_alone(value, proof) for value, proof in pairs]
    trust = Trust(KEYS)
    assert trust.verify_all(pairs) == alone
    assert trust.verify_all(pairs) == alone


def source_alone(value: bytes, proof: bytes) -> str | None:
    """The verdict of one who has seen nothing before."""
    try:
        return Trust(KEYS).verify(value, proof)
    except BadProof:
        return None


def test_the_memory_of_trees_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More batches than it holds: it stays within its bound and everything is still right."""
    monkeypatch.setattr("shared.wire.signatures._TREES_KEPT", 3)
    trust = Trust(KEYS)
    for number in range(10):
        value = b"%d" % number
        assert trust.verify(value, SIGNER.prove([value])[0]) == SOURCE
    assert len(trust._trees) == 3


def test_a_path_that_does_not_fit_the_tree_leads_nowhere() -> None:
    """Too short and too long."""
    path = inclusion_paths(tree_levels(LEAVES))[3]
    assert root_from(LEAVES[3], 3, 8, path) == bytes.fromhex(ROOTS[7])
    assert root_from(LEAVES[3], 3, 8, path[:-32]) is None
    assert root_from(LEAVES[3], 3, 8, path + bytes(32)) is None
