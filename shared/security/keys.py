"""The key directory: made once by `lintas keys init`, read at every start, weak keys refused.

    DIR/pseudonym.key           `k1:<base64 of 32 random bytes>`, shared by the owners of identities
    DIR/trust.json              public keys: {"<key id>": {"source": urn, "public_key": base64}}
    DIR/<service>/signing.pem   Ed25519, PKCS#8
    DIR/<service>/column.key    `c1:<base64 of 32 random bytes>`
    DIR/<service>/tokens.json   who may call, see shared.security.tokens

A secret in the environment takes the place of its file: LINTAS_PSEUDONYM_KEY,
LINTAS_<SERVICE>_COLUMN_KEY, LINTAS_<SERVICE>_SIGNING_KEY.
"""

import base64
import binascii
import json
import logging
import os
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from shared.security.encryption import ColumnCipher
from shared.security.identity import Pseudonymiser
from shared.wire.signatures import Signer, Trust, TrustedKey, key_id_of

log = logging.getLogger("lintas.keys")
TRUST_SECONDS = 1.0
"""Between two looks at the list of trusted keys."""
KEY_BYTES = 32
_MIN_DIFFERENT_BYTES = 12
"""Of 32 random bytes about 30 differ; fewer than this never happens by chance."""
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
_DEFAULT_WORDS = (
    b"changeme",
    b"change-me",
    b"default",
    b"secret",
    b"password",
    b"example",
    b"lintas",
)


class WeakKey(Exception):
    """A key that must not be used; the message names the remedy and never the key."""


def init_keys(directory: Path, services: Iterable[str]) -> None:
    """Make every key of a new installation, readable by their owner alone.

    Raises:
        FileExistsError: a key directory is there already; nothing was changed.
    """
    directory = Path(directory)
    if directory.exists() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} holds keys already; they are never overwritten")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    _write(directory / "pseudonym.key", _new_key("k1"))
    trust = dict(_init_service(directory / service, service) for service in services)
    _write(directory / "trust.json", _trust_text(trust))


def add_service_keys(directory: Path, service: str) -> None:
    """Make the keys of one more service in a key directory, and trust its signing key.

    Raises:
        FileExistsError: the service has keys already; nothing was changed.
        WeakKey: the directory holds no list of trusted keys.
    """
    trust = Path(directory) / "trust.json"
    _read_trust(trust)
    if (Path(directory) / service).exists():
        raise FileExistsError(f"{directory} holds keys of {service}; they are never overwritten")
    key_id, entry = _init_service(Path(directory) / service, service)
    _give(Path(directory) / service, trust.stat())
    entries = json.loads(trust.read_text("utf-8")) | {key_id: entry}
    # in place, for a container that mounts this one file keeps the old one when it is replaced
    trust.write_text(_trust_text(entries), "utf-8")


def load_pseudonymiser(
    directory: Path | None = None, environ: Mapping[str, str] | None = None
) -> Pseudonymiser:
    """The pseudonymiser, from LINTAS_PSEUDONYM_KEY or the directory.

    Raises:
        WeakKey: missing, badly written, too short, guessable, or readable by others.
    """
    text = _secret(directory, "pseudonym.key", "LINTAS_PSEUDONYM_KEY", environ)
    return Pseudonymiser(*_parse(text, "pseudonym key"))


def load_cipher(
    directory: Path | None, service: str, environ: Mapping[str, str] | None = None
) -> ColumnCipher:
    """The cipher of a service's personal columns.

    Raises:
        WeakKey: as for `load_pseudonymiser`.
    """
    variable = f"LINTAS_{service.upper()}_COLUMN_KEY"
    text = _secret(directory, f"{service}/column.key", variable, environ)
    key = _parse(text, f"column key of {service}")[1]
    if len(key) != KEY_BYTES:
        raise WeakKey(f"column key of {service}: must have exactly {KEY_BYTES} bytes; {_REMEDY}")
    return ColumnCipher(key)


def load_signer(
    directory: Path | None, service: str, environ: Mapping[str, str] | None = None
) -> Signer:
    """The signer of a service's events.

    Raises:
        WeakKey: missing, not an Ed25519 key in PKCS#8, or readable by others.
    """
    variable = f"LINTAS_{service.upper()}_SIGNING_KEY"
    text = _secret(directory, f"{service}/signing.pem", variable, environ)
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise WeakKey(f"signing key of {service}: not an Ed25519 key in PKCS#8 PEM; {_REMEDY}")
    return Signer(key_id_of(key.public_key()), key)


def load_trust(directory: Path) -> Trust:
    """The public keys that are believed, read again when their file changes.

    Raises:
        WeakKey: missing, badly written, or an id that is not its key's.
    """
    return TrustFile(Path(directory) / "trust.json")


