"""No NIK, KK number, name, phone or address leaves its service, in any writing, in any byte."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from lintas.registry import PUBLISHERS, SERVICES
from tests.e2e.conftest import Played
from tests.e2e.scan import Planted, find, planted_in
from tests.parts.stored import stored

WRITINGS: dict[str, Callable[[bytes], bytes]] = {
    "raw": lambda value: value,
    "base64": base64.b64encode,
    "base64 in the middle": lambda value: base64.b64encode(b"{" + value + b"}"),
    "base64 for addresses": base64.urlsafe_b64encode,
    "hex": lambda value: value.hex().encode(),
    "HEX": lambda value: value.hex().upper().encode(),
    "hex in base64": lambda value: base64.b64encode(value.hex().encode()),
}
SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "groups of four": lambda v: b" ".join(v[i : i + 4] for i in range(0, len(v), 4)),
    "dots": lambda v: b".".join([v[:2], v[2:4], v[4:6], v[6:12], v[12:]]),
    "inside other digits": lambda v: b"00" + v + b"99",
}
GROUPS = ("topics", "logs", "responses", "releases")


@pytest.fixture(scope="module")
def planted(played: Played) -> Planted:
    """What must not be found."""
    values = planted_in(played.pilot_run.inputs)
    assert values.count > 4_000
    kinds = {"nik", "nik_pengurus", "nik_anggota", "nomor_kk", "telepon", "nama", "alamat"}
    assert kinds <= set(values.kinds.values())
    return values


def scan_files(paths: list[Path], planted: Planted) -> dict[str, list[str]]:
    """Hits by file; every file must have been there."""
    assert paths
    hits = {path.name: find(path.read_bytes(), planted) for path in paths}
    return {name: sorted(map(str, found)) for name, found in hits.items() if found}


@pytest.mark.parametrize("group", GROUPS)
def test_no_personal_value_in_what_was_sent_said_or_logged(
    played: Played, planted: Planted, group: str
) -> None:
    """Topics with headers and keys, logs of five processes, pages, lists, metrics, releases."""
    paths = [path for path in (played.directory / group).rglob("*") if path.is_file()]
    assert scan_files(paths, planted) == {}


def test_no_personal_value_in_any_database(played: Played, planted: Planted) -> None:
    """Monitoring's has none at all; the owners keep theirs encrypted, so none is in clear."""
    found = {service: stored(played.pilot_run.stack.database(service)) for service in SERVICES}
    for service in PUBLISHERS:
        assert b"k1." in found[service], "pseudonyms are there to be found"
    hits = {service: find(content, planted) for service, content in found.items()}
    assert {service: places for service, places in hits.items() if places} == {}


def test_the_answers_file_holds_no_personal_value(played: Played, planted: Planted) -> None:
    """What `--keep` writes beside the releases."""
    assert scan_files([played.directory / "answers.json"], planted) == {}


@pytest.mark.parametrize("writing", WRITINGS)
@pytest.mark.parametrize("kind", ["nik_pengurus", "nomor_kk", "telepon", "nama", "alamat"])
def test_the_scanner_finds_one_planted_value_in_a_real_log(
    played: Played, planted: Planted, tmp_path: Path, writing: str, kind: str
) -> None:
    """The control: the same log with one value in it, in each writing."""
    value = min(v for v, k in planted.kinds.items() if k == kind)
    _assert_found(played, planted, tmp_path, kind, WRITINGS[writing](value))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_scanner_finds_a_number_between_separators(
    played: Played, planted: Planted, tmp_path: Path, spelling: str
) -> None:
    """As people type a NIK."""
    value = min(v for v, k in planted.kinds.items() if k == "nik_pengurus")
    _assert_found(played, planted, tmp_path, "nik_pengurus", SPELLINGS[spelling](value))


@pytest.mark.parametrize("encode", [quote, quote_plus])
def test_the_scanner_finds_a_name_in_an_address(
    played: Played, planted: Planted, tmp_path: Path, encode: Callable[[str], str]
) -> None:
    """Url-encoded in both ways."""
    value = min(v for v, k in planted.kinds.items() if k == "nama").decode()
    _assert_found(played, planted, tmp_path, "nama", f"?n={encode(value)}".encode())


def _assert_found(
    played: Played, planted: Planted, folder: Path, kind: str, written: bytes
) -> None:
    log = (played.directory / "logs" / "monitoring.log").read_bytes()
    target = folder / "monitoring.log"
    target.write_bytes(log[: len(log) // 2] + b" " + written + b" " + log[len(log) // 2 :])
    (found,) = scan_files([target], planted).values()
    assert any(f"kind='{kind}'" in hit for hit in found)
