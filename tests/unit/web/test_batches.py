"""Batches: shape refuses the batch, a value refuses its item, a rule refuses its item."""

import json
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from pydantic import TypeAdapter

from shared.http.batches import MAX_ITEMS, Batch, Items, accepted, read_items
from tests.kit.sample_api import Note
from tests.unit.web.conftest import SampleClient

ADAPTER: TypeAdapter[Items[Note]] = TypeAdapter(Items[Note])
GOOD = {"number": "N/1", "count": 1}


def results(sample: SampleClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    """The results of a batch that is answered with 200."""
    answer = sample.post("/v1/notes", {"items": list(items)})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def test_good_items_are_kept_when_others_are_refused(sample: SampleClient) -> None:
    """Each item has its own result, in the sender's order."""
    bad_value, bad_rule = GOOD | {"number": "N 1"}, {"number": "N/3", "count": 13}
    found = results(sample, bad_value, GOOD, bad_rule, GOOD, {"number": "N/4", "count": 2})
    assert [one["status"] for one in found] == [
        "refused",
        "accepted",
        "refused",
        "duplicate",
        "accepted",
    ]
    assert [one["index"] for one in found] == [0, 1, 2, 3, 4]
    assert [found[0]["code"], found[2]["code"]] == ["FIELD_FORMAT", "CONFLICT"]
    assert sample.notes() == 2


def test_a_refused_item_names_field_and_remedy_but_not_the_value(sample: SampleClient) -> None:
    """What was sent may be a person's number."""
    [found] = results(sample, {"number": "3509 0123 0456 0001 secret", "count": 1})
    assert found["field"] == "number"
    assert found["remedy"]
    assert found["message"]
    assert "secret" not in json.dumps(found)


def test_a_batch_of_bad_items_only_stores_nothing(sample: SampleClient) -> None:
    """And is still answered item by item."""
    assert [one["status"] for one in results(sample, GOOD | {"count": -1})] == ["refused"]
    assert sample.notes() == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"colour": "red"}, "FIELD_UNKNOWN"),
        ({"count": "1"}, "FIELD_TYPE"),
        ({"count": True}, "FIELD_TYPE"),
        ({"count": None}, "FIELD_TYPE"),
        ({"count": 1.5}, "FIELD_TYPE"),
        ({"number": 7}, "FIELD_TYPE"),
        ({"title": ["a"]}, "FIELD_TYPE"),
    ],
)
def test_a_wrong_shape_refuses_the_whole_batch(
    sample: SampleClient, change: dict[str, Any], code: str
) -> None:
    """The sender's program is wrong: 422, the place named, nothing stored."""
    answer = sample.post("/v1/notes", {"items": [GOOD, GOOD | change]})
    assert (422, code) == (answer.status_code, answer.json()["code"])
    assert answer.json()["field"].startswith("items.1.")
    assert sample.notes() == 0


def test_a_missing_field_refuses_the_whole_batch(sample: SampleClient) -> None:
    """A field that a program never sends is not a matter of one record."""
    answer = sample.post("/v1/notes", {"items": [{"number": "N/1"}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "FIELD_MISSING")


def test_every_mistake_of_shape_is_listed_at_once(sample: SampleClient) -> None:
    """One answer is enough to repair a program."""
    answer = sample.post("/v1/notes", {"items": [{"number": 7, "x": 1}], "more": 1})
    assert {"FIELD_MISSING", "FIELD_TYPE", "FIELD_UNKNOWN"} == {
        one["code"] for one in answer.json()["errors"]
    }


@pytest.mark.parametrize("written_on", ["2026-02-30", "01/02/2026", "45000", "yesterday"])
def test_an_impossible_date_refuses_its_item(sample: SampleClient, written_on: str) -> None:
    """With the code that says how to write dates."""
    [found] = results(sample, GOOD | {"written_on": written_on})
    assert (found["code"], found["field"]) == ("DATE_INVALID", "written_on")


@pytest.mark.parametrize("count", [0, MAX_ITEMS + 1])
def test_a_batch_of_no_items_or_too_many_is_refused(sample: SampleClient, count: int) -> None:
    """1 to 1,000 items."""
    answer = sample.post("/v1/notes", {"items": [GOOD] * count})
    assert (answer.status_code, answer.json()["code"]) == (422, "FIELD_LENGTH")


@pytest.mark.parametrize("items", [None, {}, "x", [1], [None]])
def test_items_that_are_no_list_of_objects_are_refused(sample: SampleClient, items: Any) -> None:
    """As a whole, without a traceback."""
    answer = sample.post("/v1/notes", {"items": items})
    assert (answer.status_code, answer.json()["code"]) == (422, "FIELD_TYPE")


def test_a_made_up_field_name_is_not_echoed(sample: SampleClient) -> None:
    """A number in the place of a field name stays unseen; so does a name of ten megabytes."""
    answer = sample.post("/v1/notes", {"items": [GOOD | {"3509012304560001": 1, "x" * 5000: 1}]})
    assert answer.status_code == 422
    assert "3509012304560001" not in answer.text
    assert "xxxx" not in answer.text


def test_a_thousand_items_cost_little_more_than_their_json() -> None:
    """Reading and answering: in processor time, beside what the library needs for the same bytes."""
    items = [GOOD | {"number": f"N/{index}", "title": "Rapat desa"} for index in range(MAX_ITEMS)]
    body = json.dumps({"items": items}).encode()

    def answered() -> None:
        batch = read_items(ADAPTER, body)
        json.dumps(batch.results([accepted(one.number) for one in batch.items]))

    assert least_time(answered) < 12 * least_time(lambda: json.dumps(json.loads(body)))


def least_time(step: Callable[[], object]) -> float:
    """Processor time of the quickest of five runs."""
    taken = []
    for _ in range(5):
        started = process_time()
        step()
        taken.append(process_time() - started)
    return min(taken)


def test_outcomes_must_match_the_items_one_to_one() -> None:
    """A use case that forgets an item is a fault, never a silent loss."""
    batch = Batch([Note(number="N", count=1)], [0], {})
    with pytest.raises(ValueError, match="0 outcomes for 1 items"):
        batch.results([])
