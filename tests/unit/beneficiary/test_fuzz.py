"""Requests that nobody thought of."""

import pytest
from fastapi import FastAPI

from tests.kit.door import ANYONE, Door
from tests.kit.fuzz import fuzz

OPERATIONS = 18


@pytest.mark.long
def test_no_request_breaks_a_door(ready: Door) -> None:
    """Every operation answers everything as its description says."""
    api = ready.client.app
    assert isinstance(api, FastAPI)
    tried = fuzz(api, ready.bearer(ANYONE))
    assert tried.operations >= OPERATIONS
    assert tried.bad_items > 0
