"""The OpenAPI document tells what the service does: every status, one component for each problem.

FastAPI describes an endpoint; what the middlewares answer (400, 500, 503), what a token brings
(401, 403) and the form of our errors are the same everywhere and are written here once.
"""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.http.admission import OPERATIONS
from shared.http.problems import PROBLEM_SCHEMA, PROBLEM_TITLES, PROBLEM_TYPE

Document = dict[str, Any]
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")
_WHOLE_SECONDS = {"schema": {"type": "string", "pattern": r"^[1-9][0-9]*$"}}
_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$"
"""A text of a JSON body, which `shared/http/json_body.py` refuses otherwise."""
_ADDRESS_TEXT = r"^[^\u0000-\u001f\u007f]*$"
"""A text in an address, which `shared/http/middleware.py` refuses otherwise."""
_SAID = ("pattern", "format", "enum", "const")
_HEADERS = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"const": "Bearer"}}},
    405: {
        "Allow": {
            "required": True,
            "description": "The methods that this address has",
            "schema": {"type": "string", "pattern": "^[A-Z]+(, [A-Z]+)*$"},
        }
    },
    503: {
        "Retry-After": {
            "required": True,
            "description": "Seconds to wait before the request is sent again",
            **_WHOLE_SECONDS,
        }
    },
}


def operation_id(route: APIRoute) -> str:
    """The name of the endpoint's function: `hold_sessions`, without path and method."""
    return route.name


def describe(api: FastAPI) -> None:
    """Let an application serve the complete document."""
    plain = api.openapi

    def complete() -> Document:
        if api.openapi_schema is None:
            api.openapi_schema = completed(plain())
        return api.openapi_schema

    api.openapi = complete  # type: ignore[method-assign]


def completed(document: Document) -> Document:
    """FastAPI's document with all statuses, shared components and ids that are unique.

    Raises:
        ValueError: two different schemas have one name, or two operations have one id.
    """
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for name in _FASTAPI_ERRORS:
        schemas.pop(name, None)
    used: set[int] = set()
    ids: set[str] = set()
    for path, method, operation in _operations(document):
        _name(operation, method, ids)
        used |= _refer(operation, path)
        _lift(operation, schemas)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] in ("path", "query"):
                parameter["schema"] = plain_text(parameter["schema"], _ADDRESS_TEXT)
    _add(schemas, "Problem", PROBLEM_SCHEMA)
    components["responses"] = {f"Problem{status}": _response(status) for status in sorted(used)}
    return document


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method, methods[method]


def _name(operation: Document, method: str, ids: set[str]) -> None:
    """HEAD is served by the function of GET: its id says so."""
    if method == "head":
        operation["operationId"] = f"{operation['operationId']}_head"
    if operation["operationId"] in ids:
        raise ValueError(f"two operations are called {operation['operationId']}")
    ids.add(operation["operationId"])


def _refer(operation: Document, path: str) -> set[int]:
    """Add what every operation can answer, and refer to the shared responses."""
    responses: Document = operation["responses"]
    statuses = {int(status) for status, told in responses.items() if _is_problem(status, told)}
    statuses |= {400, 405, 500} | (set() if path in OPERATIONS else {503})
    statuses |= {401, 403} if operation.get("security") else set()
    for status in statuses:
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = {status: responses[status] for status in sorted(responses)}
    return statuses


def _is_problem(status: str, told: Document) -> bool:
    return PROBLEM_TYPE in told.get("content", {}) or (status == "422" and "content" in told)


def _response(status: int) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    told = {"description": PROBLEM_TITLES[status], "content": {PROBLEM_TYPE: {"schema": schema}}}
    return told | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def plain_text(schema: Any, pattern: str = _TEXT) -> Any:
    """The schema, whose free texts say which characters are refused in every text."""
    if isinstance(schema, list):
        return [plain_text(one, pattern) for one in schema]
    if not isinstance(schema, dict):
        return schema
    said = {name: plain_text(one, pattern) for name, one in schema.items()}
    free = said.get("type") == "string" and not any(name in said for name in _SAID)
    return said | ({"pattern": pattern} if free else {})


def _lift(operation: Document, schemas: Document) -> None:
    """Move the schema of each body, and the definitions that it brought, to the components."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for content in body.get("content", {}).values():
            schema = content.get("schema", {})
            for name, definition in schema.pop("$defs", {}).items():
                _add(schemas, name, definition)
            if "title" in schema and "properties" in schema:
                name = component_name(schema["title"])
                _add(schemas, name, schema)
                content["schema"] = {"$ref": f"#/components/schemas/{name}"}


def component_name(title: str) -> str:
    """`Items[Exit]` is `ItemsOfExit`: generated programs get a class of that name."""
    return re.sub(r"\W", "", title.replace("[", "Of"))


def _add(schemas: Document, name: str, definition: Document) -> None:
    if schemas.setdefault(name, definition) != definition:
        raise ValueError(f"two different schemas are called {name}")
