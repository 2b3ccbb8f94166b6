"""Requests made from the OpenAPI document never break the sample."""

from tests.kit.fuzz import fuzz
from tests.unit.web.conftest import Desk


def test_no_generated_request_breaks_the_sample(desk: Desk) -> None:
    """Statuses, types and bodies are those that the document tells."""
    tried = fuzz(desk.client.app, desk.headers())  # type: ignore[arg-type]
    assert tried.operations >= 7
    assert tried.bad_items > 0
