"""A fifth ministry joins: `docs/add-a-ministry.md`, block by block, in a copy of the tree."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "add-a-ministry.md"
SAMPLE = ROOT / "docs" / "samples" / "ministry"
COPIED = (
    "lintas", "services", "shared", "tests", "docs", "deploy", "docker-compose.yml", "pyproject.toml"
)  # fmt: skip
LEFT_OUT = shutil.ignore_patterns("__pycache__", "node_modules", "*.png")
MAX_LINES = 450
LINTAS = '#!/bin/sh\nexec {python} -c "from lintas.main import main; main()" "$@"\n'
PYTHON = '#!/bin/sh\nexec {python} "$@"\n'

INSTALL = """
import sys
from pathlib import Path
from lintas.local import prepare

prepare(Path(sys.argv[1]))
"""
"""An installation as it was before: keys, tokens, tables."""

JOURNEY = """
import json, os, signal, subprocess, sys
from pathlib import Path
import httpx
from lintas.broker import EmbeddedBroker, free_port
from lintas.local import Stack
from lintas.progress import wait_complete
from lintas.registry import SERVICES

home, join, run = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
databases = {one: f"sqlite:///{home}/databases/{one}.sqlite" for one in SERVICES}
stack = Stack(home, EmbeddedBroker(output=home / "logs" / "broker.log"), databases)
stack.ports = {one: free_port() for one in SERVICES}
stack.operations_ports = {one: free_port() for one in SERVICES}
others = [one for one in SERVICES if one != "housing"]
item = {"house_number": "RTLH-1", "national_id": "3509904511810001", "region": "35.09.30.2009",
        "repair": "ROOF", "repaired_on": "2026-02-20"}
stack.broker.start()
try:
    for one in others:
        stack.start(one)
    for one in others:
        stack.wait_ready(one)
    environ = {**stack.environment("housing"), "PATH": os.environ["PATH"]}
    said = subprocess.run(["sh", "-eu", "-c", join], env=environ, check=True, capture_output=True, text=True)
    with (home / "logs" / "housing.log").open("ab") as log:
        stack.processes["housing"] = subprocess.Popen(["sh", "-eu", "-c", run], env=environ, stdout=log, stderr=log)
    stack.wait_ready("housing")
    token = next(line for line in said.stdout.splitlines() if line.startswith("lintas_"))
    client = httpx.Client(timeout=60, headers={"Authorization": f"Bearer {token}"})

    def repair(key):
        answer = client.post(stack.url("housing") + "/v1/repairs", json={"items": [item]},
                             headers={"Idempotency-Key": key}).raise_for_status().json()
        return answer["results"][0]["status"]

    outcomes = [repair("first-repair"), repair("second-repair")]
    last = wait_complete(stack, client, lambda now: None)
    query = {"area": "35.09"}
    page = client.get(stack.url("housing") + "/v1/inspections", params=query).raise_for_status()
    due = [one["due_on"] for one in page.json()["inspections"]]
finally:
    stack.stop()
print(json.dumps({"outcomes": outcomes, "sent": dict(last.sent), "applied": dict(last.applied),
                  "due": due}))
"""
"""The installation runs; the ministry joins it; what its officer does, and what is seen of it."""

DESK = """
import tempfile
from pathlib import Path
from services.housing import CARD
from services.housing.desk import DESK
from services.housing.lists import REPAIR
from services.housing.tables import METADATA
from tests import parts
from tests.kit.desk import open_desk

