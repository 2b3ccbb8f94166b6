"""`lintas schemas`: store what is made from the code (golden files, pages), or with `--check` tell what has drifted.

An edit that readers could not live with is never stored: the way on is a new version of the type.
"""

import json
import subprocess
from pathlib import Path
from typing import Annotated, Any

import typer

from lintas.acts import acts_page
from lintas.dashboards import MADE, dashboard_files
from lintas.deployment import deployment_files
from lintas.operator_pages import metrics_page, with_settings
from lintas.room_picture import room_picture
from shared.events.asyncapi import document
from shared.events.attributes import Schema
from shared.events.catalogue import CATALOGUE
from shared.events.compatibility import Difference, compare_catalogues
from shared.events.json_schema import (
    ENVELOPE_FILE,
    GOLDEN,
    as_text,
    envelope_schema,
    file_name,
    payload_schemas,
)
from shared.events.pages import pages
from shared.events.topics import TOPICS

ROOT = Path(__file__).parents[1]
SETTINGS_PAGE = ROOT / "docs" / "operate" / "install.md"


def schemas(
    check: Annotated[
        bool, typer.Option(help="Write nothing; fail when a file has drifted.")
    ] = False,
    against: Annotated[
        str | None, typer.Option(help="Compare with the golden files of this git revision as well.")
    ] = None,
) -> None:
    """Write JSON Schemas, AsyncAPI, topic pages, metrics, acts, settings, and the services of the deployment."""
    found = differences(golden_on_disk())
    if against is not None:
        older = differences(golden_in_git(against))
        found += [item for item in older if not item.additive]
    problems = [item for item in found if not item.additive]
    for line in dict.fromkeys(map(str, problems or (found if check else []))):
        typer.echo(line, err=True)
    if problems:
        raise typer.Exit(1)
    stale = drifted(generated())
    if check and stale:
        typer.echo(f"out of date: {', '.join(stale)}. Run `make schemas` and commit.", err=True)
        raise typer.Exit(1)
    if not check:
        write(generated())
    typer.echo(f"{len(CATALOGUE)} types, {len(TOPICS)} topics: {len(stale)} files written")


def differences(golden: dict[str, Schema]) -> list[Difference]:
    """What the present classes changed in a stored contract."""
    return compare_catalogues(golden, payload_schemas() | {"envelope.v1": envelope_schema()})


def golden_on_disk(folder: Path = GOLDEN) -> dict[str, Schema]:
    """The stored schemas by type name."""
    return dict(_named(path.read_text()) for path in sorted(folder.glob("*.json")))


def golden_in_git(revision: str) -> dict[str, Schema]:
    """The schemas as a git revision stores them, so that golden files cannot be edited to fit."""
    folder = GOLDEN.relative_to(ROOT).as_posix()
    names = _git("ls-tree", "--name-only", revision, f"{folder}/").split()
    texts = (_git("show", f"{revision}:{name}") for name in names if name.endswith(".json"))
    return dict(_named(text) for text in texts)


def _named(text: str) -> tuple[str, Schema]:
    schema: Schema = json.loads(text)
    name = schema["$id"].removeprefix("urn:lintas:schema:")
    return (name if name == "envelope.v1" else f"id.lintas.{name}"), schema


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(ROOT), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def generated() -> dict[Path, str]:
    """Every generated file and its text, from the classes as they are now."""
    files: dict[Path, Any] = {
        GOLDEN / file_name(name): as_text(schema) for name, schema in payload_schemas().items()
    }
    files[GOLDEN / ENVELOPE_FILE] = as_text(envelope_schema())
    files[ROOT / "docs" / "asyncapi.json"] = as_text(document())
    files[ROOT / "docs" / "metrics.md"] = metrics_page()
    files[ROOT / "docs" / "acts.md"] = acts_page()
    files[SETTINGS_PAGE] = with_settings(SETTINGS_PAGE)
    files[ROOT / "docs" / "rooms.svg"] = room_picture()
    files |= {ROOT / "docs" / "contract" / name: text for name, text in pages().items()}
    return files | deployment_files() | dashboard_files()


def drifted(files: dict[Path, str]) -> list[str]:
    """Files that differ from what would be written, and stored files that nothing would write."""
    stale = [path for path, text in files.items() if not path.exists() or path.read_text() != text]
    return [path.relative_to(ROOT).as_posix() for path in [*stale, *_orphans(files)]]


def write(files: dict[Path, str]) -> None:
    """Store the files and remove pages that belong to no topic any more."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for path in _orphans(files):
        path.unlink()


def _orphans(files: dict[Path, str]) -> list[Path]:
    stored = [
        *GOLDEN.glob("*.json"),
        *MADE.glob("*.json"),
        *(ROOT / "docs" / "contract").glob("*.md"),
    ]
    return sorted(path for path in stored if path not in files)


if __name__ == "__main__":
    typer.run(schemas)
