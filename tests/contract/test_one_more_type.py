"""A new event type is written in its payload file alone; everything else is made from there.

The house is copied to a temporary folder, one class is added to one file, and `make schemas` runs.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lintas.schemas import ROOT

NAME = "id.lintas.visit.paid.v1"
FILE = Path("shared/events/training.py")
CLASS = '''
class VisitPaid(Payload):
    """A mentor visited a business."""

    EVENT = _event(
        "id.lintas.visit.paid.v1",
        sample("a visit", story.SESSION, next_on="2026-04-02", visited_on="2026-03-02"),
        subject=id_of("business"),
        happened="visited_on",
        personal=PersonalData.NONE,
    )

    next_on: AnnouncedOn
    """First day of the next visit: an earlier field, and a later day."""
    visited_on: HappenedOn
    """Day of the visit."""
'''
LOOK = """
import json
from shared.application.batch import facts
from shared.clock import noon
from shared.events.catalogue import CATALOGUE
from shared.events.examples import EXAMPLES
from shared.events.plausible import check_event
from shared.events.reading import parse
from shared.events.subjects import subject_breach
from shared.events.topics import TOPICS
name = "id.lintas.visit.paid.v1"
example = EXAMPLES[name][0]
event = parse(example.wire())
print(json.dumps({
    "class": CATALOGUE[name].__name__,
    "topics": {topic.name: topic.key for topic in TOPICS if name in topic.types},
    "breach": subject_breach("k1." + "a" * 52, event.data),
    "happened": str(facts(event.subject, [event.data])[0].time),
    "late": str(check_event(event._replace(time=noon(event.data.next_on)), event.recordedtime)),
    "wire": [event.source, event.type, str(event.time)],
}))
"""


def generated_in(root: Path) -> dict[str, str]:
    """The text of everything that `make schemas` may write."""
    paths = [*(root / "docs").rglob("*"), *(root / "shared/events/schemas").rglob("*")]
    texts = (path for path in paths if path.suffix in (".json", ".md", ".svg"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in texts}


def run(root: Path, *arguments: str) -> str:
    """A program of the copied house."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str], dict[str, Any]]:
    """The copy with one more type: its folder, what `make schemas` changed, what programs see."""
    root = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "docker-compose.yml", root)
    for folder in ("deploy", "docs", "lintas", "services", "shared"):
        shutil.copytree(
            ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
    before = generated_in(root)
    text = (root / FILE).read_text()
    text = text.replace("import HappenedOn", "import AnnouncedOn, HappenedOn")
    head, tail, rest = text.partition("\n\nEVENTS: tuple[type[Payload], ...] = (")
    assert tail
    (root / FILE).write_text(f"{head}\n{CLASS}{tail}VisitPaid, {rest}")
    run(root, "-m", "lintas.schemas")
    changed = {name for name, text in generated_in(root).items() if text != before.get(name)}
    return root, changed, json.loads(run(root, "-c", LOOK))


def test_the_generated_files_that_concern_it_follow_and_no_other(
    house: tuple[Path, set[str], dict[str, Any]],
) -> None:
    """Golden schema, AsyncAPI, the page of its topic and the count in the index."""
    root, files, _ = house
    assert files == {
        "shared/events/schemas/visit.paid.v1.json",
        "docs/asyncapi.json",
        "docs/contract/lintas.training.v1.md",
        "docs/contract/README.md",
    }
    document = json.loads((root / "docs" / "asyncapi.json").read_text())
    assert "visit.paid.v1" in document["channels"]["training"]["messages"]
    message = document["components"]["messages"]["visit.paid.v1"]
    assert message["examples"][0]["payload"]["data"]["visited_on"] == "2026-03-02"
    page = (root / "docs" / "contract" / "lintas.training.v1.md").read_text()
    assert f"## {NAME}\n\nA mentor visited a business." in page
    said = "`subject`: id of the business. `time`: the day `visited_on`. Personal data: none."
    assert said in page


def test_the_programs_know_it(house: tuple[Path, set[str], dict[str, Any]]) -> None:
    """Catalogue, topic, key, subject, day and bound of the time, from the one declaration."""
    _, _, seen = house
    things = "business or family group or session or obligation or report or declaration"
    key = f"id of the {things}, or pseudonym of the family or person"
    assert seen == {
        "class": "VisitPaid",
        "topics": {"lintas.training.v1": key},
        "breach": "subject: must be an id",
        "happened": "2026-03-02 05:00:00+00:00",
        "late": "time: from 2007-01-01 to 2026-03-02",
        "wire": ["urn:lintas:training", NAME, "2026-03-02 05:00:00+00:00"],
    }
