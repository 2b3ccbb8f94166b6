"""What a browser keeps while its person is at the provider: sealed, so that nobody can make one."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from shared.errors import Refusal
from shared.security.encryption import ColumnCipher, Undecipherable

LIFE = timedelta(minutes=10)


@dataclass(frozen=True)
class Begun:
    """A sign-in that has begun; each of its values is good for this one."""

    state: str
    """Comes back in the address: it was this browser that asked."""
    nonce: str
    """Comes back in the token: the token was made for this sign-in."""
    verifier: str
    """Its digest goes ahead (PKCE): who steals the code cannot exchange it."""
    since: str
    """When it began, ISO 8601."""

    @classmethod
    def at(cls, now: datetime) -> "Begun":
        """A new one."""
        return cls(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), now.isoformat())

    def sealed(self, cipher: ColumnCipher) -> str:
        """The value of the cookie."""
        return urlsafe_b64encode(cipher.encrypt(json.dumps(asdict(self)))).decode()

    @classmethod
    def opened(cls, cipher: ColumnCipher, cookie: str, now: datetime) -> "Begun":
        """The sign-in of a cookie.

        Raises:
            Refusal: OPENID_ENDED (403), there is none, it is not ours, or it began too long ago.
        """
        try:
            begun = cls(**json.loads(cipher.decrypt(urlsafe_b64decode(cookie))))
            if timedelta() <= now - datetime.fromisoformat(begun.since) < LIFE:
                return begun
        except (ValueError, TypeError, Undecipherable):
            pass  # as if there were none: it says nothing about why
        raise Refusal("OPENID_ENDED")
