"""A small service of no ministry: notes by number. The web tests and fuzzers run against it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, func, select

from shared.database.bulk import upsert
from shared.database.engine import NAMING, SHARED_METADATA, open_engine
from shared.errors import Refusal
from shared.http.app import create_api
from shared.http.auth import require
from shared.http.batches import Outcome, accepted, duplicate, refused
from shared.http.csv_upload import csv_post
from shared.http.endpoints import Reading, Work, change_post, items_post
from shared.http.problems import problem_responses
from shared.observability.health import Health
from shared.security.tokens import TokenBook, issue

NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
METADATA = MetaData(naming_convention=NAMING)
note = Table(
    "note",
    METADATA,
    Column("number", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
)


class Note(BaseModel):
    """One note; counts of exactly 13 are refused by a rule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = Field(pattern=r"^[A-Za-z0-9./-]{1,40}$", examples=["N/1"])
    count: int = Field(ge=0, le=1000)
    written_on: date | None = None
    title: str = Field(default="", max_length=80)


class NoteRow(BaseModel):
    """A row of the CSV list of notes."""

    nomor: str = Field(min_length=1, max_length=40)
    jumlah: int = Field(ge=0)


class Tally(BaseModel):
    """Ask for the sum of all counts from a number up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: int = Field(ge=0, le=1000)


class Sum(BaseModel):
    """The answer to a tally."""

    notes: int
    total: int


def save_notes(connection: Connection, pairs: Sequence[tuple[str, int]]) -> list[Outcome]:
    """Keep new notes; the same again is a duplicate; 13 is refused."""
    return [_save(connection, number, count) for number, count in pairs]


def _save(connection: Connection, number: str, count: int) -> Outcome:
    if count == 13:
        return refused(Refusal("CONFLICT", "count"))
    known = connection.execute(select(note.c.count).where(note.c.number == number)).first()
    upsert(connection, note, [{"number": number, "count": count}], replace=False)
    return duplicate(number) if known else accepted(number)


def notes_router() -> APIRouter:
    """Every door of the sample."""
    router = APIRouter(prefix="/v1")

    @items_post(router, "/notes", Note, scope="sample:write")
    def write_notes(work: Work, items: list[Note]) -> Sequence[Outcome]:
        """Write notes."""
        return save_notes(work.connection, [(item.number, item.count) for item in items])

    @change_post(router, "/tallies", Tally, scope="sample:write", answers=Sum)
    def tally_notes(work: Work, tally: Tally) -> Sum:
        """Add up the counts, and refuse when there is nothing to add."""
        wanted = note.c.count >= tally.least
        columns = (func.count(), func.coalesce(func.sum(note.c.count), 0))
        number, total = work.connection.execute(select(*columns).where(wanted)).one()
        if not number:
            raise Refusal("DATE_ORDER")
        return Sum(notes=number, total=total)

    @csv_post(router, "/imports/notes", NoteRow, scope="sample:write")
    def import_notes(work: Work, rows: list[Any]) -> Sequence[Outcome]:
        """Import notes."""
        return save_notes(work.connection, [(row.model.nomor, row.model.jumlah) for row in rows])

    _add_readings(router)
    return router


def _add_readings(router: APIRouter) -> None:
    responses = problem_responses(400, 401, 403, 404, 422, 503)

    @router.get("/notes", dependencies=[Depends(require("sample:read"))], responses=responses)
    def count_notes(
        connection: Reading,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Sum:
        """How many notes there are, up to a limit."""
        found = connection.execute(select(note.c.count).limit(limit)).scalars().all()
        return Sum(notes=len(found), total=sum(found))

    @router.get(
        "/notes/{number}", dependencies=[Depends(require("sample:read"))], responses=responses
    )
    def read_note(number: str, connection: Reading) -> dict[str, int]:
        """One note by its number."""
        count = connection.execute(select(note.c.count).where(note.c.number == number)).scalar()
        if count is None:
            raise Refusal("NOT_FOUND", "number")
        return {"count": count}

    @router.get("/broken", include_in_schema=False)
    def broken() -> None:
        """Fail with a message that must not get out."""
        raise RuntimeError("3509012304560001 is a secret")


def open_database(url: str) -> Engine:
    """An engine with the sample's tables."""
    engine = open_engine(url)
    METADATA.create_all(engine)
    SHARED_METADATA.create_all(engine)
    return engine


def sample_tokens(directory: Path) -> tuple[TokenBook, str, str]:
    """A token book with a writer (read and write) and a reader."""
    path = directory / "tokens.json"
    common: dict[str, Any] = {
        "agency": "COOPERATIVES",
        "areas": ["*"],
        "expires": NOW + timedelta(days=9),
    }
    writer = issue(path, name="writer", scopes=["sample:write", "sample:read"], **common)
    reader = issue(path, name="reader", scopes=["sample:read"], **common)
    return TokenBook(path), writer, reader


def sample_api(engine: Engine, tokens: TokenBook, health: Health) -> FastAPI:
    """The sample as an application, at a fixed moment."""
    api = create_api("sample", engine, tokens, health, now=lambda: NOW)
    api.include_router(notes_router())
    return api
