"""How a client proves to the broker who it is, and knows that it is the broker.

Read again for every client that is opened, so that a new password works without a restart.
"""

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faststream.security import BaseSecurity, SASLPlaintext, SASLScram512

PLAINTEXT, ENCRYPTED = "PLAINTEXT", ("SSL", "SASL_SSL")
_OTHERS = 0o077


class PasswordUnfit(OSError):
    """The password's file is empty or can be read by others."""


@dataclass(frozen=True)
class Access:
    """Protocol, name, and where password and authority are found."""

    protocol: str = PLAINTEXT
    mechanism: str = "SCRAM-SHA-512"
    user: str = ""
    password_file: Path | None = None
    ca_file: Path | None = None
    """The authority that signed the broker's certificate; the system's own when None."""

    @property
    def doubt(self) -> str:
        """What else silence may mean: a broker does not answer whom it refuses."""
        return f"; it does not say so when it refuses user {self.user}" if self.user else ""

    def options(self) -> dict[str, Any]:
        """Arguments for the clients of aiokafka and kafka-python.

        Raises:
            OSError: a file cannot be read, or must not be used.
        """
        if self.protocol == PLAINTEXT:
            return {}
        given: dict[str, Any] = {"security_protocol": self.protocol}
        if self.protocol in ENCRYPTED:
            given["ssl_context"] = self._context()
        if self.protocol.startswith("SASL"):
            given |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self._password(),
            }
        return given

    def security(self) -> BaseSecurity | None:
        """The same for FastStream.

        Raises:
            OSError: as for `options`.
        """
        encrypted = self.protocol in ENCRYPTED
        context = self._context() if encrypted else None
        if not self.protocol.startswith("SASL"):
            return BaseSecurity(ssl_context=context, use_ssl=True) if encrypted else None
        kind = SASLPlaintext if self.mechanism == "PLAIN" else SASLScram512
        return kind(self.user, self._password(), ssl_context=context, use_ssl=encrypted)

    def _context(self) -> ssl.SSLContext:
        """Chain and host name are checked."""
        return ssl.create_default_context(cafile=self.ca_file and str(self.ca_file))

    def _password(self) -> str:
        path = self.password_file
        if path is None:
            raise PasswordUnfit("no file of a password is named")
        if path.stat().st_mode & _OTHERS:
            raise PasswordUnfit(f"{path}: others can read it; run: chmod 600 {path}")
        password = path.read_text(encoding="utf-8").rstrip("\r\n")
        if not password:
            raise PasswordUnfit(f"{path}: empty; it must hold the password of {self.user}")
        return password


OPEN = Access()
"""A broker that asks nobody: on one machine only."""
