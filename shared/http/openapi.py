"""Complete FastAPI's OpenAPI document: every status, one component for each problem.

FastAPI describes an endpoint. The answers of the middlewares (400, 500, 503) and of the token check
(401, 403) and the form of our errors are the same everywhere and are added here once.
"""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from shared.http.problems import PROBLEM_SCHEMA, PROBLEM_TYPE, problem_title

Document = dict[str, Any]
_METHODS = ("get", "head", "post", "put", "patch", "delete")
_FASTAPI_ERRORS = ("HTTPValidationError", "ValidationError")
_WHOLE_SECONDS = {"schema": {"type": "string", "pattern": r"^[1-9][0-9]*$"}}
_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$"
"""The texts that `shared/http/json_body.py` accepts in a JSON body."""
_ADDRESS_TEXT = r"^[^\u0000-\u001f\u007f]*$"
"""The texts that `shared/http/middleware.py` accepts in an address."""
_RESTRICTED = ("pattern", "format", "enum", "const")
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
    """Make an application serve the complete document."""
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
    for method, operation in _operations(document):
        _name(operation, method, ids)
        used |= _refer(operation)
        _lift(operation, schemas)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] in ("path", "query"):
                parameter["schema"] = plain_text(parameter["schema"], _ADDRESS_TEXT)
    _add(schemas, "Problem", PROBLEM_SCHEMA)
    components["responses"] = {f"Problem{status}": _response(status) for status in sorted(used)}
    return document


def _operations(document: Document) -> Iterator[tuple[str, Document]]:
    for methods in document["paths"].values():
        for method in _METHODS:
            if method in methods:
                yield method, methods[method]


def _name(operation: Document, method: str, ids: set[str]) -> None:
    """Give HEAD, which the function of GET serves, an id of its own; refuse a second use of an id."""
    if method == "head":
        operation["operationId"] = f"{operation['operationId']}_head"
    if operation["operationId"] in ids:
        raise ValueError(f"two operations are called {operation['operationId']}")
    ids.add(operation["operationId"])


def _refer(operation: Document) -> set[int]:
    """Add the statuses that every operation can answer; refer to the shared responses."""
    responses: Document = operation["responses"]
    statuses = {int(status) for status, answer in responses.items() if _is_problem(status, answer)}
    statuses |= {400, 405, 500, 503}
    statuses |= {401, 403} if operation.get("security") else set()
    for status in statuses:
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = {status: responses[status] for status in sorted(responses)}
    return statuses


def _is_problem(status: str, answer: Document) -> bool:
    return PROBLEM_TYPE in answer.get("content", {}) or (status == "422" and "content" in answer)


def _response(status: int) -> Document:
    schema = {"$ref": "#/components/schemas/Problem"}
    answer = {"description": problem_title(status), "content": {PROBLEM_TYPE: {"schema": schema}}}
    return answer | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


def plain_text(schema: Any, pattern: str = _TEXT) -> Any:
    """Copy the schema and give every free text the pattern of accepted characters."""
    if isinstance(schema, list):
        return [plain_text(one, pattern) for one in schema]
    if not isinstance(schema, dict):
        return schema
    copied = {name: plain_text(one, pattern) for name, one in schema.items()}
    free = copied.get("type") == "string" and not any(name in copied for name in _RESTRICTED)
    return copied | ({"pattern": pattern} if free else {})


def _lift(operation: Document, schemas: Document) -> None:
    """Move the schema of each body and its definitions to the components."""
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
    """Turn `Items[Exit]` into `ItemsOfExit`, so that code generators get a valid class name."""
    return re.sub(r"\W", "", title.replace("[", "Of"))


def _add(schemas: Document, name: str, definition: Document) -> None:
    if schemas.setdefault(name, definition) != definition:
        raise ValueError(f"two different schemas are called {name}")
