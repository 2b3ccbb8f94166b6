"""Signing in: with a passphrase, once with a link, or by word of a provider."""

import logging
from datetime import datetime

from sqlalchemy import Engine

from shared.database.engine import snapshot, transaction
from shared.desk import accounts, attempts, passphrases, sessions
from shared.desk.attempts import Caller
from shared.errors import Refusal
from shared.security.encryption import ColumnCipher

log = logging.getLogger("lintas.desk")


def with_passphrase(
    engine: Engine, cipher: ColumnCipher, login: str, passphrase: str, address: str, now: datetime
) -> str:
    """Begin a session; returns its cookie's value.

    An account that does not exist, is disabled or has no passphrase takes the time of a wrong one.

    Raises:
        Refusal: SIGN_IN_LIMIT (429), SIGN_IN_FAILED (403).
    """
    caller = Caller.of(cipher, login, address)
    with transaction(engine) as connection:
        number = attempts.admit(connection, caller, now)
    with snapshot(engine) as connection:
        found = accounts.by_login(connection, login)
    kept = found.passphrase if found and not found.disabled else None
    if not passphrases.fits(passphrase, kept) or found is None:
        log.warning("sign-in failed: address %s", caller.shown)
        raise Refusal("SIGN_IN_FAILED")
    with transaction(engine) as connection:
        attempts.succeed(connection, number)
        value = sessions.begin(connection, found, now)
    log.info("signed in: %s, address %s", found.login, caller.shown)
    return value


def with_link(
    engine: Engine, cipher: ColumnCipher, secret: str, passphrase: str, address: str, now: datetime
) -> str:
    """Begin a session with a one-time link, and set a passphrase unless it is empty.

    Raises:
        Refusal: SIGN_IN_LIMIT (429), LINK_ENDED (403), PASSPHRASE_LENGTH (422; the link stays good).
    """
    caller = Caller.of(cipher, secret, address)
    hashed = passphrases.hashed(passphrase) if passphrase else None
    with transaction(engine) as connection:
        number = attempts.admit(connection, caller, now)
    with transaction(engine) as connection:
        found = accounts.take_link(connection, secret, now)
        if found is None:
            log.warning("link refused: address %s", caller.shown)
            raise Refusal("LINK_ENDED")
        if hashed:
            accounts.set_passphrase(connection, found.id, hashed)
        attempts.succeed(connection, number)
        value = sessions.begin(connection, found, now)
    log.info("signed in by link: %s, address %s", found.login, caller.shown)
    return value


def with_provider(
    engine: Engine, cipher: ColumnCipher, login: str, address: str, now: datetime
) -> str:
    """Begin a session for the account whose name a provider vouches for.

    Raises:
        Refusal: SIGN_IN_LIMIT (429); OPENID_NO_ACCOUNT (403), the desk has none of this name.
    """
    caller = Caller.of(cipher, login, address)
    with transaction(engine) as connection:
        number = attempts.admit(connection, caller, now)
    with transaction(engine) as connection:
        found = accounts.by_login(connection, login)
        if found is None or found.disabled:
            log.warning("no account for who came from the provider: address %s", caller.shown)
            raise Refusal("OPENID_NO_ACCOUNT")
        attempts.succeed(connection, number)
        value = sessions.begin(connection, found, now)
    log.info("signed in by provider: %s, address %s", found.login, caller.shown)
    return value
