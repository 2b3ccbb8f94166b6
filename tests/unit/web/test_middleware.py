"""What every request meets: sensitive addresses, headers, limits, types, errors without details."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from shared.database.engine import open_engine
from shared.http.endpoints import MAX_BODY_BYTES
from shared.http.middleware import is_sensitive
from shared.observability.health import Health
from shared.service.health_checks import database_check
from tests.kit.sample_api import NOW, sample_api, sample_tokens
from tests.unit.web.conftest import SampleClient

GOOD = {"items": [{"number": "N/1", "count": 1}]}
NIK = "3509012304560001"


@pytest.mark.parametrize(
    "query",
    [
        "token=abc",
        "access_token=abc",
        "api_key=x",
        "API-Key=x",
        "password=x",
        f"q={NIK}",
        "q=3509.0123.0456.0001&page=1",
        "q=3509+0123+0456+0001",
        f"{NIK}",
        "nik=1",
        "no_kk=1",
        "national_id=1",
        "q=Bearer%20abc",
        "q=eyJhbGciOi.eyJzdWIi.x",
        "q=lintas_abcdefghijklmnopqrstuvwxyz",
        "q=%33%35%30%39%30%31%32%33%30%34%35%36%30%30%30%31",
    ],
)
def test_a_token_or_identity_number_in_the_address_is_refused(query: str) -> None:
    """By name or by look, encoded or grouped."""
    assert is_sensitive(query)


@pytest.mark.parametrize(
    "query", ["", "limit=10", "area=35.09.01.2001", "bahasa=en", "until=2026-06"]
)
def test_ordinary_queries_pass(query: str) -> None:
    """Codes of regions and months are no identity numbers."""
    assert not is_sensitive(query)


def test_a_sensitive_address_is_answered_400_and_never_logged(
    sample: SampleClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the query nor the path reaches a log."""
    with caplog.at_level(logging.DEBUG):
        answer = sample.get(f"/v1/notes?nik={NIK}")
        sample.get(f"/v1/notes/{NIK}")
    assert (answer.status_code, answer.json()["code"]) == (400, "SENSITIVE_IN_URL")
    log_text = "".join(
        record.getMessage() for record in caplog.records if record.name.startswith("lintas")
    )
    assert NIK not in log_text
    assert "GET /v1/notes/{number} 404" in log_text


def test_the_access_log_has_route_status_time_and_client_only(
    sample: SampleClient, caplog: pytest.LogCaptureFixture
) -> None:
    """No body, no query, no key, no token."""
    with caplog.at_level(logging.INFO, "lintas.access"):
        sample.post(
            "/v1/notes?x=hush", {"items": [{"number": "PRIVATE", "count": 1}]}, key="my-key"
        )
    [line] = [record.getMessage() for record in caplog.records if record.name == "lintas.access"]
    assert line.startswith("POST /v1/notes 200 ")
    assert line.endswith(" writer")
    assert not any(word in line for word in ("PRIVATE", "hush", "my-key", sample.writer))


@pytest.mark.parametrize("path", ["/v1/notes", "/nothing", "/openapi.json", "/v1/broken"])
def test_every_answer_has_the_security_headers(sample: SampleClient, path: str) -> None:
    """Errors too."""
    headers = sample.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_an_unexpected_error_is_a_problem_without_details(
    sample: SampleClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the answer nor our log repeats the error's message."""
    answer = sample.get("/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "UNEXPECTED")
    assert answer.headers["content-type"] == "application/problem+json"
    assert NIK not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "text/json",
    ],
)
def test_other_types_of_body_are_refused(sample: SampleClient, kind: str) -> None:
    """415: only JSON in UTF-8."""
    answer = sample.post("/v1/notes", b"{}", Content_Type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "CONTENT_TYPE")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", 'Application/JSON;charset="UTF-8"']
)
def test_json_in_utf_8_may_say_so(sample: SampleClient, kind: str) -> None:
    """Case, blanks and quotes do not matter."""
    body = b'{"items":[{"number":"N/1","count":1}]}'
    assert sample.post("/v1/notes", body, Content_Type=kind).status_code == 200


def test_a_compressed_body_is_refused(sample: SampleClient) -> None:
    """A small bomb is never unpacked."""
    assert sample.post("/v1/notes", b"{}", Content_Encoding="gzip").status_code == 415


