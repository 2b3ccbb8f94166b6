"""Fuzzing a service from its own OpenAPI document: every phase and check of Schemathesis, few examples.

def test_no_request_breaks_the_service(api, token):
assert fuzz(api, {"Authorization": f"Bearer {token}"}) >= 5
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import schemathesis
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from schemathesis import Case, CheckContext, HookContext, Response
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder

from shared.http.idempotency import KEY_PARAMETER
from tests.kit.depth import sample

ANSWERED_WITH_200 = {"negative_data_rejection": {"expected-statuses": ["200", "4xx", "5xx"]}}
"""For batches alone: they answer 200 and refuse a bad item in its result. In the place of the status
`no_bad_item_is_accepted` looks at the results."""
CHECKS: dict[str, dict[str, Any]] = {
    "positive_data_acceptance": {
        "expected-statuses": ["2xx", "400", "401", "403", "404", "409", "422"]
    },
    "allow_header_conformance": {"enabled": False},
}
"""Every check runs but the last, which knows the methods of one template only: `allow_names_every_method`
looks at all that match. `good_data_is_accepted` narrows 400 and 422 to the codes below."""
UNSAYABLE = {
    "CLOSING_INCOMPLETE": "a parameter of an address that needs another one",
    "DATE_IMPLAUSIBLE": "the first day that is allowed is a keyword of ours: x-lintas-day",
    "FIELD_TYPE": "JSON Schema takes 9.0 for an integer, our doors do not",
    "REGION_UNKNOWN": "regions are a list of 90,000 codes",
    "REPORT_NOT_EXPECTED": "what an office has to report is its own data",
    "TEXT_FORBIDDEN": "control characters in the names of an object whose names are free",
    "TIME_FUTURE": "what has happened is not later than today",
}
"""Refusals of data that is good by its schema, and what no JSON Schema can say."""
_WHOLE = "x-whole-paths"
"""Where a document has the operations that are not in the sample too."""
_GOOD_KEY = re.compile(KEY_PARAMETER["schema"]["pattern"])


_numbers = count(1)


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    """A good key is a new one: the same key with other content is refused, and rightly."""
    if _GOOD_KEY.match(str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = f"fuzz-{next(_numbers)}"


class Fuzzed(NamedTuple):
    """What was tried."""

    operations: int
    """Of the document; all of them are tried in the whole, a sample otherwise."""
    bad_items: int
    """That broke their schema."""


_bad_items: Counter[str] = Counter()
"""Items that broke their schema and were refused, by operation."""


@schemathesis.check
def no_bad_item_is_accepted(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """An item that breaks its schema is refused, whatever becomes of the others."""
    if not _is_batch(case.operation) or response.status_code != 200:
        return
    body: Any = response.request.body
    sent = json.loads(body)["items"]
    results = response.json()["results"]
    assert [one["index"] for one in results] == list(range(len(sent)))
    good = _validator(case)
    for item, result in zip(sent, results, strict=True):
        if not good.is_valid(item):
            assert result["status"] == "refused", f"a bad item was {result['status']}"
            _bad_items[case.operation.label] += 1


@schemathesis.check
def good_data_is_accepted(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """What is good by its schema is refused only for a reason that no schema can say."""
    good = case.meta is not None and case.meta.generation.mode.is_positive
    if good and response.status_code in (400, 422):
        problem = response.json()
        codes = {problem["code"], *(one["code"] for one in problem.get("errors", ()))}
        assert codes <= set(UNSAYABLE), f"refused with {sorted(codes - set(UNSAYABLE))}"


@schemathesis.check
def allow_names_every_method(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """`Allow` is the union over all templates that match: a family may be called `changes`."""
    (allowed,) = response.headers.get("allow", [""])
    if allowed:
        path = urlsplit(response.request.url or "").path
        declared = {
            method.upper()
            for template, methods in case.operation.schema.raw_schema[_WHOLE].items()
            if re.fullmatch(re.sub(r"\\{\w+\\}", ".+", re.escape(template)), path)
            for method in methods
        }
        assert set(allowed.split(", ")) - {"HEAD"} == declared - {"HEAD"}, (allowed, path)


def _is_batch(operation: Any) -> bool:
    answers = operation.definition.raw["responses"].get("200", {}).get("content", {})
    return "Results" in str(answers.get("application/json"))


def _validator(case: Case[Any]) -> Draft202012Validator:
    """Of one item of this operation's batch."""
    document = case.operation.schema.raw_schema
    (content,) = case.operation.definition.raw["requestBody"]["content"].values()
    name = content["schema"]["$ref"].rpartition("/")[2]
    items = document["components"]["schemas"][name]["properties"]["items"]["items"]
    return Draft202012Validator({**items, "components": document["components"]})


def fuzz(api: FastAPI, headers: Mapping[str, str], examples: int = 3, every: int = 3) -> Fuzzed:
    """Send generated requests to the operations of an API, in a sample to every third; says how much.

    Phases: the document's examples, the bounds of each field, random requests (both good and
    bad) and sequences of requests that are linked. Fails with everything that broke the contract.
    """
    _bad_items.clear()
    batches = _batches(api)
    config = _config(headers, examples, batches)
    document = schemathesis.openapi.from_asgi("/openapi.json", api, config=config)
    operations = _operations(document.raw_schema)
    _leave(document.raw_schema, _chosen(document.raw_schema["paths"], batches, every))
    found: dict[str, str] = {}
    labels: set[str] = set()
    for event in from_schema(document).execute():
        if isinstance(event, events.ScenarioFinished):
            labels |= {node.value.operation.label for node in event.recorder.cases.values()}
            found |= dict(_failures(event.recorder))
        elif isinstance(event, events.NonFatalError):
            found.setdefault(f"{event.label}: {event.value!r}", str(event.value))
        elif isinstance(event, events.FatalError):
            raise event.exception
    assert not found, "\n\n".join(f"{name}\n{failure}" for name, failure in found.items())
    assert sorted(labels) == sorted(_operations(document.raw_schema))
    return Fuzzed(len(operations), _bad_items.total())


def _operations(document: Mapping[str, Any]) -> list[str]:
    return [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    ]


def _leave(document: dict[str, Any], paths: Collection[str]) -> None:
    """Leave these paths in the document: filters of Schemathesis do not reach its engine."""
    document[_WHOLE] = document["paths"]
    document["paths"] = {path: document["paths"][path] for path in paths}


def _chosen(paths: Collection[str], batches: Collection[str], every: int) -> list[str]:
    """Some of each kind: those that take batches are few, and a sample without any shows little."""
    others = [path for path in paths if path not in batches]
    return [*sample(sorted(batches), every), *sample(others, every)]


def _batches(api: FastAPI) -> list[str]:
    return [
        path
        for path, methods in api.openapi()["paths"].items()
        if "Results" in str(methods.get("post", {}).get("responses", {}).get("200"))
    ]


def _config(
    headers: Mapping[str, str], examples: int, batches: Sequence[str]
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
            "checks": CHECKS,
            "operations": [{"include-path": one, "checks": ANSWERED_WITH_200} for one in batches],
        }
    )


def _failures(recorder: ScenarioRecorder) -> Iterator[tuple[str, str]]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is not None:
                label = recorder.cases[case_id].value.operation.label
                failure: Any = check.failure_info
                yield (
                    f"{label}: {check.name}: {failure.failure.title}",
                    f"{failure.failure.message}\n{failure.code_sample}",
                )
