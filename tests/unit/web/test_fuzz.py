"""Requests made from the OpenAPI document never break the sample."""

from tests.kit.fuzz import fuzz
from tests.unit.web.conftest import Desk


def test_no_generated_request_breaks_the_sample(desk: Desk) -> None:
    """Statuses, types and bodies are those that the document tells."""
    assert fuzz(desk.client.app, desk.headers(), examples=10) >= 7  # type: ignore[arg-type]
