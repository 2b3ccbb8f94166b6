"""Encrypt single values before they are stored: AES-256-GCM, a random nonce for each value."""

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class Undecipherable(Exception):
    """The bytes were not written with this key, or were altered."""


class ColumnCipher:
    """Encrypts a column's values: one version byte, nonce, ciphertext with tag."""

    __slots__ = ("_aead", "_mac_key")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a column key has exactly {KEY_BYTES} bytes")
        self._aead = AESGCM(key)
        self._mac_key = hmac.digest(key, b"lintas: digests of contents that are not kept", "sha256")

    def mac(self, content: bytes) -> bytes:
        """A keyed digest (HMAC-SHA-256): the same bytes give the same, and nobody can guess them back."""
        return hmac.digest(self._mac_key, content, "sha256")

    def encrypt(self, text: str) -> bytes:
        """Encrypt a text; the same text gives other bytes each time."""
        return self.encrypt_bytes(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        """The text again.

        Raises:
            Undecipherable: another key, or altered bytes.
        """
        return self.decrypt_bytes(sealed).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """Encrypt bytes; the same bytes give other bytes each time."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._aead.encrypt(nonce, content, _VERSION)

    def decrypt_bytes(self, sealed: bytes) -> bytes:
        """The bytes again.

        Raises:
            Undecipherable: another key, or altered bytes.
        """
        sealed = bytes(sealed)
        if len(sealed) < 1 + _NONCE_BYTES + _TAG_BYTES or sealed[:1] != _VERSION:
            raise Undecipherable("not a value of this cipher")
        nonce, content = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._aead.decrypt(nonce, content, _VERSION)
        except InvalidTag:
            raise Undecipherable("another key, or altered bytes") from None
