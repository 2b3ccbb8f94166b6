"""Requests in the metrics: by the template of their route, never by what a caller wrote."""

from prometheus_client import REGISTRY

from tests.unit.web.conftest import SampleClient


def series() -> set[tuple[str, str]]:
    """Method and route of every series of answered requests."""
    return {
        (one.labels["method"], one.labels["route"])
        for metric in REGISTRY.collect()
        if metric.name == "lintas_http_requests"
        for one in metric.samples
    }


def test_whatever_callers_write_the_number_of_series_stays_that_of_the_routes(
    sample: SampleClient,
) -> None:
    """Five hundred paths, methods and queries add the one series of requests without a route."""
    before = series()
    for number in range(500):
        sample.client.request(f"M{number % 50}", f"/v1/{number}?q={number}")
        sample.client.get(f"/v1/none/{number}/3509012304560001")
    assert series() - before <= {("GET", "(none)"), ("OTHER", "(none)")}
    assert ("OTHER", "(none)") in series()


def test_a_route_with_a_value_in_its_path_is_one_series(sample: SampleClient) -> None:
    """The template, whoever's number is in the path."""
    for number in (1, 2):
        sample.client.get(f"/v1/notes/{number}", headers=sample.headers())
    assert {route for _, route in series() if "/notes/" in route} == {"/v1/notes/{number}"}


def test_probes_and_scrapes_have_routes_of_their_own(sample: SampleClient) -> None:
    """So that a rule can leave them out."""
    for path in ("/health/live", "/health/ready", "/metrics"):
        sample.operations.get(path)
        assert ("GET", path) in series()
