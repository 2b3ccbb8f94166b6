"""Checking a release from outside."""

import pytest

from lintas.verify import ReleaseDoesNotHold, verify_release
from services.monitoring.release.figures import figures_csv, figures_json
from services.monitoring.release.manifest import BadManifest, Origin, sha256, write_manifest
from shared.wire.signatures import BadProof, Trust
from tests.unit.release.test_bytes import ORIGIN, ROWS, SIGNER, TRUST, files, manifest


def release(**other: bytes) -> dict[str, bytes]:
    """The three files of a good release, some replaced."""
    replaced = {name.replace("_", "."): body for name, body in other.items()}
    return {**files(), "manifest.json": manifest(), **replaced}


def signed(figures: bytes, table: bytes, origin: Origin = ORIGIN) -> dict[str, bytes]:
    """A release that is signed properly, whatever its files say."""
    made = write_manifest(origin, {"figures.json": figures, "figures.csv": table}, ROWS, SIGNER)
    return {"figures.json": figures, "figures.csv": table, "manifest.json": made}


def test_a_good_release_holds() -> None:
    """Number, month, rows and hashes are what the files say."""
    checked = verify_release(release().__getitem__, TRUST)
    assert (checked.number, checked.until, checked.rows) == (3, "2026-06", len(ROWS))
    assert checked.sha256 == sha256(files()["figures.json"])


def test_a_file_that_was_exchanged_does_not_hold() -> None:
    """Its hash is not the signed one."""
    other = release(figures_csv=figures_csv(ROWS[:1]))
    with pytest.raises(BadManifest, match="HASH_MISMATCH"):
        verify_release(other.__getitem__, TRUST)


def test_a_release_of_strangers_does_not_hold() -> None:
    """No trusted key, no release."""
    with pytest.raises(BadProof, match="KEY_UNKNOWN"):
        verify_release(release().__getitem__, Trust({}))


def test_signed_files_that_contradict_each_other_do_not_hold() -> None:
    """Even the publisher cannot say one thing in JSON and another in CSV."""
    files_apart = signed(figures_json("2026-06", ROWS), figures_csv(ROWS[:2]))
    with pytest.raises(ReleaseDoesNotHold, match="something else"):
        verify_release(files_apart.__getitem__, TRUST)


def test_a_signed_manifest_of_another_month_does_not_hold() -> None:
    """The month is in both."""
    apart = signed(figures_json("2026-05", ROWS), figures_csv(ROWS))
    with pytest.raises(ReleaseDoesNotHold, match="another month"):
        verify_release(apart.__getitem__, TRUST)


def test_a_signed_manifest_that_counts_wrong_does_not_hold() -> None:
    """Row counts are part of the promise."""
    apart = signed(figures_json("2026-06", ROWS[:1]), figures_csv(ROWS[:1]))
    with pytest.raises(ReleaseDoesNotHold, match="counts"):
        verify_release(apart.__getitem__, TRUST)


def test_figures_in_another_form_do_not_hold() -> None:
    """The same content with a space is not the same bytes."""
    spaced = files()["figures.json"].replace(b'"k":11', b'"k": 11')
    with pytest.raises(ReleaseDoesNotHold, match="canonical"):
        verify_release(signed(spaced, figures_csv(ROWS)).__getitem__, TRUST)


def test_releases_must_follow_each_other() -> None:
    """The next names the one before by its hash."""
    before = manifest()
    after = signed(
        files()["figures.json"],
        files()["figures.csv"],
        Origin(4, "2026-06", {}, {}, sha256(before)),
    )
    assert verify_release(after.__getitem__, TRUST, before).number == 4
    with pytest.raises(ReleaseDoesNotHold, match="the one before"):
        verify_release(after.__getitem__, TRUST, before + b" ")
