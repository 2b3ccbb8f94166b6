"""Requests made from the OpenAPI document never break the cooperative service."""

import pytest

from tests.kit.door import Door
from tests.kit.fuzz import fuzz


@pytest.mark.long
def test_no_generated_request_breaks_the_doors(ready: Door) -> None:
    """Statuses, types and bodies are those that the document declares."""
    tried = fuzz(ready.client.app, ready.bearer("all"))  # type: ignore[arg-type]
    assert tried.operations >= 10
    assert tried.bad_items > 0
