"""Stored personal values: unreadable without the key, and any change is noticed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.security.encryption import ColumnCipher, Undecipherable

CIPHER = ColumnCipher(bytes(range(32)))


@given(st.text())
def test_what_was_encrypted_comes_back(text: str) -> None:
    """Any text."""
    assert CIPHER.decrypt(CIPHER.encrypt(text)) == text


@given(st.binary(), st.integers(min_value=0))
def test_any_flipped_bit_is_noticed(content: bytes, bit: int) -> None:
    """Version, nonce, content and tag."""
    sealed = bytearray(CIPHER.encrypt_bytes(content))
    bit %= len(sealed) * 8
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(Undecipherable):
        CIPHER.decrypt_bytes(bytes(sealed))


def test_the_same_text_is_never_stored_alike() -> None:
    """Equal values cannot be found by comparing columns."""
    assert len({CIPHER.encrypt("Siti") for _ in range(100)}) == 100


def test_the_text_is_not_in_what_is_stored() -> None:
    """Neither whole nor in part."""
    sealed = CIPHER.encrypt("3509301703850001")
    assert b"3509" not in sealed
    assert sealed[:1] == b"\x01"


def test_another_key_reads_nothing() -> None:
    """And says so."""
    with pytest.raises(Undecipherable):
        ColumnCipher(bytes(range(1, 33))).decrypt(CIPHER.encrypt("Siti"))


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x01" + bytes(27), bytes(100)])
def test_bytes_of_another_origin_are_refused(content: bytes) -> None:
    """Too short, or another version."""
    with pytest.raises(Undecipherable):
        CIPHER.decrypt_bytes(content)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_exactly_32_bytes(length: int) -> None:
    """Nothing weaker is accepted in silence."""
    with pytest.raises(ValueError, match="32"):
        ColumnCipher(bytes(length))
