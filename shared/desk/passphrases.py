"""Passphrases: Argon2id, and the same work for an account that does not exist."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Refusal

LEAST, MOST = 12, 200
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""19 MiB, two passes: OWASP's recommendation, so that sixteen requests at once need 304 MiB."""


def hashed(passphrase: str) -> str:
    """The Argon2id hash of a new passphrase.

    Raises:
        Refusal: PASSPHRASE_LENGTH, fewer than 12 or more than 200 characters.
    """
    if not LEAST <= len(passphrase) <= MOST:
        raise Refusal("PASSPHRASE_LENGTH", "passphrase", limit=LEAST, most=MOST)
    return _HASHER.hash(_bytes(passphrase))


def fits(passphrase: str, kept: str | None) -> bool:
    """Whether this is the passphrase; without a hash the work is the same and the answer no."""
    try:
        return _HASHER.verify(kept or _nobodys(), _bytes(passphrase[:MOST])) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _HASHER.hash(b"the passphrase of no account")


def _bytes(passphrase: str) -> bytes:
    return passphrase.encode("utf-8", "surrogatepass")
