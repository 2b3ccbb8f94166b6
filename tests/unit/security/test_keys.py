"""The key directory: made once, private, and weak keys are refused with a remedy."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from shared.security.identity import NationalId
from shared.security.keys import (
    TRUST_SECONDS,
    WeakKey,
    add_service_keys,
    init_keys,
    load_cipher,
    load_pseudonymiser,
    load_signer,
    load_trust,
)
from shared.wire.signatures import BadProof

NIK = NationalId.parse("3509301703850001")
SERVICES = ["beneficiary", "cooperative"]
STRONG = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A fresh key directory."""
    init_keys(tmp_path / "keys", SERVICES)
    return tmp_path / "keys"


def refused(load: Callable[[], object]) -> str:
    """The message with which a key is refused."""
    with pytest.raises(WeakKey) as caught:
        load()
    return str(caught.value)


def test_everything_made_can_be_loaded_and_works_together(keys: Path) -> None:
    """Two services: what one signs, the other believes."""
    signer, trust = load_signer(keys, "cooperative", {}), load_trust(keys)
    assert trust.verify(b"value", signer.prove([b"value"])[0]) == "urn:lintas:cooperative"
    cipher = load_cipher(keys, "beneficiary", {})
    assert cipher.decrypt(cipher.encrypt("Siti")) == "Siti"
    assert load_pseudonymiser(keys, {}).person(NIK).startswith("k1.")


def test_two_services_share_the_pseudonyms_only(keys: Path) -> None:
    """Columns and signatures are each service's own."""
    ours, theirs = (load_cipher(keys, service, {}) for service in SERVICES)
    with pytest.raises(Exception, match="another key"):
        theirs.decrypt(ours.encrypt("Siti"))
    assert load_signer(keys, SERVICES[0], {}).key_id != load_signer(keys, SERVICES[1], {}).key_id


