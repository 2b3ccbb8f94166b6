"""Which tests continuous integration runs once: those that ask for no broker and no database."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFTEST = """
import pytest
from tests import parts
from tests.kit.asked import Asked, summary

def pytest_addoption(parser):
    parser.addoption("--parts", default="embedded")
    parser.addoption("--asking", action="store_true")

def pytest_configure(config):
    parts._CHOSEN.append(object())
    config.pluginmanager.register(Asked(config))

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(summary(terminalreporter.config))

@pytest.fixture(scope="module")
def shared():
    return parts.current()
"""
TESTS = """
from tests import parts

def test_alone(): pass
def test_asks(): parts.current()
def test_first_of_two(shared): pass
def test_second_of_two(shared): pass
def test_fails(): assert False
"""


def run(folder: Path, *arguments: str) -> str:
    """A session of its own in this folder."""
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:xdist", "--rootdir", str(folder)]
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    command += ["-c", os.devnull, *arguments, str(folder)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False).stdout


def test_only_what_passed_without_asking_is_left_out(tmp_path: Path) -> None:
    """A fixture that asked counts for each test that shares it; a failure is run again."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TESTS)
    everything = run(tmp_path, "-o", f"cache_dir={tmp_path / 'cache'}")
    assert "4 passed" in everything
    assert "left out" not in everything
    again = run(tmp_path, "-o", f"cache_dir={tmp_path / 'cache'}", "--parts", "real", "--asking")
    assert "1 tests left out: they passed on the embedded parts without asking" in again
    assert "test_alone" not in again
    assert all(f"test_{name}" in again for name in ("asks", "first_of_two", "second_of_two"))
    assert "1 failed, 3 passed, 1 deselected" in again