def test_a_body_over_the_limit_is_refused_by_its_declared_length(sample: SampleClient) -> None:
    """413 before the body is read."""
    answer = sample.post("/v1/notes", b" " * (MAX_BODY_BYTES + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")


def test_a_body_over_the_limit_without_length_is_refused_too(sample: SampleClient) -> None:
    """A chunked body is counted as it comes."""
    headers = sample.headers(Idempotency_Key="k", Content_Type="application/json")
    endless = (b" " * 65_536 for _ in range(1_000))
    assert sample.client.post("/v1/notes", content=endless, headers=headers).status_code == 413


@pytest.mark.parametrize("key", [None, "", "x" * 201, "k\u00e9y"])
def test_a_missing_or_odd_idempotency_key_is_refused(sample: SampleClient, key: str | None) -> None:
    """400 with the way to make one; nothing is stored."""
    headers = sample.headers() | ({} if key is None else {"Idempotency-Key": key.encode("latin-1")})
    answer = sample.client.post("/v1/notes", json=GOOD, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "IDEMPOTENCY_KEY")
    assert sample.notes() == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/unknown", 404),
        ("GET", "//v1/notes", 404),
        ("DELETE", "/v1/notes", 405),
        ("TRACE", "/v1/notes", 405),
        ("GET", "/v1/notes/%00", 400),
        ("GET", "/v1/notes?a=%0d%0a", 400),
        ("GET", "/v1/notes?limit=0", 422),
        ("GET", "/v1/notes?limit=1e9", 422),
        ("GET", "/v1/notes?limit=-1", 422),
    ],
)
def test_odd_addresses_and_methods_are_problems(
    sample: SampleClient, method: str, path: str, status: int
) -> None:
    """Always problem+json with a code, never HTML or a traceback."""
    answer = sample.client.request(method, path, headers=sample.headers())
    assert status == answer.status_code
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"]
    assert status != 405 or answer.headers["allow"]


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        (None, 401, "TOKEN_REQUIRED"),
        ("Basic abc", 401, "TOKEN_REQUIRED"),
        ("Bearer nonsense", 401, "TOKEN_INVALID"),
        ("Bearer", 401, "TOKEN_REQUIRED"),
    ],
)
def test_a_request_without_a_valid_token_is_refused(
    sample: SampleClient, header: str | None, status: int, code: str
) -> None:
    """401 says how to authenticate; the body is not looked at."""
    headers = {} if header is None else {"Authorization": header}
    answer = sample.client.post("/v1/notes", content=b"{broken", headers=headers)
    assert (status, code, "Bearer") == (
        answer.status_code,
        answer.json()["code"],
        answer.headers["www-authenticate"],
    )


def test_a_token_without_the_scope_is_forbidden(sample: SampleClient) -> None:
    """A reader cannot write."""
    answer = sample.client.post(
        "/v1/notes", json=GOOD, headers={"Authorization": f"Bearer {sample.reader}"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "SCOPE_FORBIDDEN")


def test_an_expired_token_looks_like_an_unknown_one(sample: SampleClient) -> None:
    """Nothing is learnt from the answer."""
    sample.client.app.state.clock = lambda: NOW + timedelta(days=10)  # type: ignore[attr-defined]
    assert sample.get("/v1/notes").json()["code"] == "TOKEN_INVALID"


def test_a_database_that_cannot_be_reached_is_a_503_that_says_when(tmp_path: object) -> None:
    """Nothing is accepted; the same key may be sent again."""
    engine = open_engine("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2")
    tokens, writer, _ = sample_tokens(tmp_path)  # type: ignore[arg-type]
    with TestClient(sample_api(engine, tokens, Health())) as client:
        headers = {"Authorization": f"Bearer {writer}", "Idempotency-Key": "k"}
        answer = client.post("/v1/notes", json=GOOD, headers=headers)
    assert (
        answer.status_code,
        answer.json()["code"],
        answer.headers["retry-after"],
    ) == (503, "DATABASE_AWAY", "5")


def test_a_full_disk_is_answered_by_its_name_and_not_ready(
    sample: SampleClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """503 with a code of its own; with space again the same request succeeds, and later readiness."""
    if sample.engine.dialect.name != "sqlite":
        pytest.skip("a server's disk is not filled here")
    sample.health.add_check("database", database_check(sample.engine))
    limit = ["PRAGMA max_page_count=1"]

    @event.listens_for(sample.engine, "begin")
    def _limit(connection: Any) -> None:
        connection.exec_driver_sql(limit[0])

    many = {"items": [{"number": f"N/{n}", "count": 1, "title": "x" * 80} for n in range(900)]}
    answer = sample.post("/v1/notes", many, key="full")
    assert (answer.status_code, answer.json()["code"]) == (503, "DATABASE_FULL")
    ready = sample.operations.get("/health/ready")
    assert ready.status_code == 503
    assert "DATABASE_FULL" in ready.json()["missing"]["database"]
    assert sample.get("/v1/notes").status_code == 200
    limit[0] = "PRAGMA max_page_count=1000000"
    assert sample.post("/v1/notes", many, key="full").status_code == 200
    still = sample.operations.get("/health/ready")  # small changes fit a full disk too
    assert still.status_code == 503
    monkeypatch.setattr("shared.database.engine.FAULT_SECONDS", 0.0)
    assert sample.operations.get("/health/ready").status_code == 200


def test_a_stopping_service_is_not_ready_but_live(sample: SampleClient) -> None:
    """Load balancers go elsewhere; nobody kills it."""
    assert sample.operations.get("/health/ready").status_code == 200
    sample.health.stop()
    answer = sample.operations.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["missing"]
    assert sample.operations.get("/health/live").status_code == 200


def test_metrics_are_for_prometheus(sample: SampleClient) -> None:
    """Plain text, without a token."""
    answer = sample.operations.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# HELP" in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/health/live", "/health/ready"])
def test_the_public_port_has_neither_health_nor_metrics(sample: SampleClient, path: str) -> None:
    """Exact counts at every moment would show single people."""
    assert sample.client.get(path).status_code == 404
