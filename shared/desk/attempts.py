"""Limits of signing in, by account and by address; for every process of the service together."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address

from sqlalchemy import Connection, delete, func, insert, select, update

from shared.database.locks import lock_table
from shared.desk.tables import attempt
from shared.errors import Refusal
from shared.security.encryption import ColumnCipher

WINDOW = timedelta(minutes=15)
OF_ACCOUNT, OF_ADDRESS = 5, 30
"""Failures within the window; a whole office may have one address."""
log = logging.getLogger("lintas.desk")


@dataclass(frozen=True)
class Caller:
    """Who tries, as digests that a key is needed for, and the beginning of the address for the log."""

    account: bytes
    address: bytes
    shown: str

    @classmethod
    def of(cls, cipher: ColumnCipher, login: str, address: str) -> "Caller":
        """The caller with this account and this address."""
        mac = cipher.mac
        return cls(
            mac(b"login " + login.encode("utf-8", "surrogatepass")),
            mac(b"address " + address.encode()),
            shown_address(address),
        )


def admit(connection: Connection, caller: Caller, now: datetime) -> int:
    """Note an attempt as failed, before it is decided: so that many at once count as well.

    Returns its number, for `succeed`.

    Raises:
        Refusal: 429 SIGN_IN_LIMIT.
    """
    lock_table(connection, attempt)
    connection.execute(delete(attempt).where(attempt.c.moment < now - WINDOW))
    for column, value, most in (
        (attempt.c.account, caller.account, OF_ACCOUNT),
        (attempt.c.address, caller.address, OF_ADDRESS),
    ):
        query = select(func.count()).where(column == value, attempt.c.failed)
        if connection.execute(query).scalar_one() >= most:
            log.warning("sign-in refused: too many failures, address %s", caller.shown)
            raise Refusal("SIGN_IN_LIMIT", limit=int(WINDOW.total_seconds() // 60))
    row = {"account": caller.account, "address": caller.address, "moment": now, "failed": True}
    made = connection.execute(insert(attempt).values(**row).returning(attempt.c.id))
    return int(made.scalar_one())


def succeed(connection: Connection, number: int) -> None:
    """The attempt did not fail."""
    connection.execute(update(attempt).where(attempt.c.id == number).values(failed=False))


def shown_address(address: str) -> str:
    """The beginning of an address, for the log: its network, not the person's connection."""
    try:
        known = ip_address(address)
    except ValueError:
        return "-"
    parts = known.exploded.split("." if known.version == 4 else ":")  # noqa: PLR2004 - IPv4
    return f"{'.'.join(parts[:2])}.*" if known.version == 4 else f"{':'.join(parts[:2])}:*"  # noqa: PLR2004
