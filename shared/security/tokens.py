"""Who may call a service: opaque random tokens, of which only the SHA-256 is kept.

tokens.json: {"tokens": {"<sha256>": {"name", "agency", "scopes", "areas", "expires", "subject"?}}}
"""

import json
import logging
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fcntl import LOCK_EX, flock
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

log = logging.getLogger("lintas.tokens")

ANYWHERE = "*"
ID_DIGITS = 16


@dataclass(frozen=True)
class Grant:
    """What the bearer of a token may do, and for which regions."""

    name: str
    agency: str
    scopes: frozenset[str]
    areas: tuple[str, ...]
    expires: datetime
    subject: str = ""
    """For whose own work alone it is, the id that events give this person; empty: the office's."""

    @property
    def for_office(self) -> bool:
        """Whether it is for the work of an office, not for one person's own alone."""
        return not self.subject

    def allows(self, scope: str) -> bool:
        """Whether the token has this scope."""
        return scope in self.scopes

    def may_act_in(self, region_code: str) -> bool:
        """Whether a region lies in one of the token's areas: that of `35.09` may act in `35.09.30`."""
        areas = self.areas
        return ANYWHERE in areas or region_code in areas or region_code.startswith(self._around)

    @cached_property
    def _around(self) -> tuple[str, ...]:
        """How the code of what lies in one of the areas begins."""
        return tuple(f"{area}." for area in self.areas)


class TokenBook:
    """The tokens of one file, read again when it changes. An unreadable file admits nobody."""

    def __init__(self, path: Path) -> None:
        self._path = Path(path)
        self._stamp: tuple[int, ...] | None = None
        self._grants: dict[str, Grant] = {}
        self._lock = Lock()

    def find(self, token: str, now: datetime) -> Grant | None:
        """The grant of a token that is known and not expired."""
        with self._lock:
            self._refresh()
            grant = self._grants.get(_digest(token))
        return grant if grant is not None and now < grant.expires else None

    def first_end(self, now: datetime) -> float:
        """When the first of the valid tokens ends, Unix time; 0: none is valid."""
        with self._lock:
            self._refresh()
            ends = [grant.expires for grant in self._grants.values() if grant.expires > now]
        return min(ends).timestamp() if ends else 0.0

    def _refresh(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        try:
            self._grants = _read(self._path) if stamp else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            cause = type(error).__name__
            log.error(  # noqa: TRY400  a trace would say no more
                "%s: no list of tokens (%s); nobody is admitted", self._path.name, cause
            )
            self._grants = {}
        self._stamp = stamp


def issue(
    path: Path,
    *,
    name: str,
    agency: str,
    scopes: Sequence[str],
    areas: Sequence[str],
    expires: datetime,
    subject: str = "",
) -> str:
    """Make a token, keep its digest in the file, and return it: it cannot be shown again.

    Raises:
        ValueError: no agency, no scope, no area, or an end without a zone.
    """
    if not agency or not scopes or not areas or expires.tzinfo is None:
        raise ValueError("a token needs an agency, scopes, areas and an end in UTC")
    token = f"lintas_{secrets.token_urlsafe(32)}"
    entry = {
        "name": name,
        "agency": agency,
        "scopes": sorted(scopes),
        "areas": sorted(areas),
        "expires": expires.isoformat(),
        **({"subject": subject} if subject else {}),
    }
    with _changing(Path(path)) as tokens:
        tokens[_digest(token)] = entry
    return token


def issued(path: Path) -> dict[str, Grant]:
    """Every token of the file by its id, the beginning of its digest: enough to name it, not to use it.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no list of tokens; the message names it.
    """
    try:
        return {digest[:ID_DIGITS]: grant for digest, grant in _read(path).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_list(path, error) from None


def revoke(path: Path, name: str = "", *, id: str = "") -> int:
    """Remove the token of this id, or every token of this name; returns how many there were."""
    with _changing(Path(path)) as tokens:
        gone = [
            digest
            for digest, entry in tokens.items()
            if (name and entry["name"] == name) or (id and digest[:ID_DIGITS] == id)
        ]
        for digest in gone:
            del tokens[digest]
    return len(gone)


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _stamp(path: Path) -> tuple[int, ...] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _read(path: Path) -> dict[str, Grant]:
    content = json.loads(path.read_text("utf-8"))
    return {digest: _grant(entry) for digest, entry in content["tokens"].items()}


def _grant(entry: Mapping[str, Any]) -> Grant:
    expires = datetime.fromisoformat(entry["expires"])
    lists = isinstance(entry["scopes"], list) and isinstance(entry["areas"], list)
    if expires.tzinfo is None or not lists:
        raise ValueError("scopes and areas are lists, expires has a zone")
    return Grant(
        str(entry["name"]),
        str(entry["agency"]),
        frozenset(entry["scopes"]),
        tuple(entry["areas"]),
        expires,
        str(entry.get("subject", "")),
    )


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, Any]]:
    """The tokens, to be changed: one writer at a time, readers see the old file or the new one."""
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(handle, LOCK_EX)
        tokens = _entries(path) if path.exists() else {}
        yield tokens
        _replace(path, json.dumps({"tokens": tokens}, indent=2, sort_keys=True) + "\n")
    finally:
        os.close(handle)


def _entries(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8"))["tokens"])
    except (ValueError, KeyError, TypeError) as error:
        raise _no_list(path, error) from None


def _no_list(path: Path, error: Exception) -> ValueError:
    return ValueError(f"{path}: no list of tokens ({type(error).__name__}); nothing was changed")


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        _keep_owner(handle, path)
        file.write(text)
        file.flush()
        os.fsync(handle)
    fresh.replace(path)


def _keep_owner(handle: int, path: Path) -> None:
    """The service must be able to read what the superuser has changed."""
    if os.geteuid() == 0 and path.exists():
        before = path.stat()
        os.fchown(handle, before.st_uid, before.st_gid)
