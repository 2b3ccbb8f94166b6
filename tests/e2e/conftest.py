"""The one run that the end-to-end tests look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lintas.answers import Answers
from lintas.keep import keep
from lintas.local import running
from lintas.pilot.late import BEFORE_LAST_MONTH
from lintas.pilot.numbers import Numbers
from lintas.registry import SERVICES
from shared.events.monitoring import CutCause
from tests.e2e.pilot_run import Cells, PilotRun, Rows, lay

PUBLIC = (
    "/", "/?bahasa=en", "/?kabupaten=35.13", "/?bahasa=en&kabupaten=35.13&ukuran=unknown",
    "/v1/releases", "/v1/releases/latest", "/v1/watermarks", "/v1/indicators",
    "/openapi.json",
)  # fmt: skip
OPERATIONS = ("/health/ready", "/health/live", "/metrics")
WORKLISTS = (
    ("beneficiary", "/v1/readiness"),
    ("cooperative", "/v1/candidates"),
    ("training", "/v1/entitlements"),
)
"""A page that the service shows its own officers."""


@dataclass
class Played:
    """The small pilot after its last event was counted, and the answers at that moment."""

    pilot_run: PilotRun
    first: Answers
    """Until May, before the late facts came."""
    answers: Answers
    """Until June, the last release."""
    counted: Cells
    """What the reference counts from the inputs of then: other tests of the folder add to them."""
    releases: list[Rows]
    """The figures of every release so far, those of tests included that had more of them made."""

    @property
    def directory(self) -> Path:
        """Where the run keeps its files: inputs, databases, logs, topics, releases, answers."""
        return self.pilot_run.stack.directory

    @property
    def responses(self) -> Path:
        """Everything that was answered over HTTP, one file an answer."""
        return self.directory / "responses"


@pytest.fixture(scope="package")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    """The small pilot through four service processes and a broker; they stay up, and end with this folder.

    On real parts runs share the topics: a test with a run of its own belongs in another folder, and this one must be a
    package, for pytest takes `scope="package"` of a plain folder to mean the session.
    """
    pilot_run = lay(tmp_path_factory.mktemp("pilot"), Numbers.small())
    with running(pilot_run.stack):
        pilot_run.send()
        first = pilot_run.ask(BEFORE_LAST_MONTH)
        pilot_run.send_late()
        last = pilot_run.ask(cause=CutCause.LATE_FACTS)
        run = Played(pilot_run, first, last, pilot_run.count(), [first.rows, last.rows])
        directory, broker = pilot_run.stack.directory, pilot_run.stack.broker.bootstrap
        keep(directory, broker, (run.first, run.answers))
        _tell_all(run)
        yield run


def _tell_all(run: Played) -> None:
    """Fetch every page, feed and list, with everything that the answers carry in their headers."""
    run.responses.mkdir()
    stack = run.pilot_run.stack
    with httpx.Client(timeout=60) as client:
        for service in SERVICES:
            answers = [client.get(stack.operations(service) + path) for path in OPERATIONS]
            if service == "monitoring":
                answers += [client.get(stack.url(service) + path) for path in PUBLIC]
            if path := dict(WORKLISTS).get(service):
                bearer = {"Authorization": f"Bearer {stack.tokens[service]}"}
                query = {"area": "35.09", "limit": "1000"}
                answers.append(client.get(stack.url(service) + path, headers=bearer, params=query))
            for number, answer in enumerate(answers):
                head = repr(answer.headers.raw).encode()
                (run.responses / f"{service}-{number}").write_bytes(head + b"\n" + answer.content)