def load_client_secret(path: Path) -> str:
    """The secret that an OpenID Connect provider gave this installation.

    Raises:
        WeakKey: missing, empty, or readable by others.
    """
    secret = _read_private(path, "write the secret of LINTAS_OPENID_CLIENT there")
    if not secret:
        raise WeakKey(f"{path}: empty; write the secret of LINTAS_OPENID_CLIENT there")
    return secret


class TrustFile(Trust):
    """The public keys in a file, which is read again when it changes.

    A changed file that cannot be read is logged, and the keys known before are believed further:
    it may be half written, and a quarantined event would be worse than a key known too long.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._seen = path, _stamp(path)
        self._look_again = time.monotonic() + TRUST_SECONDS
        super().__init__(_read_trust(path))

    def public_keys(self) -> dict[str, tuple[str, bytes]]:
        """Every trusted key, as the file has them now."""
        self._refresh()
        return super().public_keys()

    def _key(self, key_id: str) -> TrustedKey:
        if time.monotonic() >= self._look_again or key_id not in self._keys:
            self._refresh()
        return super()._key(key_id)

    def _refresh(self) -> None:
        self._look_again = time.monotonic() + TRUST_SECONDS
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return
        try:
            self._keys = _read_trust(self._path)
        except WeakKey as error:
            log.error("%s; the keys known before are believed further", error)  # noqa: TRY400
        else:
            log.info("%s was read again: %d keys", self._path.name, len(self._keys))
        self._seen = stamp


def _read_trust(path: Path) -> dict[str, TrustedKey]:
    try:
        entries = json.loads(path.read_text("utf-8"))
        return {name: _trusted(name, entry) for name, entry in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        cause = type(error).__name__
        raise WeakKey(
            f"{path}: not a list of trusted keys ({cause}); copy it from the operator"
        ) from None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


_REMEDY = "make a new one with `lintas keys init`"


def _init_service(directory: Path, service: str) -> tuple[str, dict[str, str]]:
    directory.mkdir(mode=0o700)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write(directory / "signing.pem", pem.decode())
    _write(directory / "column.key", _new_key("c1"))
    _write(directory / "tokens.json", '{"tokens": {}}\n')
    public = key.public_key()
    raw = base64.b64encode(public.public_bytes_raw()).decode()
    return key_id_of(public), {"source": f"urn:lintas:{service}", "public_key": raw}


def _trust_text(entries: Mapping[str, Mapping[str, str]]) -> str:
    return json.dumps(entries, indent=2, sort_keys=True) + "\n"


def _give(folder: Path, owner: os.stat_result) -> None:
    """Root gives new keys to whom the old ones belong: services do not run as root."""
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner.st_uid, owner.st_gid)


def _new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"


def _write(path: Path, text: str) -> None:
    """Never readable by others, not even for a moment; never over an existing file."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _secret(
    directory: Path | None, name: str, variable: str, environ: Mapping[str, str] | None
) -> str:
    given = (os.environ if environ is None else environ).get(variable, "").strip()
    if given:
        return given
    if directory is None:
        raise WeakKey(f"{variable} is not set and there is no key directory; {_REMEDY}")
    return _read_private(Path(directory) / name, f"run `lintas keys init` or set {variable}")


def _read_private(path: Path, remedy: str) -> str:
    try:
        mode = path.stat().st_mode
        if mode & 0o077:
            raise WeakKey(
                f"{path}: others can read it (mode {mode & 0o777:o}); run: chmod 600 {path}"
            )
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        cause = type(error).__name__
        raise WeakKey(f"{path}: cannot be read ({cause}); {remedy}") from None


def _parse(text: str, what: str) -> tuple[str, bytes]:
    """Key id and key of `<id>:<base64>`."""
    key_id, colon, encoded = text.partition(":")
    if any(word in text.lower().encode() for word in _DEFAULT_WORDS):
        raise WeakKey(f"{what}: a default or guessable text; {_REMEDY}")
    try:
        key = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        colon = ""
    if not colon or not _KEY_ID.fullmatch(key_id):
        raise WeakKey(f"{what}: must be written as <id>:<base64>; {_REMEDY}")
    _require_strong(key, what)
    return key_id, key


def _require_strong(key: bytes, what: str) -> None:
    if len(key) < KEY_BYTES:
        raise WeakKey(f"{what}: {len(key)} bytes, at least {KEY_BYTES} are needed; {_REMEDY}")
    guessable = any(word in key.lower() for word in _DEFAULT_WORDS)
    if guessable or len(set(key)) < _MIN_DIFFERENT_BYTES:
        raise WeakKey(f"{what}: not random; {_REMEDY}")


def _trusted(key_id: str, entry: Mapping[str, str]) -> TrustedKey:
    raw = base64.b64decode(entry["public_key"], validate=True)
    public = Ed25519PublicKey.from_public_bytes(raw)
    if key_id_of(public) != key_id:
        raise ValueError("an id that is not its key's")
    return TrustedKey(str(entry["source"]), public)
