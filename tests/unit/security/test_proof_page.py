"""The programs on the page docs/proof.md are run as they stand there."""

import base64
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.security.keys import init_keys, load_signer
from tests.programs import needed

PAGE = Path(__file__).resolve().parents[3] / "docs" / "proof.md"
VALUES = [f'{{"n":{number}}}'.encode() for number in range(7)]
WHICH = [(1, 0), (7, 0), (7, 3), (7, 6)]
"""Batch size and leaf: alone, at the left, in the middle, and the right edge that skips levels."""


def program(language: str) -> str:
    """The one block of this language on the page."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return str(block)


def prepare(folder: Path, size: int, leaf: int) -> str:
    """Files for one event, as the page asks for them; returns the public key."""
    init_keys(folder / "keys", ["cooperative"])
    signer = load_signer(folder / "keys", "cooperative", {})
    (folder / "value").write_bytes(VALUES[leaf])
    (folder / "proof").write_bytes(signer.prove(VALUES[:size])[leaf])
    return str(json.loads((folder / "keys/trust.json").read_text())[signer.key_id]["public_key"])


def by_python(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "check.py").write_text(program("python"))
    command = [sys.executable, "check.py", "value", "proof", "keys/trust.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def by_openssl(folder: Path, public_key: str) -> subprocess.CompletedProcess[str]:
    needed("openssl")
    environ = os.environ | {"PUBLIC_KEY": public_key}
    command = ["sh", "-c", program("sh")]
    return subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(("size", "leaf"), WHICH)
def test_the_python_program_proves_a_genuine_event(tmp_path: Path, size: int, leaf: int) -> None:
    """It names the source."""
    prepare(tmp_path, size, leaf)
    assert by_python(tmp_path).stdout == "proven: urn:lintas:cooperative\n"


@pytest.mark.parametrize("file", ["value", "proof"])
def test_the_python_program_refuses_an_altered_event(tmp_path: Path, file: str) -> None:
    """One bit of either file."""
    prepare(tmp_path, 7, 3)
    alter(tmp_path / file)
    assert by_python(tmp_path).returncode != 0


def test_the_python_program_is_short_enough_to_be_read() -> None:
    """Twenty lines at most."""
    assert len(program("python").splitlines()) <= 20


@pytest.mark.parametrize(("size", "leaf"), WHICH)
def test_the_openssl_recipe_proves_a_genuine_event(tmp_path: Path, size: int, leaf: int) -> None:
    """The same bytes, another implementation."""
    public_key = prepare(tmp_path, size, leaf)
    result = by_openssl(tmp_path, public_key)
    assert "Signature Verified Successfully" in result.stdout, result.stderr


def test_the_openssl_recipe_refuses_an_altered_event(tmp_path: Path) -> None:
    """One bit."""
    public_key = prepare(tmp_path, 7, 3)
    alter(tmp_path / "value")
    assert by_openssl(tmp_path, public_key).returncode != 0


def test_the_page_gives_the_layout_that_is_used(tmp_path: Path) -> None:
    """Offsets and lengths of the table cover the header up to the path."""
    rows = re.findall(r"^\| (\d+) \| (\d+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    ends = [int(offset) + int(length) for offset, length in rows]
    assert [int(offset) for offset, _ in rows] == [0, *ends[:-1]]
    assert ends[-1] == 81
    assert len(base64.b64decode(prepare(tmp_path, 1, 0))) == 32
