"""`lintas reports open` as an officer meets it: a table of months, or one line."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from lintas.broker import free_port
from lintas.client import RequestRefused
from lintas.main import app
from lintas.reports_command import open_reports, overdue_reports

PAGES: dict[str | None, dict[str, Any]] = {
    None: {"reports": [{"month": "2026-04"}], "next": "35.09/SESSIONS/2026-04"},
    "35.09/SESSIONS/2026-04": {"reports": [{"month": "2026-05"}], "next": None},
}


def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    """A client of a service that answers so."""
    return httpx.Client(transport=httpx.MockTransport(answer))


def test_every_page_is_read() -> None:
    """With the cursor of the one before, and the token."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer t"
        assert request.url.params["area"] == "35.09"
        return httpx.Response(200, json=PAGES[request.url.params.get("after")])

    with client(answer) as service:
        found = open_reports(service, "http://office", "t", "35.09")
    assert [one["month"] for one in found] == ["2026-04", "2026-05"]


def test_without_an_area_none_is_named() -> None:
    """The service gives every area of the token; monitoring needs no token at all."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert "area" not in request.url.params
        assert ("Authorization" in request.headers) == (request.url.path == "/v1/reports/open")
        return httpx.Response(200, json={"reports": [], "next": None})

    with client(answer) as service:
        assert open_reports(service, "http://office", "t") == []
        assert overdue_reports(service, "http://monitoring") == []


def test_a_refusal_is_the_services_own() -> None:
    """Its code and message."""
    problem = {
        "code": "AREA_FORBIDDEN",
        "detail": "wilayah ini di luar wewenang akun atau token Anda",
    }
    with (
        client(lambda _: httpx.Response(403, json=problem)) as service,
        pytest.raises(RequestRefused, match="AREA_FORBIDDEN"),
    ):
        open_reports(service, "http://office", "t", "35.13")


def test_a_service_that_is_away_says_so() -> None:
    """One line, no traceback, and another exit code than that of open months."""
    url = f"http://127.0.0.1:{free_port()}"
    asked = ["reports", "open", "--url", url, "--area", "35.09", "--token", "x"]
    result = CliRunner().invoke(app, asked)
    assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert "cannot be reached" in " ".join(result.output.split())
