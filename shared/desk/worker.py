"""The worker of drafts: checks large files and accepts many rows in the background, a step a transaction.

Whatever ends, another worker goes on after the last step: rows that were checked are in the draft, rows that
were accepted have left it. Jobs take turns, so that a small one does not wait for a large one.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex
from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine

from shared import clock
from shared.application.lists import ListOf
from shared.csv.rows import Problem
from shared.database.engine import database_now, snapshot, transaction
from shared.desk import drafts, jobs
from shared.desk.accepting import accept_chunk
from shared.desk.accounts import by_login
from shared.desk.changes import Tally
from shared.desk.checking import Span, check_file
from shared.desk.drafts import Draft
from shared.desk.host import Host, Officer
from shared.desk.jobs import HELD, Job, JobLost
from shared.desk.mending import NOTICES, FileUnread, count, require_fit
from shared.desk.pages import staff
from shared.errors import Refusal
from shared.observability.health import Progress
from shared.observability.retries import stopped_within

POLL_SECONDS = 0.5
_STEP = timedelta(hours=1)
"""A step is done long before its grant ends."""
log = logging.getLogger("lintas.desk")


class DraftWorker:
    """Works on the jobs of one service's drafts until it is stopped."""

    def __init__(
        self,
        engine: Engine,
        host: Host,
        lists: Sequence[ListOf[Any]],
        replica: str,
        *,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self.progress = Progress(HELD)
        self._engine, self._host, self._now = engine, host, now
        self._lists: Mapping[str, ListOf[Any]] = {one.name: one for one in lists}
        self._replica, self._holder = replica, f"{replica}/{token_hex(8)}"
        self._files: dict[UUID, Iterator[Span]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what an earlier process of this replica held goes on at once."""
        await asyncio.to_thread(self._take_over)
        while not stop.is_set():
            worked = await asyncio.to_thread(self.turn)
            self.progress.moved(self._now())
            await stopped_within(stop, 0 if worked else POLL_SECONDS)

    def turn(self) -> bool:
        """One step of each job; whether there was any.

        Raises:
            Exception: the first that a step raised, after the other jobs had theirs.
        """
        with snapshot(self._engine) as connection:
            waiting = jobs.free(connection, self._holder, database_now(connection))
        self._files = {
            one.draft: self._files[one.draft] for one in waiting if one.draft in self._files
        }
        failed = [error for one in waiting if (error := self._tried(one))]
        if failed:
            raise failed[0]
        return bool(waiting)

    def _take_over(self) -> None:
        with transaction(self._engine) as connection:
            jobs.release(connection, self._replica)

    def _tried(self, one: Job) -> Exception | None:
        try:
            self._step(one)
        except JobLost:
            self._files.pop(one.draft, None)
        except Exception as error:  # noqa: BLE001 - another job must not wait for this one; `turn` raises it
            self._files.pop(one.draft, None)
            return error
        return None

    def _step(self, one: Job) -> None:
        try:
            with transaction(self._engine) as connection:
                draft = self._held(connection, one)
                officer, of = self._officer(connection, one, draft)
            (self._check if one.kind == "check" else self._accept)(officer, of, one)
        except FileUnread as unread:
            self._end(one, unread.problem)
        except Refusal as refusal:
            self._end(one, Problem("", refusal.name, refusal.values))

    def _held(self, connection: Connection, one: Job) -> Draft:
        """The draft of a job, both locked; raises JobLost."""
        try:
            draft = drafts.locked(connection, self._host.keys.cipher, one.draft)
        except Refusal as gone:
            raise JobLost(str(one.draft)) from gone
        jobs.hold(connection, one.draft, self._holder, database_now(connection))
        return draft

    def _officer(
        self, connection: Connection, one: Job, draft: Draft
    ) -> tuple[Officer, ListOf[Any]]:
        """Who asked for the job, as long as that account may do it."""
        account, of, now = (
            by_login(connection, one.account),
            self._lists.get(draft.list),
            self._now(),
        )
        if account is None or account.disabled or of is None or account.office != draft.office:
            raise Refusal("JOB_ACCOUNT")
        officer = Officer(self._host, self._engine, account, now, now + _STEP)
        if not (officer.grant.allows(of.scope) and staff(officer.grant)):
            raise Refusal("JOB_ACCOUNT")
        return officer, of

    def _accept(self, officer: Officer, of: ListOf[Any], one: Job) -> None:
        with transaction(self._engine) as connection:
            number, last = accept_chunk(officer, of, connection, self._held(connection, one))
            jobs.advance(connection, one.draft, number)
            if last:
                jobs.end(connection, one.draft)

    def _check(self, officer: Officer, of: ListOf[Any], one: Job) -> None:
        if one.draft not in self._files:
            self._files[one.draft] = self._spans(officer, of, one)
        span = next(self._files[one.draft], None)
        with transaction(self._engine) as connection:
            draft = self._held(connection, one)
            if span is None:
                jobs.end(connection, one.draft)
                draft = replace(draft, ends=officer.now + timedelta(days=self._host.draft_days))
            else:
                draft = self._with_span(connection, of, draft, span)
            drafts.change(connection, self._host.keys.cipher, draft, one.account, officer.now)

    def _with_span(
        self, connection: Connection, of: ListOf[Any], draft: Draft, span: Span
    ) -> Draft:
        """The draft with the next rows of its file."""
        before = sum(drafts.counts(connection, [draft.id])[draft.id].values())
        notices = require_fit(of, span, before)
        drafts.add_rows(connection, self._host.keys.cipher, draft.id, span.rows)
        jobs.advance(connection, draft.id, len(span.rows))
        count(draft.tally, of, coming=span.rows)
        return replace(draft, notices=tuple(dict.fromkeys((*draft.notices, *notices)))[:NOTICES])

    def _spans(self, officer: Officer, of: ListOf[Any], one: Job) -> Iterator[Span]:
        with TemporaryFile() as stream:
            with snapshot(self._engine) as connection:
                for part in jobs.file_of(connection, self._host.keys.cipher, one.draft):
                    stream.write(part)
            stream.seek(0)
            yield from check_file(officer, of, stream, skip=one.done)

    def _end(self, one: Job, problem: Problem) -> None:
        """End a job that cannot go on; the page of its draft says why."""
        log.warning("a job on a draft ends: %s", problem.name)
        with transaction(self._engine) as connection:
            draft = self._held(connection, one)
            if one.kind == "check":
                drafts.drop_all_rows(connection, one.draft)
                draft = replace(draft, tally=Tally())
            jobs.end(connection, one.draft)
            draft = replace(draft, notices=(problem, *draft.notices))
            drafts.change(connection, self._host.keys.cipher, draft, one.account, self._now())
