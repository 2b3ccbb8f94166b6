"""One registry of services: their cards."""

import ast
from pathlib import Path
from typing import Any

from lintas.registry import AGENCIES, CARDS, PUBLISHERS, SERVICES
from shared.events.topics import TOPICS

ROOT = Path(__file__).resolve().parents[3]
CODE = ("lintas", "services", "shared", "benchmarks", "tests/parts", "tests/deploy", "tests/e2e",
        "tests/faults", "tests/integration")  # fmt: skip
"""Not tests/unit: a table of cases that each service needs is not a list to keep in step."""
FEW = 2
"""Two services may be named together as an example; three are a list."""


def test_every_topic_of_the_contract_belongs_to_one_service() -> None:
    """No topic without a service that publishes it, no two services on one topic."""
    assert sorted(card.topic.name for card in CARDS.values()) == sorted(one.name for one in TOPICS)


def test_no_two_services_share_a_port() -> None:
    """All of them run on one machine."""
    assert len({card.port for card in CARDS.values()}) == len(CARDS)


def test_monitoring_listens_to_every_other_service() -> None:
    """A ministry that joins is counted without an edit in monitoring."""
    assert set(PUBLISHERS) == set(SERVICES) - {"monitoring"}


def test_every_agency_of_a_card_may_hold_a_token() -> None:
    """Agencies follow from the cards."""
    assert {card.agency for card in CARDS.values()} == set(AGENCIES)


def names_in(node: ast.AST) -> set[Any]:
    """The services that a tuple, list, set or dictionary names."""
    values: list[ast.expr | None] = []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        values += node.elts
    if isinstance(node, ast.Dict):
        values += node.keys
    return {one.value for one in values if isinstance(one, ast.Constant)} & set(SERVICES)


def test_services_are_listed_nowhere_else() -> None:
    """A fifth ministry needs no edit of a list: three service names in one literal are a list.

    The reference program is independent of everything, also of this.
    """
    lists = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in CODE
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not {"node_modules", "reference"} & set(path.parts)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.expr) and len(names_in(node)) > FEW
    ]
    assert "\n".join(lists) == ""