parts.choose("embedded")
desk = open_desk(Path(tempfile.mkdtemp()), CARD, METADATA, DESK)
desk.account()
browser = desk.browser()
browser.sign_in()
file = "\\n".join(",".join(row) for row in (REPAIR, REPAIR.values())).encode()
draft = browser.upload("/desk/lists/repairs/file", file)
browser.send(f"{draft.url.path}/accept", version="1")
print(browser.open("/desk/inspections").text)
print(browser.open("/desk/inspections?after=AAAAAAAAAAAAAAAAAAAAAA").status_code)
"""
"""What an officer of the ministry does on its desk."""


@dataclass
class Tree:
    """A copy of the tree in which a ministry has been added."""

    root: Path
    files: dict[str, bytes] = field(repr=False)
    """What it held before."""
    installation: Path
    """Keys and databases of the services that were there before."""

    def run(self, script: str, *arguments: str) -> str:
        """Run a shell script at the root; gives what it prints."""
        path = f"{self.root}/bin:{os.environ['PATH']}"
        environ = {**os.environ, "PATH": path, "PYTHONPATH": str(self.root)}
        done = subprocess.run(
            ["sh", "-eu", "-c", script, "sh", *arguments],
            cwd=self.root,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def changed(self) -> set[str]:
        """Files that are not as they were."""
        after = contents(self.root)
        return {name for name, content in after.items() if self.files.get(name) != content}


def contents(root: Path) -> dict[str, bytes]:
    """Every file that somebody may have written, by its path."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for folder in COPIED
        for path in ([root / folder] if (root / folder).is_file() else (root / folder).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def blocks() -> list[str]:
    """The commands of the page, in their order."""
    found = re.findall(r"^ {3}```sh\n(.*?)^ {3}```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return ["\n".join(line[3:] for line in block.splitlines()) for block in found]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """The tree after every block of the page."""
    root = tmp_path_factory.mktemp("fifth") / "lintas"
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=LEFT_OUT)
        else:
            shutil.copy(ROOT / name, root / name)
    (root / "bin").mkdir()
    for name, text in (("lintas", LINTAS), ("python", PYTHON)):
        (root / "bin" / name).write_text(text.format(python=sys.executable))
        (root / "bin" / name).chmod(0o755)
    made = Tree(root, contents(root), root.parent / "installation")
    made.run(f'python - "$1" <<"END"\n{INSTALL}\nEND', str(made.installation))
    for block in blocks()[:-2]:
        made.run(block)
    return made


def test_the_page_has_commands_to_follow() -> None:
    """A page whose blocks nobody finds would prove nothing."""
    said = "\n".join(blocks())
    words = ("cp -r", "patch", "schemas", "revision(", "pytest", "keys add", "migrate", "run")
    assert all(word in said for word in words)


def test_a_ministry_is_small() -> None:
    """One list, one event type, one worklist, a desk: its lines with its contract, migrations aside."""
    paths = [SAMPLE / "events.py", *(SAMPLE / "housing").glob("*.py")]
    assert sum(len(path.read_text().splitlines()) for path in paths) <= MAX_LINES


def test_nothing_but_the_contract_is_edited(tree: Tree) -> None:
    """No list of services, and of `shared` nothing else; what is generated is generated."""
    own = ("services/housing/", "shared/events/", "docs/contract/")
    generated = {
        "docs/acts.md",
        "docs/asyncapi.json",
        "docs/metrics.md",
        "docs/operate/install.md",
        "docs/rooms.svg",
        "docker-compose.yml",
        "deploy/prometheus/prometheus.yml",
        "deploy/prometheus/rules/jobs.yml",
        "deploy/prometheus/tests/jobs.yml",
        "deploy/proxy/services.conf",
    }
    others = {name for name in tree.changed() if not name.startswith(own)} - generated
    assert others == set()


def test_its_desk_takes_a_list_and_shows_what_waits(tree: Tree) -> None:
    """Declared in some lines: the house of the list is on the page of inspections."""
    page = tree.run(f"python - <<'END'\n{DESK}\nEND")
    assert "Rumah yang perlu diperiksa" in page
    assert "20/02/2026" in page
    assert page.rstrip().endswith("200"), "the page after the first"


def test_its_first_migration_holds_its_own_tables_alone(tree: Tree) -> None:
    """Those that every service has are a branch of their own."""
    (path,) = (tree.root / "services/housing/migrations/versions").glob("*.py")
    assert re.findall(r"create_table\(\s*.(\w+)", path.read_text()) == ["correction", "house"]


def test_the_deployment_has_it(tree: Tree) -> None:
    """Its containers with their secrets, its database, its scrape job, its port at the proxy."""
    services = yaml.safe_load((tree.root / "docker-compose.yml").read_text())["services"]
    assert "./secrets/keys/housing:/run/lintas/keys/housing:ro" in services["housing"]["volumes"]
    assert "migrate-housing" in services["housing"]["depends_on"]
    assert "housing" in services["databases"]["environment"]["SERVICES"].split()
    assert "127.0.0.1:${LINTAS_HOUSING_PROXY_PORT:-8105}:8105" in services["proxy"]["ports"]
    jobs = yaml.safe_load((tree.root / "deploy/prometheus/prometheus.yml").read_text())
    assert {"job_name": "housing", "static_configs": [{"targets": ["housing:8205"]}]} in jobs[
        "scrape_configs"
    ]
    assert "8105 housing:8105;" in (tree.root / "deploy/proxy/services.conf").read_text()


def test_its_event_reaches_monitoring(tree: Tree) -> None:
    """It joins what runs; a repair is published, counted in metrics and watermark, and listed."""
    join, run = blocks()[-2:]
    script = f'python - "$@" <<"END"\n{JOURNEY}\nEND'
    seen = tree.run(script, str(tree.installation), join, run)
    result = json.loads(seen.splitlines()[-1])
    assert result["outcomes"] == ["accepted", "duplicate"]
    assert result["sent"]["urn:lintas:housing"] == 1
    assert result["applied"]["urn:lintas:housing"] == 1
    assert result["due"] == ["2026-05-21"]
