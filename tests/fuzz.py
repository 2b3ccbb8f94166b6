"""Fuzzing a service from its own OpenAPI document: few examples an operation, every answer checked.

def test_no_request_breaks_the_service(api, token):
assert fuzz(api, {"Authorization": f"Bearer {token}"}) >= 5
"""

from collections.abc import Mapping
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.result import Ok
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


def fuzz(api: FastAPI, headers: Mapping[str, str], examples: int = 15) -> int:
    """Send generated requests to every operation of an API; returns how many operations it has.

    A request that breaks the contract is as welcome as a good one. Fails with the request when an
    answer is a server error, or has a status, type or body that the document does not tell.
    """
    schema: BaseSchema = schemathesis.openapi.from_asgi(
        "/openapi.json", api, config=SchemathesisConfig()
    )
    schema = schema.exclude(path="/health/ready")  # 503 is its job while no broker runs
    count = 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result
        count += 1
        _fuzz_operation(result.ok(), dict(headers), examples)
    return count


def _fuzz_operation(operation: object, headers: dict[str, str], examples: int) -> None:
    @given(case=operation.as_strategy())  # type: ignore[attr-defined]
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Case[Any]) -> None:
        send.sent += 1  # type: ignore[attr-defined]
        key = {"Idempotency-Key": f"fuzz-{operation.label}-{send.sent}"}  # type: ignore[attr-defined]
        case.call_and_validate(headers=headers | key, checks=list(CHECKS))

    send.sent = 0  # type: ignore[attr-defined]
    send()
