"""Know one service, know all: every folder under services/ has the same files."""

import ast
import importlib
from pathlib import Path

import pytest

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


def sources(service: str) -> list[Path]:
    """The service's modules, without its migrations."""
    return [path for path in (FOLDER / service).rglob("*.py") if "versions" not in path.parts]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("file", FILES)
def test_every_service_has_the_same_files(service: str, file: str) -> None:
    """Whoever knows one service finds everything in the next."""
    assert (FOLDER / service / file).is_file()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_migration(service: str) -> None:
    """The tables come from migrations, never from the code's metadata."""
    assert sorted((FOLDER / service / "migrations" / "versions").glob("*.py"))


@pytest.mark.parametrize("service", SERVICES)
def test_every_card_names_its_service_and_source(service: str) -> None:
    """The folder's name, the name in settings and scopes, and the URN agree."""
    card = importlib.import_module(f"services.{service}")
    assert (service, f"urn:lintas:{service}") == (card.SERVICE, card.SOURCE)
    assert len((card.__doc__ or "").splitlines()) > 1


@pytest.mark.parametrize("service", SERVICES)
def test_every_app_builds_its_parts_in_one_place(service: str) -> None:
    """`app.build` is the only place where things are built; importing opens nothing."""
    app = importlib.import_module(f"services.{service}.app")
    assert callable(app.build)


@pytest.mark.parametrize("service", SERVICES)
def test_files_and_functions_of_services_stay_small(service: str) -> None:
    """300 lines a file and 30 statements' lines a function are the ceiling."""
    for path in sources(service):
        text = path.read_text()
        assert len(text.splitlines()) <= MAX_LINES, path.name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.body[0].lineno + 1
                assert length <= MAX_FUNCTION_LINES, f"{path.name}: {node.name}"


@pytest.mark.parametrize("service", SERVICES)
def test_everything_public_in_services_says_what_it_promises(service: str) -> None:
    """Every module and every public function has a docstring."""
    for path in sources(service):
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), path.name
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_":
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