def test_nobody_else_can_read_anything(keys: Path) -> None:
    """0700 for directories, 0600 for files."""
    for path in [keys, *keys.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path.name


def test_an_existing_directory_is_never_overwritten(keys: Path) -> None:
    """Lost keys cannot be had again."""
    before = {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()}
    with pytest.raises(FileExistsError):
        init_keys(keys, SERVICES)
    assert {path: path.read_bytes() for path in keys.rglob("*") if path.is_file()} == before


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    """Nothing is built in."""
    for name in ("a", "b"):
        init_keys(tmp_path / name, ["cooperative"])
    for file in ("pseudonym.key", "cooperative/column.key", "cooperative/signing.pem"):
        assert (tmp_path / "a" / file).read_text() != (tmp_path / "b" / file).read_text()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
@pytest.mark.parametrize(
    "file", ["pseudonym.key", "beneficiary/column.key", "beneficiary/signing.pem"]
)
def test_a_key_that_others_can_read_is_refused(keys: Path, file: str, mode: int) -> None:
    """The message is the remedy."""
    (keys / file).chmod(mode)
    loads: dict[str, Callable[[], object]] = {
        "pseudonym.key": lambda: load_pseudonymiser(keys, {}),
        "beneficiary/column.key": lambda: load_cipher(keys, "beneficiary", {}),
        "beneficiary/signing.pem": lambda: load_signer(keys, "beneficiary", {}),
    }
    assert "chmod 600" in refused(loads[file])


WEAK = {
    "short": "k1:" + base64.b64encode(bytes(range(31))).decode(),
    "empty": "k1:",
    "no id": STRONG,
    "bad id": f"K-1:{STRONG}",
    "not base64": "k1:*****",
    "one byte repeated": "k1:" + base64.b64encode(b"a" * 32).decode(),
    "a word repeated": "k1:" + base64.b64encode(b"abcd" * 8).decode(),
    "default as text": "k1:changemechangemechangemechangemechangemechange",
    "default in base64": "k1:" + base64.b64encode(b"changeme0123456789abcdefghijklmn").decode(),
    "password": "password",
}


@pytest.mark.parametrize("text", WEAK.values(), ids=WEAK.keys())
def test_weak_keys_are_refused_with_a_remedy(text: str) -> None:
    """From the environment too, and the key is not in the message."""
    message = refused(lambda: load_pseudonymiser(None, {"LINTAS_PSEUDONYM_KEY": text}))
    assert "lintas keys init" in message
    assert text not in message


def test_the_environment_takes_the_place_of_files(keys: Path) -> None:
    """For deployments that hold secrets elsewhere."""
    environ = {
        "LINTAS_PSEUDONYM_KEY": f"k9:{STRONG}",
        "LINTAS_BENEFICIARY_COLUMN_KEY": f"c9:{STRONG}",
        "LINTAS_BENEFICIARY_SIGNING_KEY": (keys / "beneficiary/signing.pem").read_text(),
    }
    assert load_pseudonymiser(None, environ).key_id == "k9"
    load_cipher(None, "beneficiary", environ)
    expected = load_signer(keys, "beneficiary", {}).key_id
    assert load_signer(None, "beneficiary", environ).key_id == expected


def test_a_missing_key_names_the_file_and_the_variable(tmp_path: Path) -> None:
    """What to do, at one look."""
    message = refused(lambda: load_cipher(tmp_path, "training", {}))
    assert "column.key" in message
    assert "LINTAS_TRAINING_COLUMN_KEY" in message


def test_a_column_key_of_another_length_is_refused() -> None:
    """AES-256 has one length."""
    long = "c1:" + base64.b64encode(bytes(range(40))).decode()
    environ = {"LINTAS_TRAINING_COLUMN_KEY": long}
    assert "exactly 32" in refused(lambda: load_cipher(None, "training", environ))


def test_a_signing_key_of_another_kind_is_refused() -> None:
    """RSA, or no key at all."""
    pem = generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    for text in (pem.decode(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"):
        environ = {"LINTAS_TRAINING_SIGNING_KEY": text}
        assert "Ed25519" in refused(lambda: load_signer(None, "training", environ))  # noqa: B023


@pytest.mark.parametrize("content", ["", "[]", '{"a": 1}', '{"00": {"source": "urn:x"}}'])
def test_a_broken_list_of_trusted_keys_is_refused(keys: Path, content: str) -> None:
    """Not half believed."""
    (keys / "trust.json").write_text(content)
    assert "trust.json" in refused(lambda: load_trust(keys))


def test_a_service_that_joins_is_trusted_by_those_that_run(keys: Path) -> None:
    """Without a restart, and the keys of the others stay as they are."""
    trust = load_trust(keys)
    old = load_signer(keys, "cooperative", {})
    add_service_keys(keys, "housing")
    new = load_signer(keys, "housing", {})
    assert trust.verify(b"value", new.prove([b"value"])[0]) == "urn:lintas:housing"
    assert trust.verify(b"value", old.prove([b"value"])[0]) == "urn:lintas:cooperative"
    assert {path.stat().st_mode & 0o777 for path in (keys / "housing").iterdir()} == {0o600}


def test_keys_of_a_service_are_never_overwritten(keys: Path) -> None:
    """A second `add` would leave events that nobody could check."""
    before = (keys / "trust.json").read_bytes(), (keys / "cooperative/signing.pem").read_bytes()
    with pytest.raises(FileExistsError, match="cooperative"):
        add_service_keys(keys, "cooperative")
    after = (keys / "trust.json").read_bytes(), (keys / "cooperative/signing.pem").read_bytes()
    assert before == after


def test_trust_that_is_withdrawn_ends_without_a_restart(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list is looked at again after a second."""
    trust, signer = load_trust(keys), load_signer(keys, "cooperative", {})
    proof = signer.prove([b"value"])[0]
    assert trust.verify(b"value", proof)
    entries = json.loads((keys / "trust.json").read_text())
    del entries[signer.key_id]
    (keys / "trust.json").write_text(json.dumps(entries))
    later = time.monotonic() + TRUST_SECONDS
    monkeypatch.setattr("time.monotonic", lambda: later)
    with pytest.raises(BadProof, match="KEY_UNKNOWN"):
        trust.verify(b"value", proof)


def test_a_list_that_is_half_written_leaves_the_known_keys(
    keys: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No event is quarantined because somebody is copying a file; when it is whole it counts."""
    trust, signer = load_trust(keys), load_signer(keys, "cooperative", {})
    whole = (keys / "trust.json").read_text()
    (keys / "trust.json").write_text(whole[: len(whole) // 2])
    with pytest.raises(BadProof, match="KEY_UNKNOWN"):
        trust.check("00" * 8, "purpose", b"", b"")
    assert trust.verify(b"value", signer.prove([b"value"])[0]) == "urn:lintas:cooperative"
    assert "believed further" in caplog.text
    (keys / "trust.json").write_text(whole)
    add_service_keys(keys, "housing")
    housing = load_signer(keys, "housing", {})
    assert trust.verify(b"value", housing.prove([b"value"])[0]) == "urn:lintas:housing"


def test_a_trusted_key_under_a_foreign_id_is_refused(keys: Path) -> None:
    """The id is computed from the key."""
    path = keys / "trust.json"
    entries = json.loads(path.read_text())
    first, second = sorted(entries)
    path.write_text(json.dumps({first: entries[second]}))
    assert "trust.json" in refused(lambda: load_trust(keys))


def test_a_source_without_an_entry_is_not_believed(keys: Path) -> None:
    """Taking a key out of the list ends the trust."""
    path = keys / "trust.json"
    signer = load_signer(keys, "cooperative", {})
    entries = json.loads(path.read_text())
    del entries[signer.key_id]
    path.write_text(json.dumps(entries))
    with pytest.raises(BadProof, match="KEY_UNKNOWN"):
        load_trust(keys).verify(b"value", signer.prove([b"value"])[0])
