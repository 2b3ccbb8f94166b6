"""The pilot from officers' files to published figures, with progress and measurements."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import (
    Progress as Bars,
)

from lintas.client import post, rejects_of, upload
from lintas.endpoints import Endpoints
from lintas.pilot.files import Request, Upload
from lintas.pilot.generate import Pilot
from lintas.progress import Pace, Progress, look, wait_complete
from lintas.telling import Ticker, amounts


@dataclass
class Measured:
    """What a run took: things and seconds by stage, in the order of the stages."""

    stages: dict[str, tuple[int, str, float]] = field(default_factory=dict)
    events: int = 0
    seconds: float = 0.0
    memory: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, unit: str) -> Iterator[list[int]]:
        """Time a stage; the body appends how many things it did."""
        done: list[int] = []
        start = time.perf_counter()
        yield done
        self.stages[name] = (sum(done), unit, time.perf_counter() - start)


@dataclass
class Lane:
    """Everything that goes into one service, in order."""

    service: str
    uploads: list[Upload]
    requests: list[Request]

    @property
    def rows(self) -> int:
        """Rows of the files."""
        return sum(item.rows for item in self.uploads)

    @property
    def items(self) -> int:
        """Items of the requests."""
        return sum(_items(request) for request in self.requests)


def lanes_of(pilot: Pilot) -> list[Lane]:
    """The pilot's inputs by service; services take theirs side by side."""
    requests = (*pilot.requests, *pilot.mistakes)
    services = dict.fromkeys([*(u.service for u in pilot.uploads), *(r.service for r in requests)])
    return [
        Lane(
            service,
            [item for item in pilot.uploads if item.service == service],
            [item for item in requests if item.service == service],
        )
        for service in services
    ]


def run_pilot(endpoints: Endpoints, pilot: Pilot, console: Console) -> Measured:
    """Send the pilot over HTTP and wait until every event is in the figures."""
    measured, start = Measured(), time.perf_counter()
    lanes, before = lanes_of(pilot), _sent_so_far(endpoints)
    with (
        _bars(console) as bars,
        Ticker(console, lambda: amounts(bars.tasks)),
        Pace(endpoints) as pace,
        ThreadPoolExecutor(len(lanes)) as pool,
    ):
        with measured.stage("CSV files", "rows") as done:
            done.extend(pool.map(partial(_send_files, endpoints, bars), lanes))
        with measured.stage("HTTP requests", "items") as done:
            done.extend(pool.map(partial(_send_requests, endpoints, bars), lanes))
        last, counted_at = _follow(endpoints, bars)
    measured.events = sum(last.sent.values()) - before
    measured.seconds = counted_at - start
    for name, seconds in pace.active_seconds().items():
        measured.stages[f"{name} (alongside)"] = (measured.events, "events", seconds)
    return measured


def send_late(endpoints: Endpoints, pilot: Pilot, console: Console) -> Measured:
    """Send what comes late, take back what was a mistake, and wait until all is counted as well."""
    corrections = _corrections(endpoints, pilot.mistakes)
    return run_pilot(endpoints, Pilot(pilot.late_uploads, (*pilot.late, *corrections)), console)


def _corrections(endpoints: Endpoints, mistakes: Iterable[Request]) -> Iterator[Request]:
    """Requests that take back every item of the mistakes.

    The same body under the same key is answered as before: with the ids of the events.
    """
    with httpx.Client(timeout=120.0) as client:
        for one in mistakes:
            url = f"{endpoints.url(one.service)}{one.path}"
            for result in post(client, url, endpoints.tokens[one.service], one.body)["results"]:
                wrong = {"event_id": result["id"], "reason": "DATA_ENTRY"}
                yield Request("Koreksi", one.service, "/v1/corrections", wrong)


def _sent_so_far(endpoints: Endpoints) -> int:
    """Events that a deployment had published before; they are not this run's doing."""
    with httpx.Client(timeout=30.0) as client:
        return sum(look(endpoints, client).sent.values())


def _bars(console: Console) -> Bars:
    return Bars(
        TextColumn("{task.description:32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _send_files(endpoints: Endpoints, bars: Bars, lane: Lane) -> int:
    if not lane.uploads:
        return 0
    task = bars.add_task(f"{lane.service}: CSV rows", total=lane.rows)
    finished = 0
    for item in lane.uploads:
        report = upload(
            endpoints.url(lane.service), endpoints.tokens[lane.service], item.kind, item.path,
            partial(_advance, bars, task, finished),
        )  # fmt: skip
        finished += report.accepted + report.duplicates
        if report.refused:
            report.write_rejects(item.path, rejects_of(item.path))
            bars.console.print(f"{item.path.name}: {len(report.refused)} refused")
    return finished


def _advance(bars: Bars, task: TaskID, base: int, rows: int) -> None:
    bars.update(task, completed=base + rows)


def _send_requests(endpoints: Endpoints, bars: Bars, lane: Lane) -> int:
    if not lane.requests:
        return 0
    task = bars.add_task(f"{lane.service}: HTTP items", total=lane.items)
    refused = 0
    with httpx.Client(timeout=120.0) as client:
        for request in lane.requests:
            url = f"{endpoints.url(lane.service)}{request.path}"
            answer = post(client, url, endpoints.tokens[lane.service], request.body)
            refused += sum(r["status"] == "refused" for r in answer.get("results", ()))
            bars.advance(task, _items(request))
    if refused:
        bars.console.print(f"{lane.service}: {refused} items refused")
    return lane.items


def _follow(endpoints: Endpoints, bars: Bars) -> tuple[Progress, float]:
    """Wait for the last event; returns the progress then, and when the last one was counted."""
    relayed = bars.add_task("on the bus", total=None)
    applied = bars.add_task("in the figures", total=None)
    counted, counted_at = -1, time.perf_counter()

    def show(now: Progress) -> None:
        nonlocal counted, counted_at
        sent, done = sum(now.sent.values()), sum(now.applied.values())
        bars.update(relayed, total=sent + now.waiting, completed=sent)
        bars.update(applied, total=sent + now.waiting, completed=done)
        if done != counted:
            counted, counted_at = done, time.perf_counter()

    with httpx.Client(timeout=30.0) as client:
        return wait_complete(endpoints, client, show), counted_at


def _items(request: Request) -> int:
    return len(request.body.get("items", (request.body,)))


def inputs_directory(directory: Path) -> Path:
    """Where a run keeps what it read."""
    return directory / "input"
