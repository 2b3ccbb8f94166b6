"""Run a service: the API in the main thread, relay, consumer and upkeep in their own threads."""

import gc
import logging
import signal
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from fastapi import FastAPI
from kafka.errors import KafkaError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from shared.database.engine import database_now, faults, transaction
from shared.database.faults import Fault, described, fault_of
from shared.database.migrations import explain_newer, state
from shared.events.topics import Topic
from shared.http.idempotency import forget
from shared.http.server import DRAIN_SECONDS, Server
from shared.kafka.settings import kafka_of
from shared.kafka.topics import ensure_topics
from shared.observability import metrics
from shared.observability.background_check import Missing
from shared.observability.health import Health, Progress
from shared.observability.retries import Stopped, retry
from shared.observability.workers import Worker, WorkerThread
from shared.service.invariants import SHARED, Invariant
from shared.service.operations import serve_operations
from shared.service.table_metrics import Gauges, Measure
from shared.settings import ServiceSettings, setting_name

if TYPE_CHECKING:
    from shared.inbox.replay import Replay

Role = Literal["api", "relay", "consumer", "upkeep"]
ROLES: tuple[Role, ...] = ("api", "relay", "consumer", "upkeep")
GC_YOUNG = 50_000
"""Allocations between two garbage collections: batches of events make many short-lived objects."""
KEYS_KEPT = timedelta(days=7)
"""How long an Idempotency-Key is kept."""
log = logging.getLogger("lintas.run")


@dataclass(frozen=True)
class Upkeep:
    """Keeps up what the consumer writes."""

    workers: Mapping[str, Worker]
    """By the names of their threads."""
    invariants: Mapping[str, Invariant]
    """Those that cost more than a process that only consumes should spend."""


@dataclass(frozen=True)
class Parts:
    """A service's parts, built by its `app.build`; nothing is open or running yet."""

    service: str
    settings: ServiceSettings
    engine: Engine
    make_api: Callable[[], FastAPI]
    """Builds the API. A process without it does without what it imports."""
    health: Health
    relay: Worker | None = None
    consumer: Worker | None = None
    make_desk: Callable[[], Worker | None] | None = None
    """As `make_api`: the worker of the desk's drafts, beside the API."""
    make_upkeep: Callable[[], Upkeep] | None = None
    """As `make_api`, for a service that has something to keep up."""
    topics: tuple[Topic, ...] = ()
    """The topics that this service owns; the start creates missing ones."""
    invariants: Mapping[str, Invariant] = field(default_factory=lambda: SHARED)
    """The invariants of its tables, checked while it runs."""
    gauges: Gauges | None = None
    """Sets the gauges of what only this service has."""
    title: str = ""
    """Its name in the metrics of HTTP."""
    replay: "Replay | None" = None
    """Applies quarantined records; only a service that consumes has it."""

    @cached_property
    def api(self) -> FastAPI:
        """The API.

        Raises:
            WeakKey: a key that its endpoints need is missing or must not be used.
        """
        return self.make_api()

    @cached_property
    def desk(self) -> Worker | None:
        """The worker of the desk's drafts, of a service that has any; raises as `api`."""
        return self.make_desk() if self.make_desk else None

    @cached_property
    def upkeep(self) -> Upkeep | None:
        """The upkeep, of a service that has any."""
        return self.make_upkeep() if self.make_upkeep else None

    def load(self, roles: Collection[Role]) -> None:
        """Build what these roles need, so that what is wrong shows before anything runs; raises as `api`."""
        _ = self.api if "api" in roles else None
        _ = self.upkeep if "upkeep" in roles else None

    @property
    def consumes(self) -> tuple[Topic, ...]:
        """The topics that this service consumes."""
        return tuple(self.replay.topics.values()) if self.replay else ()


def run(parts: Parts, roles: Collection[Role] = ROLES) -> int:
    """Run these roles until SIGTERM or SIGINT, drain within ten seconds; returns the exit code."""
    gc.collect()
    gc.freeze()  # the parts live as long as the process: the collector need not scan them again
    gc.set_threshold(GC_YOUNG, 20, 50)
    service = _Running(parts, roles)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: service.stop())
    service.start()
    try:
        if "api" in roles:
            service.serve()
        else:
            service.stopping.wait()
    finally:
        service.stop()
        service.join()
        parts.engine.dispose()
    return service.exit_code


