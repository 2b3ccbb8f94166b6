"""`quarantine list|show|replay|reject|export`: what an operator does with records not applied."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from shared import clock, quarantine
from shared.checks import REFUSALS
from shared.command_errors import one_line_errors
from shared.db import transaction
from shared.run import Parts

if TYPE_CHECKING:
    from shared.replay import Replay

Code = Annotated[str | None, typer.Option(help="Only records with this reason, e.g. SCHEMA")]
Id = Annotated[int, typer.Argument(help="Number of the record, from `quarantine list`")]


class _Desk:
    """Opens the service's database when a command needs it."""

    def __init__(self, name: str, parts: Callable[[], Parts]) -> None:
        self.name = name
        self._parts = parts

    def example(self, command: str) -> str:
        return f"Example: python -m services.{self.name} quarantine {command}"

    @contextmanager
    def engine(self) -> Iterator[tuple[Engine, "Replay"]]:
        """The database, and how to read and apply the records."""
        parts = self._parts()
        with one_line_errors(self.name):
            if parts.replay is None:
                raise ValueError(f"{self.name} listens to nothing, so it has no quarantine")
            yield parts.engine, parts.replay

    @contextmanager
    def open(self) -> Iterator[tuple[Connection, "Replay"]]:
        """A transaction, and how to read the records."""
        with self.engine() as (engine, replay), transaction(engine) as connection:
            yield connection, replay


def quarantine_commands(name: str, parts: Callable[[], Parts]) -> typer.Typer:
    """The commands about one service's quarantine."""
    desk = _Desk(name, parts)
    app = typer.Typer(
        no_args_is_help=True,
        help="Records that could not be applied.",
        epilog=desk.example("list --code SCHEMA"),
    )
    _add_looking(app, desk)
    _add_deciding(app, desk)
    return app


def _add_looking(app: typer.Typer, desk: _Desk) -> None:
    @app.command("list", epilog=desk.example("list --code SCHEMA"))
    def list_records(code: Code = None, limit: Annotated[int, typer.Option(min=1)] = 100) -> None:
        """What waits for a decision, oldest first, and how many by reason."""
        with desk.open() as (connection, _):
            for row in quarantine.list_waiting(connection, code=code, limit=limit):
                _print(_meant(row))
            _print({"waiting": quarantine.count_by_code(connection)})

    @app.command(epilog=desk.example("show 7"))
    def show(id: Id) -> None:
        """One record, its contents masked."""
        with desk.open() as (connection, replay):
            _print(_meant(quarantine.show(connection, id, replay.cipher)))

    @app.command(epilog=desk.example("export --code SCHEMA > records.jsonl"))
    def export(code: Code = None) -> None:
        """What waits, with its exact bytes. Not masked: for the owner's own inspection."""
        with desk.open() as (connection, replay):
            for row in quarantine.export(connection, replay.cipher, code=code):
                _print(row)


def _add_deciding(app: typer.Typer, desk: _Desk) -> None:
    @app.command(epilog=desk.example("replay --code SCHEMA --dry-run"))
    def replay(
        ids: Annotated[list[int] | None, typer.Argument(help="Numbers; none for all")] = None,
        code: Code = None,
        dry_run: Annotated[
            bool, typer.Option(help="Say what would happen, change nothing")
        ] = False,
    ) -> None:
        """Try records again, after the cause is gone. Safe to repeat. Exit code 1: some still wait."""
        outcomes: Counter[str] = Counter()
        with desk.engine() as (engine, how):
            now = clock.now()
            for done in how.run(engine, now=now, code=code, ids=ids or None, dry_run=dry_run):
                outcomes[done.outcome] += 1
                _print(_meant(vars(done)))
        _print({"outcomes": outcomes, "dry_run": dry_run})
        if outcomes["refused"] or outcomes["not_waiting"]:
            raise typer.Exit(1)

    @app.command(epilog=desk.example("reject 7 --by 'A. Rahma' --reason 'sent twice by mistake'"))
    def reject(
        id: Id,
        by: Annotated[str, typer.Option(help="Who decides")],
        reason: Annotated[str, typer.Option(help="Why")],
    ) -> None:
        """Decide that a record is never applied. It stays, with the person and the reason."""
        with desk.open() as (connection, _):
            quarantine.reject(connection, id, by=by, reason=reason, now=clock.now())
        _print({"id": id, "rejected_by": by})


def _meant(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"meaning": REFUSALS.get(row["code"], "")}  # none where a replay went well


def _print(row: dict[str, Any]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))
