"""The OpenAPI documents of all services tell what the services do."""

import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from lintas.registry import SERVICES, settings_of
from shared.http.openapi import completed
from shared.security.keys import init_keys
from tests.unit.web.conftest import SampleClient

METHODS = {"get", "head", "post"}


@pytest.fixture(params=SERVICES, scope="module")
def document(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The document that one service serves."""
    tmp_path = tmp_path_factory.mktemp(request.param)
    init_keys(tmp_path, SERVICES)
    settings = settings_of(request.param)(keys=tmp_path, database=f"sqlite:///{tmp_path}/a.db")
    app = importlib.import_module(f"services.{request.param}.app")
    return dict(app.build(settings).api.openapi())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Path, method and description of each operation."""
    for path, methods in document["paths"].items():
        for method in METHODS & set(methods):
            yield path, method, methods[method]


def test_every_operation_is_called_by_a_short_name_of_its_own(document: dict[str, Any]) -> None:
    """The id is the function's name; no path, no method, never twice."""
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids) > 5
    assert [name for name in ids if not name.isidentifier() or "v1" in name or len(name) > 40] == []


def test_every_change_with_json_requires_an_idempotency_key(document: dict[str, Any]) -> None:
    """Exactly those: a CSV row is its own key, a reading changes nothing."""
    for path, method, operation in operations(document):
        found = [one for one in operation.get("parameters", []) if one["name"] == "Idempotency-Key"]
        changes = "application/json" in operation.get("requestBody", {}).get("content", {})
        assert len(found) == (1 if changes else 0), (path, method)
        if found:
            assert found[0]["required"] is True
            assert found[0]["schema"]["maxLength"] == 200


def test_every_operation_declares_the_answers_of_the_middlewares(document: dict[str, Any]) -> None:
    """A forbidden address, a full queue and a fault of our own can meet any request."""
    for path, method, operation in operations(document):
        wanted = {"400", "405", "500"} | ({"401", "403"} if operation.get("security") else set())
        assert wanted <= set(operation["responses"]), (path, method)
        if operation.get("requestBody"):
            assert {"408", "413", "415"} <= set(operation["responses"]), (path, method)
        busy = {"$ref": "#/components/responses/Problem503"}
        assert operation["responses"]["503"] == busy, (path, method)


def test_every_body_with_fields_is_a_component_of_its_own_name(document: dict[str, Any]) -> None:
    """A program made from the document gets classes with names; asked and answered alike."""
    for path, method, operation in operations(document):
        for body in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in body.get("content", {}).values():
                assert "properties" not in content.get("schema", {}), (path, method)
    assert [name for name in document["components"]["schemas"] if not name.isidentifier()] == []


def test_problems_are_one_component(document: dict[str, Any]) -> None:
    """Every error refers to a shared response, and every shared response to the one schema."""
    for path, method, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer == {"$ref": f"#/components/responses/Problem{status}"}, (path, method)
    shared = document["components"]["responses"]
    for answer in shared.values():
        (content,) = answer["content"].items()
        assert content == (
            "application/problem+json",
            {"schema": {"$ref": "#/components/schemas/Problem"}},
        )
    assert "Retry-After" in shared["Problem503"]["headers"]
    assert "Allow" in shared["Problem405"]["headers"]
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    """No definition was left behind when it moved to the components."""
    for reference in _references(document):
        part: Any = document
        for name in reference.removeprefix("#/").split("/"):
            assert name in part, reference
            part = part[name]


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        assert "$defs" not in node
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for child in node.values():
            yield from _references(child)
    elif isinstance(node, list):
        for child in node:
            yield from _references(child)


def test_two_operations_of_one_name_are_refused() -> None:
    """A client made from the document would lose one of them."""
    operation = {"operationId": "same", "responses": {}}
    paths = {path: {"get": {**operation, "responses": {}}} for path in ("/a", "/b")}
    with pytest.raises(ValueError, match="two operations are called same"):
        completed({"paths": paths})


def test_a_wrong_method_is_answered_with_every_right_one(sample: SampleClient) -> None:
    """Two routes share this address: Allow names the methods of both."""
    answer = sample.client.delete("/v1/notes")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