class _Running:
    """The threads of one service."""

    def __init__(self, parts: Parts, roles: Collection[Role]) -> None:
        self._parts = parts
        self.stopping = threading.Event()
        self.exit_code = 0
        desk = parts.desk if "api" in roles else None
        chosen = {"relay": parts.relay, "consumer": parts.consumer, "api": desk}
        self._workers: dict[str, list[WorkerThread]] = {
            role: [WorkerThread(f"{parts.service}-{'desk' if role == 'api' else role}", worker)]
            for role, worker in chosen.items()
            if role in roles and worker is not None
        }
        invariants = parts.invariants
        if "upkeep" in roles and (upkeep := parts.upkeep):
            invariants = {**invariants, **upkeep.invariants}
            self._workers["upkeep"] = [
                WorkerThread(f"{parts.service}-{name}", one) for name, one in upkeep.workers.items()
            ]
        faults(parts.engine).seen = self._seen
        self._serves = "api" in roles
        self._server: Server | None = None
        self._starter = threading.Thread(target=self._begin, name="starter", daemon=True)
        self._keeper = threading.Thread(target=self._forget_old_keys, name="keeper", daemon=True)
        measure = Measure(parts.engine, parts.topics, parts.consumes, invariants, parts.gauges)
        self._operations = threading.Thread(
            target=serve_operations,
            args=(parts.title, parts.health, parts.settings, self.stopping),
            name="operations",
            daemon=True,
        )
        self._measurer = threading.Thread(
            target=measure.run, args=(self.stopping,), name="measurer", daemon=True
        )

    def start(self) -> None:
        """Start in the background: health, then wait for the database, check it, start the workers."""
        if self._serves:
            self._parts.health.add_check("api", self._check_serving)
        self._parts.health.watch(self.stopping)
        for part in (*self._workers, *(["api"] if self._serves else [])):
            metrics.PART_ACTIVE.labels(part).set(1)
        self._operations.start()
        self._starter.start()

    def serve(self) -> None:
        """Serve HTTP in this thread until stopped."""
        settings, moves = self._parts.settings, Progress()
        self._parts.health.add_progress("api", moves)
        self._server = Server(self._parts.api, settings.host, settings.port, moves)
        if not self.stopping.is_set():
            self._server.run()
        if not self._server.started and not self.stopping.is_set():
            self.exit_code = 1

    def stop(self) -> None:
        """Become unready, end the server's loop, and ask every worker to finish its batch."""
        if self.stopping.is_set():
            return
        log.info("%s: stopping", self._parts.service)
        self.stopping.set()
        self._parts.health.stop()
        if self._server is not None:
            self._server.should_exit = True
        for worker in self._all:
            worker.stop()

    def join(self) -> None:
        """Wait for the workers, never longer than the drain allows."""
        deadline = time.monotonic() + DRAIN_SECONDS
        for worker in self._all:
            if not worker.join(max(0.0, deadline - time.monotonic())):
                log.warning("%s did not end in time; what it held will be done again", worker.name)

    def _check_serving(self) -> None:
        if self._server is None or not self._server.started:
            raise Missing("does not listen yet")

    def _begin(self) -> None:
        wait_for("database", self._check_database, self.stopping)
        if self.stopping.is_set():
            return
        self._keeper.start()
        self._measurer.start()
        self._start_workers("upkeep")
        self._start_workers("api")
        self._start_workers("consumer")  # it needs none of our topics, and its replicas wait for it
        if self._workers.keys() & {"relay", "consumer"} and self._parts.topics:
            wait_for("broker", self._make_topics, self.stopping)
        self._start_workers("relay")

    @property
    def _all(self) -> list[WorkerThread]:
        return [worker for workers in self._workers.values() for worker in workers]

    def _start_workers(self, role: Role) -> None:
        if not self.stopping.is_set():
            for worker in self._workers.get(role, ()):
                worker.start()

    def _make_topics(self) -> None:
        try:
            made = ensure_topics(kafka_of(self._parts.settings), self._parts.topics)
        except KafkaError as error:  # an operator may reserve this right
            log.warning("topics were not made (%s); they must be there", type(error).__name__)
        else:
            log.info("topics made: %s", ", ".join(made) or "none was missing")

    def _check_database(self) -> None:
        try:
            found = state(self._parts.engine, self._parts.service)
        except SQLAlchemyError as error:
            fault = fault_of(error)
            if fault is None or not fault.ends(starting=True):
                raise
            self._give_up(fault)
            return
        if found == "fits":
            return
        if found == "newer":
            log.critical("%s", explain_newer(self._parts.engine, self._parts.service))
        else:
            problem = "no schema" if found == "empty" else "a schema older than the code needs"
            remedy = f"python -m services.{self._parts.service} migrate"
            log.critical("the database has %s: %s", problem, remedy)
        self.exit_code = 2
        self.stop()

    def _seen(self, fault: Fault) -> None:
        if fault.ends(starting=False):
            self._give_up(fault)

    def _give_up(self, fault: Fault) -> None:
        """Stop and log which setting is wrong, why, and what to do."""
        if not self.stopping.is_set():
            name = setting_name(self._parts.service, "database")
            log.critical("%s: %s; %s", name, fault.message, fault.remedy)
            self.exit_code = 2
            self.stop()

    def _forget_old_keys(self) -> None:
        while not self.stopping.wait(3600):
            try:
                with transaction(self._parts.engine) as connection:
                    forget(connection, database_now(connection) - KEYS_KEPT)
            except SQLAlchemyError as error:
                log.warning("old keys stay for another hour: %s", described(error))


def wait_for(what: str, attempt: Callable[[], object], stopping: threading.Event) -> None:
    """Try until it works or the service stops, with growing pauses and one clear line each time."""

    def note(error: Exception, pause: float) -> None:
        log.warning("waiting for the %s (%s); next try in %.1f s", what, described(error), pause)

    with suppress(Stopped):
        retry(attempt, stopping, on=(SQLAlchemyError, OSError), note=note)
