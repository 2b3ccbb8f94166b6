"""Requests made from the OpenAPI document never break monitoring."""

from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from shared.security.tokens import issue
from tests.kit.fuzz import fuzz
from tests.kit.story import NOW
from tests.unit.monitoring.test_api import EXACT, RELEASE, Doors


@pytest.mark.long
def test_no_generated_request_breaks_the_doors(tmp_path: Path) -> None:
    """Statuses, types and bodies are those that the document says; one token may do everything."""
    doors = Doors(tmp_path)
    api = doors.client.app
    assert isinstance(api, FastAPI)
    token = issue(
        tmp_path / "keys" / "monitoring" / "tokens.json",
        name="all",
        agency="SOCIAL_AFFAIRS",
        scopes=[EXACT, RELEASE],
        areas=["*"],
        expires=NOW + timedelta(days=1),
    )
    assert fuzz(api, {"Authorization": f"Bearer {token}"}, examples=2).operations >= 7
