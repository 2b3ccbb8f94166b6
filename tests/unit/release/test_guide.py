"""The guide for readers: what it has them run does what it says."""

import base64
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from tests.unit.release.test_bytes import KEY, manifest

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "read-the-feed.md"


def run_the_check(folder: Path, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the guide's program for checking a release beside a manifest."""
    section = GUIDE.read_text().partition("## Checking a release\n")[2]
    found = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert found is not None
    (folder / "manifest.json").write_bytes(body)
    monkeypatch.chdir(folder)
    public = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
    exec(compile(found[1], "guide", "exec"), {"PUBLIC_KEY": public})  # noqa: S102  the guide's own words


def test_the_guide_accepts_a_genuine_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is raised."""
    run_the_check(tmp_path, manifest(), monkeypatch)


def test_the_guide_refuses_a_forged_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One other month, and the signature is of something else."""
    forged = manifest().replace(b'"until":"2026-06"', b'"until":"2026-05"')
    with pytest.raises(InvalidSignature):
        run_the_check(tmp_path, forged, monkeypatch)
