"""Fuzzing a service from its own OpenAPI document: every phase and check of Schemathesis, few examples.

def test_no_request_breaks_the_service(api, token):
assert fuzz(api, {"Authorization": f"Bearer {token}"}) >= 5
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any

import schemathesis
from fastapi import FastAPI
from schemathesis import Case, HookContext
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from shared.http.idempotency import KEY_PARAMETER

CHECKS: dict[str, dict[str, Any]] = {
    "negative_data_rejection": {"enabled": False},
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "400", "401", "403", "404", "409", "422"]
    },
}
"""Every check runs but these. A batch answers 200 and refuses a bad item in its result, so rejection does not
show in the status. A form that is good may break a rule that no JSON Schema can say: an unknown region, a
whole number written 9.0 (422), a control character in a text (400)."""
_GOOD_KEY = re.compile(KEY_PARAMETER["schema"]["pattern"])


_numbers = count(1)


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """A good key is a new one: the same key with other content is refused, and rightly."""
    if _GOOD_KEY.match(str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = f"fuzz-{next(_numbers)}"


def fuzz(
    api: FastAPI, headers: Mapping[str, str], examples: int = 5, without: Collection[str] = ()
) -> int:
    """Send generated requests to every operation of an API; returns how many operations it has.

    Phases: the document's examples, the bounds of each field, random requests (both good and
    bad) and sequences of requests that are linked. `without` names
    checks that cannot hold there. Fails with everything that broke the contract.
    """
    config = _config(headers, examples, without)
    document = schemathesis.openapi.from_asgi("/openapi.json", api, config=config)
    schema = document.exclude(path="/health/ready")  # 503 is its job while no broker runs
    found: dict[str, str] = {}
    labels: set[str] = set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            labels |= {node.value.operation.label for node in event.recorder.cases.values()}
            found |= dict(_failures(event.recorder))
        elif isinstance(event, events.NonFatalError):
            found.setdefault(f"{event.label}: {event.value!r}", str(event.value))
        elif isinstance(event, events.FatalError):
            raise event.exception
    assert not found, "\n\n".join(f"{name}\n{told}" for name, told in found.items())
    return len(labels)


def _config(
    headers: Mapping[str, str], examples: int, without: Collection[str]
) -> SchemathesisConfig:
    token = headers["Authorization"].removeprefix("Bearer ")
    return SchemathesisConfig.from_dict(
        {
            "auth": {"openapi": {"HTTPBearer": {"bearer": token}}},
            "workers": 1,
            "continue-on-failure": True,
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "no-shrink": True,
                "database": "none",
            },
            "checks": CHECKS | {name: {"enabled": False} for name in without},
        }
    )


def _failures(recorder: ScenarioRecorder) -> Iterator[tuple[str, str]]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                label = recorder.cases[case_id].value.operation.label
                told: Any = check.failure_info
                yield (
                    f"{label}: {check.name}: {told.failure.title}",
                    f"{told.failure.message}\n{told.code_sample}",
                )
