"""The import law of the house, read from the syntax of every module."""

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from shared import ROOMS as SHARED_ROOMS

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("shared", "services", "lintas")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
EVERY_MODULE = [
    *MODULES, *(path for room in ("tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))
]  # fmt: skip
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
PURE = ("shared.events", "shared.errors", "shared.application.refusals", "pydantic")
"""What rules may reach; the contract's classes are Pydantic models."""
EDGES = ("api", "consumer")
KAFKA_LIBRARIES = ("aiokafka", "faststream", "kafka")
KAFKA_CLIENTS = {
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "BatchReader",
    "KafkaAdminClient",
    "KafkaBroker",
    "KafkaConsumer",
    "KafkaProducer",
}


def name_of(path: Path) -> str:
    """Dotted name of a module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax of a file, for all laws; nothing changes it."""
    return ast.parse(path.read_text())


def imports_of(path: Path) -> Iterator[str]:
    """Everything that a module imports, as dotted names; `from a import b` gives both a and a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively"
            assert node.module
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(name: str, *rooms: str) -> bool:
    """Whether a dotted name is one of these rooms or lies in one."""
    return any(name == room or name.startswith(room + ".") for room in rooms)


def imports_in(folder: str) -> Iterator[tuple[str, str]]:
    """Every module of a folder with each name that it imports."""
    for path in MODULES:
        if inside(name_of(path), folder):
            yield from ((name_of(path), name) for name in imports_of(path))


def borrowed_names(path: Path) -> set[str]:
    """The names that a module has from other modules."""
    return {
        alias.asname or alias.name
        for node in tree_of(path).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def detours(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Each import of a name from a module that only imports it itself."""
    borrowed = {name_of(path): borrowed_names(path) for path in paths}
    return [
        (name_of(path), f"{node.module}.{alias.name}")
        for path in paths
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and node.module in borrowed
        for alias in node.names
        if alias.name in borrowed[node.module] and f"{node.module}.{alias.name}" not in borrowed
    ]


def test_a_name_has_one_way() -> None:
    """Every name is imported from the module that defines it; no room repeats names of another."""
    assert detours(EVERY_MODULE) == []


def test_no_test_borrows_from_a_test_of_another_folder() -> None:
    """What tests of several folders share lies in `tests/kit`."""
    borrowed = [
        (name_of(path), module)
        for path in EVERY_MODULE
        if inside(name_of(path), "tests")
        for module in imports_of(path)
        if inside(module, "tests")
        and module.split(".")[-1].startswith(("test_", "conftest"))
        and module.rpartition(".")[0] != name_of(path).rpartition(".")[0]
    ]
    assert borrowed == []


def test_only_the_service_gathers_names_of_its_modules() -> None:
    """`service` shows a service's use cases to its edges; nobody else lists names for others."""
    lists = [
        name_of(path)
        for path in MODULES
        if path.name != "service.py"
        for node in tree_of(path).body
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "__all__" for name in node.targets)
    ]
    assert lists == []


def test_shared_knows_no_service_and_no_front_door() -> None:
    """What is the same for every ministry names none of them."""
    assert [pair for pair in imports_in("shared") if inside(pair[1], "services", "lintas")] == []


def room_of(name: str) -> str:
    """The room of `shared` that a module lies in; `shared` for those beside the rooms."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in SHARED_ROOMS else "shared"


def test_a_room_of_shared_imports_only_rooms_below_it() -> None:
    """One direction: from the room that runs a service down to the contract."""
    below = {room: {*SHARED_ROOMS[n:], "shared"} for n, room in enumerate(SHARED_ROOMS)}
    below["shared"] = {"shared"}
    upward = [
        (module, name)
        for module, name in imports_in("shared")
        if inside(name, "shared") and room_of(name) not in below[room_of(module)]
    ]
    assert upward == []


def test_every_file_of_shared_lies_in_a_room() -> None:
    """What lies beside the rooms is named, and every room says in its first line what it is for."""
    beside = {path.stem for path in (ROOT / "shared").glob("*.py")}
    assert beside == {"__init__", "clock", "errors", "ids", "messages", "regions", "settings"}
    folders = {path.parent.name for path in (ROOT / "shared").glob("*/__init__.py")}
    assert folders == {*SHARED_ROOMS, "reference"}


def test_services_never_import_each_other() -> None:
    """A service reaches its own room and the shared one; only the front door knows them all."""
    foreign = [
        (module, name)
        for module, name in imports_in("services")
        if inside(name, "lintas")
        or (name.startswith("services.") and not inside(name, own_room(module)))
    ]
    assert foreign == []


def own_room(module: str) -> str:
    """The service that a module belongs to."""
    return ".".join(module.split(".")[:2])


def rules_of(service: str) -> set[str]:
    """The modules of a service that its rules live in: `domain` and all of its own it reaches."""
    own, waiting, found = f"services.{service}", ["domain"], {"domain"}
    while waiting:
        path = ROOT / "services" / service / f"{waiting.pop()}.py"
        used = imports_of(path) if path.exists() else ()
        reached = {name.split(".")[2] for name in used if name.startswith(own + ".")} - found
        found |= reached
        waiting += reached
    return {f"{own}.{stem}" for stem in found}


def test_rules_import_the_standard_library_and_the_contract_only() -> None:
    """A rule, with every module of its own that it reaches, needs no database, broker or key."""
    rules = set().union(*map(rules_of, SERVICES))
    impure = [
        (module, name)
        for module, name in imports_in("services")
        if module in rules
        and name.split(".")[0] not in sys.stdlib_module_names
        and not inside(name, own_room(module), *PURE)
    ]
    assert impure == []


def test_edges_reach_the_database_through_the_service_only() -> None:
    """Neither the HTTP doors nor the consumer know the tables."""
    hidden = [
        (module, name)
        for module, name in imports_in("services")
        if module.split(".")[2:] in [[edge] for edge in EDGES]
        and inside(name, f"{own_room(module)}.store", f"{own_room(module)}.tables")
    ]
    assert hidden == []


def test_services_know_no_kafka_library() -> None:
    """A service says what it publishes and listens to; how that travels is the same for all."""
    assert [pair for pair in imports_in("services") if inside(pair[1], *KAFKA_LIBRARIES)] == []


def test_kafka_clients_are_made_in_one_place() -> None:
    """The clients' defaults lose messages: only `shared.kafka.clients` makes one that services live by."""
    makers = set()
    for path in (p for p in MODULES if not inside(name_of(p), "lintas")):
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                makers |= {name_of(path)} if node.func.id in KAFKA_CLIENTS else set()
    assert makers == {"shared.kafka.clients"}


def test_only_the_clock_reads_the_wall_clock() -> None:
    """Everywhere else the moment is an argument."""
    forbidden = {"now", "utcnow", "today"}
    for path in MODULES:
        if name_of(path) == "shared.clock":
            continue
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                is_clock = isinstance(owner, ast.Name) and owner.id in ("datetime", "date")
                assert not (is_clock and node.func.attr in forbidden), name_of(path)


def test_the_law_would_see_a_detour() -> None:
    """A name that `relay` imports is found when it is imported from there."""
    path = ROOT / "shared" / "outbox" / "relay.py"
    assert "Signer" in borrowed_names(path)
    assert "Relay" not in borrowed_names(path)


def test_the_law_would_see_a_breach(tmp_path: Path) -> None:
    """The reader of imports finds both forms of import."""
    path = tmp_path / "breach.py"
    path.write_text("import services.cooperative.store\nfrom services import training\n")
    found = set(imports_of(path))
    assert {"services.cooperative.store", "services.training"} <= found
