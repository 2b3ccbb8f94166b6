"""Requests that nobody thought of."""

from fastapi import FastAPI

from tests.kit.door import ANYONE, Door
from tests.kit.fuzz import fuzz

OPERATIONS = 14
WITHOUT = ("allow_header_conformance",)
"""A family's number may hold any word: GET /v1/families/changes asks for the family `changes`."""


def test_no_request_breaks_a_door(ready: Door) -> None:
    """Every operation answers everything as its description says."""
    api = ready.client.app
    assert isinstance(api, FastAPI)
    assert fuzz(api, ready.bearer(ANYONE), without=WITHOUT) >= OPERATIONS
