"""Requests made from the OpenAPI document never break the sample."""

from typing import Any

import pytest

from shared.errors import Refusal
from shared.http import endpoints
from shared.http.batches import Batch
from shared.http.json_body import read_json
from tests.kit.fuzz import fuzz
from tests.kit.sample_api import Note
from tests.unit.web.conftest import SampleClient


@pytest.mark.long
def test_no_generated_request_breaks_the_sample(sample: SampleClient) -> None:
    """Statuses, types and bodies are those of the document."""
    tried = fuzz(sample.client.app, sample.headers(), every=1)  # type: ignore[arg-type]
    assert tried.operations >= 5
    assert tried.bad_items > 0


def test_a_door_that_takes_whatever_comes_is_found(
    sample: SampleClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It accepts every item, the bad ones as well."""

    def careless(_adapter: Any, body: bytes) -> Batch[Note]:
        items = read_json(body)[1].get("items")
        if not items or not isinstance(items, list):
            raise Refusal("BODY_SHAPE")
        made = [Note.model_construct(number=f"n{n}", count=1) for n in range(len(items))]
        return Batch(made, range(len(items)), {})

    monkeypatch.setattr(endpoints, "read_items", careless)
    with pytest.raises(AssertionError, match="a bad item was") as found:
        fuzz(sample.client.app, sample.headers(), every=1)  # type: ignore[arg-type]
    assert "POST /v1/notes" in str(found.value)
