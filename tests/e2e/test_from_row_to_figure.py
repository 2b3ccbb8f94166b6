"""After an import each service says what monitoring received of it and which release counts it."""

import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from lintas.client import post
from lintas.pilot.late import LAST_MONTH
from lintas.progress import wait_complete
from lintas.registry import PUBLISHERS
from shared.events.monitoring import CutCause
from tests.e2e.conftest import Played

Submission = dict[str, Any]
PATIENCE_SECONDS = 60.0
TARGET = {"district": "35.09", "programme": "PKH", "measure": "JOINED", "year": 2026, "value": 477}


def submissions(played: Played, service: str) -> Iterator[Submission]:
    """Everything that an office has sent, newest first."""
    after: dict[str, str] = {}
    while True:
        page = played.pilot_run.get(service, "/v1/submissions", service, limit="1000", **after)
        yield from page["submissions"]
        if page["next"] is None:
            return
        after = {"after": page["next"]}


def eventually(is_so: Callable[[], bool]) -> bool:
    """Whether it becomes so: what is heard comes by a topic."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.2)
    return True


def is_counted(one: Submission) -> bool:
    """Whether a published release counts all of it, or its month is not covered by any."""
    covered = one["month"] is None or one["month"] <= LAST_MONTH
    release = one["release"]
    return one["known"] == one["events"] and (
        not covered or bool(release and release["published_on"])
    )


@pytest.mark.parametrize("service", PUBLISHERS)
def test_everything_that_was_sent_is_received_and_counts_in_a_release(
    played: Played, service: str
) -> None:
    """In the first one that had it and covers its month."""
    assert eventually(lambda: all(map(is_counted, submissions(played, service))))
    found = [one for one in submissions(played, service) if one["release"]]
    first, last = played.first.number, played.answers.number
    assert {one["release"]["number"] for one in found} <= {first, last}
    dated, until = [one for one in found if one["month"]], played.first.until
    assert first in {one["release"]["number"] for one in dated if one["month"] <= until}
    later = {one["release"]["number"] for one in dated if one["month"] > until}
    assert later == {last}


def test_a_kill_between_import_and_release_loses_no_answer(played: Played) -> None:
    """The service is killed before the release is made; started again, it says which one counts the row."""
    stack, service = played.pilot_run.stack, "beneficiary"
    url, token = f"{stack.url(service)}/v1/programme-targets", stack.tokens[service]

    def newest() -> Submission:
        return next(submissions(played, service))

    with httpx.Client(timeout=60) as client:
        post(client, url, token, {"items": [TARGET]}, key=uuid4().hex)
        assert newest()["type"] == "id.lintas.programme.target_set.v1"
        assert (newest()["release"], newest()["events"]) == (None, 1)
        wait_complete(stack, client, lambda _: None)
    stack.processes[service].kill()
    stack.processes[service].wait()
    number = played.pilot_run.ask(cause=CutCause.OTHER).number
    stack.start(service)
    stack.wait_ready(service)
    assert eventually(
        lambda: newest()["release"] is not None and newest()["release"]["published_on"]
    )
    assert (newest()["release"]["number"], newest()["known"]) == (number, 1)
