"""A session of tests that receives a signal to end, or lacks a program: what it leaves and what it says."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLEEPER = ROOT / "tests" / "parts" / "sleeper.py"
PYTEST = (sys.executable, "-m", "pytest", f"--rootdir={ROOT}", f"--confcutdir={ROOT}")
CONFIG = ("-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider")


def environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """With a folder of its own for what the session starts, on the embedded parts."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LINTAS_")}
    (tmp_path / "temporary").mkdir()
    return clean | {"TMPDIR": str(tmp_path / "temporary"), "PYTHONPATH": str(ROOT)} | more


@contextmanager
def waiting(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A session in the middle of a test; what it says goes to the file `said`."""
    with (tmp_path / "said").open("wb") as said:
        session = subprocess.Popen(
            [*PYTEST, *CONFIG, str(SLEEPER)], cwd=tmp_path, env=environment(tmp_path, CI=""),
            stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 100
        while not (tmp_path / "waiting").exists():
            assert session.poll() is None, (tmp_path / "said").read_text()
            assert time.monotonic() < deadline, (tmp_path / "said").read_text()
            time.sleep(0.05)
        yield session
    finally:
        session.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["terminate", "interrupt"])
def test_a_session_asked_to_end_closes_without_a_traceback(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Whole group, then the process again (as make passes it on): no trace, no broker, no file left."""
    with waiting(tmp_path) as session:
        os.killpg(session.pid, number)
        session.send_signal(number)
        code = session.wait(60)
    said = (tmp_path / "said").read_text()
    assert code == 2, said
    assert "Traceback" not in said, said
    assert "Error" not in said, said
    assert "KeyboardInterrupt" in said
    assert not list((tmp_path / "temporary").glob("lintas-*"))


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_missing_program_is_named_at_the_end(tmp_path: Path, ci: str, code: int) -> None:
    """One block says what was not tested and the command; where CI=true the session fails."""
    command = [*PYTEST, *CONFIG, str(ROOT / "tests/unit/security/test_proof_page.py"),
               "-k", "openssl"]  # fmt: skip
    (tmp_path / "bin").mkdir()
    ended = subprocess.run(
        command, cwd=tmp_path, env=environment(tmp_path, PATH=str(tmp_path / "bin"), CI=ci),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert ended.returncode == code, ended.stdout
    block = ended.stdout[ended.stdout.index("NOT TESTED: 5 tests skipped") :]
    assert "openssl: the openssl recipe of docs/proof.md (5)" in block
    assert "install" in block
    assert "5 skipped" in block
