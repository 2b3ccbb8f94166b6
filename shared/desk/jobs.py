"""Work on drafts in the background: kept in the database, so that it goes on whatever ends; all SQL about it.

Who changes a draft locks its row first, then that of its job: nobody waits in a circle.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from shared.desk.tables import file_part, job
from shared.errors import Refusal
from shared.security.encryption import ColumnCipher

Kind = Literal["check", "accept"]
HELD = timedelta(minutes=7)
"""So long nobody else goes on with a job whose holder is silent: longer than any one step takes."""
_PART = 512 * 1024
_NOBODY = ""


class JobLost(Exception):
    """Somebody else goes on with the job, or it was stopped; nothing of this step is kept."""


@dataclass(frozen=True)
class Job:
    """What is to be done with a draft."""

    draft: UUID
    kind: Kind
    account: str
    """The login of who asked for it, and answers for it."""
    asked: datetime
    done: int = 0
    """Rows that are done."""
    total: int = 0
    """Rows there are; 0: not known yet."""


def begin(connection: Connection, one: Job) -> None:
    """Keep a job of a draft that is locked and has none."""
    values = {name: getattr(one, name) for name in _NAMES}
    connection.execute(insert(job).values(**values, holder=_NOBODY, held=one.asked))


def of_draft(connection: Connection, key: UUID) -> Job | None:
    """The job of a draft, if it has one."""
    row = connection.execute(select(job).where(job.c.draft == key)).one_or_none()
    return None if row is None else _job(row)


def require_none(connection: Connection, key: UUID) -> None:
    """Refuse to change a draft that is being worked on (409 DRAFT_BUSY)."""
    if of_draft(connection, key) is not None:
        raise Refusal("DRAFT_BUSY")


def free(connection: Connection, holder: str, now: datetime) -> list[Job]:
    """The jobs that this holder may go on with, the oldest first."""
    mine = or_(job.c.holder == holder, job.c.held <= now)
    rows = connection.execute(select(job).where(mine).order_by(job.c.asked, job.c.draft))
    return [_job(row) for row in rows]


def hold(connection: Connection, key: UUID, holder: str, now: datetime) -> None:
    """Take or keep a job to the end of the transaction and for `HELD` after it.

    Raises:
        JobLost: somebody else has it, or it is gone.
    """
    mine = or_(job.c.holder == holder, job.c.held <= now)
    taken = update(job).where(job.c.draft == key, mine).values(holder=holder, held=now + HELD)
    if connection.execute(taken).rowcount != 1:
        raise JobLost(str(key))


def advance(connection: Connection, key: UUID, rows: int) -> None:
    """Note that so many more rows are done."""
    connection.execute(update(job).where(job.c.draft == key).values(done=job.c.done + rows))


def end(connection: Connection, key: UUID) -> None:
    """The job is done or stopped; its file is gone."""
    connection.execute(delete(job).where(job.c.draft == key))
    connection.execute(delete(file_part).where(file_part.c.draft == key))


def release(connection: Connection, replica: str) -> None:
    """Free what an earlier process of this replica held: it has ended."""
    held = job.c.holder.startswith(f"{replica}/", autoescape=True)
    connection.execute(update(job).where(held).values(held=job.c.asked))


def keep_file(connection: Connection, cipher: ColumnCipher, key: UUID, stream: BinaryIO) -> None:
    """Keep a file until it has been checked."""
    for number, content in enumerate(iter(lambda: stream.read(_PART), b"")):
        sealed = cipher.encrypt_bytes(content)
        connection.execute(insert(file_part).values(draft=key, part=number, content=sealed))


def file_of(connection: Connection, cipher: ColumnCipher, key: UUID) -> Iterator[bytes]:
    """The parts of a file, one after the other."""
    numbers = select(file_part.c.part).where(file_part.c.draft == key).order_by(file_part.c.part)
    for number in connection.execute(numbers).scalars().all():
        one = select(file_part.c.content).where(
            file_part.c.draft == key, file_part.c.part == number
        )
        yield cipher.decrypt_bytes(connection.execute(one).scalar_one())


_NAMES = ("draft", "kind", "account", "asked", "done", "total")


def _job(row: Row[Any]) -> Job:
    return Job(**{name: getattr(row, name) for name in _NAMES})
