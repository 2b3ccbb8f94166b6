"""Know one service, know all: every folder under services/ has the same files."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lintas.registry import settings_of

FOLDER = Path(__file__).resolve().parents[2] / "services"
SERVICES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir() and path.name[0] != "_")
FILES = (
    "__init__.py",
    "__main__.py",
    "api.py",
    "app.py",
    "consumer.py",
    "domain.py",
    "migrations/env.py",
    "schemas.py",
    "service.py",
    "settings.py",
    "store.py",
    "tables.py",
)
MAX_LINES, MAX_FUNCTION_LINES = 300, 30


def sources() -> list[Path]:
    """The services' modules, without their migrations."""
    return [path for path in FOLDER.rglob("*.py") if "versions" not in path.parts]


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """The services' modules with their syntax."""
    return ((path, ast.parse(path.read_text())) for path in sources())


def test_every_service_has_the_same_files() -> None:
    """Whoever knows one service finds everything in the next."""
    paths = [FOLDER / service / file for service in SERVICES for file in FILES]
    assert [path for path in paths if not path.is_file()] == []


def test_every_service_has_a_migration() -> None:
    """The tables come from migrations, never from the code's metadata."""
    folders = [FOLDER / service / "migrations" / "versions" for service in SERVICES]
    assert [folder for folder in folders if not list(folder.glob("*.py"))] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_card_names_its_service_and_source(service: str) -> None:
    """The folder's name, the card's, the owner of its topic and the sources of settings agree."""
    module = importlib.import_module(f"services.{service}")
    card = module.CARD
    assert (card.name, card.source, card.topic.owner) == (service, *[f"urn:lintas:{service}"] * 2)
    assert settings_of(service).model_fields["port"].default == card.port
    assert len((module.__doc__ or "").splitlines()) > 1


@pytest.mark.parametrize("service", SERVICES)
def test_every_app_builds_its_parts_in_one_place(service: str) -> None:
    """`app.build` is the only place where things are built; importing opens nothing."""
    app = importlib.import_module(f"services.{service}.app")
    assert callable(app.build)


def test_files_of_services_stay_small() -> None:
    """300 lines are the ceiling."""
    sizes = {path: len(path.read_text().splitlines()) for path in sources()}
    assert {path: size for path, size in sizes.items() if size > MAX_LINES} == {}


def test_functions_of_services_stay_small() -> None:
    """30 lines, signature and docstring's place aside, are the ceiling."""
    long = [
        f"{path}: {node.name}"
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > MAX_FUNCTION_LINES
    ]
    assert long == []


def test_everything_public_in_services_says_what_it_promises() -> None:
    """Every module and every public function has a docstring."""
    silent = [str(path) for path, tree in trees() if not ast.get_docstring(tree)] + [
        f"{path}: {node.name}"
        for path, tree in trees()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and node.name[0] != "_"
        and not ast.get_docstring(node)
    ]
    assert silent == []
