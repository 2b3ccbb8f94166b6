"""The bytes of a release, and the manifest that vouches for them."""

import csv
import io
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.monitoring.release.figure import FigureId, Row
from services.monitoring.release.figures import canonical, figures_csv, figures_json, read_figures
from services.monitoring.release.manifest import (
    BadManifest,
    Origin,
    check_manifest,
    sha256,
    write_manifest,
)
from shared.wire.signatures import BadProof, Signer, Trust, TrustedKey, key_id_of

ROWS = [
    Row(FigureId("01", "joined", "35.09", "2026-06"), 120, "published"),
    Row(FigureId("01", "joined", "35.09.01", "2026-06"), None, "hidden"),
    Row(
        FigureId("08", "facilitators_by_attainment", "35.09", "2026", band="150+"),
        15,
        "published",
        "person",
        "revised",
        1,
        2,
    ),
]
SOURCE = "urn:lintas:monitoring"
KEY = Ed25519PrivateKey.generate()
SIGNER = Signer(key_id_of(KEY.public_key()), KEY)
TRUST = Trust({SIGNER.key_id: TrustedKey(SOURCE, KEY.public_key())})
ORIGIN = Origin(3, "2026-06", {"urn:lintas:training": "2026-07-02"}, {"01": "a" * 64}, "b" * 64)


def files() -> dict[str, bytes]:
    """Both files of the rows."""
    return {"figures.json": figures_json("2026-06", ROWS), "figures.csv": figures_csv(ROWS)}


def manifest() -> bytes:
    """The signed manifest of the rows."""
    both = files()
    return write_manifest(ORIGIN, both, ROWS, SIGNER)


def test_figures_json_is_canonical() -> None:
    """Sorted keys, no spaces, a newline; the exact bytes of one row."""
    assert figures_json("2026-06", ROWS[:1]) == (
        b'{"format":"lintas-figures/2","k":11,"rows":[{"band":"","expected":0,"indicator":"01",'
        b'"mark":"","measure":"joined","period":"2026-06","programme":"","region":"35.09",'
        b'"reporting":0,"status":"published","unit":"","value":120}],"until":"2026-06"}\n'
    )


def test_canonical_json_keeps_letters_as_they_are() -> None:
    """UTF-8, no escapes."""
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}\n'.encode()


def test_figures_csv_has_a_header_and_empty_hidden_values() -> None:
    """LF at the end of every line, nothing where a value is hidden."""
    lines = figures_csv(ROWS).decode().split("\n")
    assert lines[0] == (
        "indicator,measure,region,period,programme,band,value,status,unit,mark,reporting,expected"
    )
    assert lines[2] == "01,joined,35.09.01,2026-06,,,,hidden,,,0,0"
    assert lines[3].endswith(",150+,15,published,person,revised,1,2")
    assert lines[-1] == ""
    assert b"\r" not in figures_csv(ROWS)


def test_json_and_csv_say_the_same() -> None:
    """One rendering of one set of rows."""
    read_back = list(csv.DictReader(io.StringIO(figures_csv(ROWS).decode())))
    rows = json.loads(figures_json("2026-06", ROWS))["rows"]
    assert read_back == [
        {name: "" if value is None else str(value) for name, value in row.items()} for row in rows
    ]


def test_figures_are_read_back_as_they_were_written() -> None:
    """Reading is the inverse of writing."""
    assert read_figures(figures_json("2026-06", ROWS)) == ("2026-06", ROWS)


def test_figures_of_the_former_format_are_read() -> None:
    """They have fewer columns, and a held value is a value."""
    line = (
        b'{"band":"","indicator":"01","measure":"joined","period":"2026-05","region":"35.09",'
        b'"status":"held","value":40}'
    )
    body = b'{"format":"lintas-figures/1","k":11,"rows":[' + line + b'],"until":"2026-05"}'
    assert read_figures(body) == (
        "2026-05",
        [Row(FigureId("01", "joined", "35.09", "2026-05"), 40, "published")],
    )


def test_other_json_is_not_read_as_figures() -> None:
    """A page without the format's name is refused."""
    with pytest.raises(ValueError, match="lintas-figures"):
        read_figures(b"{}")


def test_a_manifest_names_everything_that_a_release_was_made_from() -> None:
    """Number, month, hashes, counts, days, definitions, the release before."""
    content = json.loads(manifest())
    assert content["files"] == {name: sha256(body) for name, body in files().items()}
    assert content["rows"] == {
        "published": 2,
        "hidden": 1,
        "not_reported": 0,
        "not_applicable": 0,
    }
    assert content["recorded_until"] == {"urn:lintas:training": "2026-07-02"}
    assert (content["number"], content["previous"]) == (3, "b" * 64)


def test_a_manifest_holds_for_its_own_files() -> None:
    """Signature and hashes."""
    assert check_manifest(manifest(), files(), TRUST, SOURCE)["until"] == "2026-06"


@pytest.mark.parametrize("name", ["figures.json", "figures.csv"])
def test_one_changed_byte_in_a_file_is_found(name: str) -> None:
    """The hash in the manifest is of other bytes."""
    other = files() | {name: files()[name].replace(b"120", b"125")}
    with pytest.raises(BadManifest, match="HASH_MISMATCH"):
        check_manifest(manifest(), other, TRUST, SOURCE)


def test_a_changed_manifest_is_found() -> None:
    """The signature is over everything else that it says."""
    forged = manifest().replace(b'"until":"2026-06"', b'"until":"2026-05"')
    assert forged != manifest()
    with pytest.raises(BadProof, match="PROOF_INVALID"):
        check_manifest(forged, files(), TRUST, SOURCE)


def test_a_manifest_of_another_source_is_refused() -> None:
    """A ministry's key does not make a release."""
    trust = Trust({SIGNER.key_id: TrustedKey("urn:lintas:training", KEY.public_key())})
    with pytest.raises(BadManifest, match="MANIFEST_SIGNER"):
        check_manifest(manifest(), files(), trust, SOURCE)


def test_a_manifest_of_an_unknown_key_is_refused() -> None:
    """Nobody vouches for the key."""
    with pytest.raises(BadProof, match="KEY_UNKNOWN"):
        check_manifest(manifest(), files(), Trust({}), SOURCE)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"signature":{"key":"x","ed25519":"!"}}', b'{"signature":3}']
)
def test_something_else_is_not_a_manifest(body: bytes) -> None:
    """Whatever it is, the answer is one error."""
    with pytest.raises(BadManifest, match="MANIFEST_FORMAT"):
        check_manifest(body, {}, TRUST, SOURCE)
