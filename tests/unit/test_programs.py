"""Programs that tests run: one list, one road to it, and a set-up that installs what is missing."""

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests import programs

ROOT = Path(__file__).resolve().parents[2]
SETUP = ROOT / "tests" / "setup.sh"
BASE = ("bash", "cat", "dirname", "grep", "sort", "env", "uname")
"""What the script itself runs."""
PROGRAMS = {name for name in programs.table() if ".so." not in name}
"""Without the library, which cannot be left out of a machine."""


def machine(folder: Path, user: int, *names: str, apt: str = "exit 0") -> dict[str, str]:
    """A machine with these programs only: Debian where `apt-get` is among them."""
    (folder / "bin").mkdir()
    for name in BASE:
        (folder / "bin" / name).symlink_to(str(shutil.which(name)))
    scripts = {"id": f"echo {user}", "apt-get": f'echo "$@" >> {folder}/asked; {apt}'}
    for name in {"id", *names}:
        path = folder / "bin" / name
        path.write_text(f"#!{shutil.which('bash')}\n{scripts.get(name, 'exit 0')}\n")
        path.chmod(0o755)
    return {"PATH": str(folder / "bin")}


def outside_the_path(name: str) -> bool:
    """What a machine without any program still has: PostgreSQL's own folder, and libraries."""
    if ".so." in name:
        return programs.found(name) is not None
    return bool(list(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))


def setup(environ: dict[str, str], script: Path = SETUP) -> subprocess.CompletedProcess[str]:
    """Run the script there."""
    command = [str(shutil.which("bash")), str(script)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", programs.table())
def test_a_program_has_a_package_and_a_purpose(name: str) -> None:
    """So that both the script and the last lines of a session can be written from the list."""
    one = programs.table()[name]
    assert re.fullmatch(r"[a-z0-9-]+", one.package)
    assert len(one.what) > 10


def test_no_test_looks_for_a_program_by_itself() -> None:
    """A skip that the list does not know would not be listed at the end."""
    own = re.compile(r"shutil\.which|importorskip|from shutil import.*which")
    found = [
        path.name for path in (ROOT / "tests").rglob("*.py") if own.search(path.read_text("utf-8"))
    ]
    assert set(found) == {"programs.py", "test_programs.py", "conftest.py"}


def test_root_on_debian_gets_what_is_missing_and_is_informed(tmp_path: Path) -> None:
    """One installation of all missing packages, none of those that are there."""
    ended = setup(machine(tmp_path, 0, "apt-get", "promtool", "prometheus", "git", "npm"))
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked[0].endswith("update")
    given = {"promtool", "prometheus", "git", "npm"}
    lacking = [one for one in programs.table().values() if one.name not in given]
    packages = sorted({one.package for one in lacking if not outside_the_path(one.name)})
    assert {"chromium", "nodejs", "openssl"} <= set(packages)
    assert asked[1].endswith(f"--no-install-recommends install {' '.join(packages)}")
    assert f"setup: installing with apt-get: {' '.join(packages)}" in ended.stderr


def test_what_has_just_been_installed_beside_the_path_is_found(tmp_path: Path) -> None:
    """Debian keeps PostgreSQL's programs in a folder that was not there when the script began."""
    folder = tmp_path / "postgresql" / "15" / "bin"
    apt = f"mkdir -p {folder}; for one in initdb; do : > {folder}/$one; done"
    environ = machine(tmp_path, 0, "apt-get", *PROGRAMS - {"initdb"}, apt=apt)
    (tmp_path / "bin" / "mkdir").symlink_to(str(shutil.which("mkdir")))
    tests = tmp_path / "tests"
    tests.mkdir()
    lines = SETUP.with_name("programs.tsv").read_text("utf-8").splitlines()
    (tests / "programs.tsv").write_text("\n".join(one for one in lines if ".so." not in one) + "\n")
    text = SETUP.read_text("utf-8").replace("/usr/lib/postgresql", str(tmp_path / "postgresql"))
    (tests / "setup.sh").write_text(text)
    ended = setup(environ | {"CI": "true"}, tests / "setup.sh")
    assert ended.returncode == 0, ended.stderr
    assert "not on this machine" not in ended.stderr


@pytest.mark.parametrize(
    ("user", "apt", "names"),
    [(1000, "exit 0", ["apt-get"]), (0, "exit 0", []), (0, "exit 100", ["apt-get"])],
    ids=["not root", "not Debian", "no network"],
)
def test_where_nothing_can_be_installed_one_line_names_the_programs(
    tmp_path: Path, user: int, apt: str, names: list[str]
) -> None:
    """The suite may run without them; in continuous integration nothing may be missing."""
    environ = machine(tmp_path, user, *names, apt=apt)
    ended = setup(environ)
    assert ended.returncode == 0
    (line,) = [one for one in ended.stderr.splitlines() if "not on this machine" in one]
    assert {"promtool", "node", "chromium"} <= set(line.split())
    strict = setup(environ | {"CI": "true"})
    assert strict.returncode == 2
    assert "nothing may be missing" in strict.stderr


def test_the_block_gives_one_command_on_debian_and_names_elsewhere() -> None:
    """With sudo where it is needed."""
    missing = Counter(promtool=7, node=3)
    lines = programs.block(missing, debian=True, root=False)
    assert lines[0] == "NOT TESTED: 10 tests skipped, programs are missing"
    assert lines[1] == "  node: docs/asyncapi.json in the official parser (3)"
    assert lines[-1] == "  install them: sudo make setup"
    assert programs.block(missing, debian=True, root=True)[-1] == "  install them: make setup"
    elsewhere = programs.block(missing, debian=False, root=False)[-1]
    assert elsewhere == "  install with this system's packages: node, promtool"
    assert programs.block(Counter(), debian=True, root=True) == []


def test_only_skips_for_a_missing_program_are_counted() -> None:
    """Others have their own reasons."""
    reasons = ["('x.py', 3, 'Skipped: not on this machine: node')", "Skipped: needs Kafka"]
    assert programs.left_out(reasons) == Counter(node=1)


def test_a_program_that_is_not_in_the_list_cannot_be_asked_for() -> None:
    """The list would not be complete."""
    with pytest.raises(AssertionError, match=r"not in programs\.tsv"):
        programs.found("cargo")


def test_postgresql_is_found_beside_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian keeps initdb out of it."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        programs.needed("initdb")
    monkeypatch.setenv("PATH", os.devnull)
    assert str(programs.found("initdb")).startswith("/usr/lib/postgresql/")
