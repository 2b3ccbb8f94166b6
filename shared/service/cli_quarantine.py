"""`quarantine list|show|replay|reject|export`: an operator's commands for records that were not applied."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from sqlalchemy import Connection, Engine

from shared import clock
from shared.database.engine import transaction
from shared.inbox import quarantine
from shared.inbox.quarantine_selection import Selection
from shared.inbox.reread import Reread, Spot
from shared.kafka.settings import kafka_of
from shared.service.cli_errors import one_line_errors
from shared.service.run import Parts
from shared.wire.verification import REFUSALS, Record

if TYPE_CHECKING:
    from shared.inbox.replay import Replay

Code = Annotated[str | None, typer.Option(help="Only records with this reason, e.g. SCHEMA")]
Source = Annotated[
    str | None, typer.Option(help="Only from topics of this source, e.g. urn:lintas:cooperative")
]
After = Annotated[
    str | None,
    typer.Option(help="Only first seen then or later: 2026-07-01 or 2026-07-01T10:00+07:00"),
]
Before = Annotated[str | None, typer.Option(help="Only first seen earlier; without a zone: UTC")]
Ids = Annotated[list[int] | None, typer.Argument(help="Numbers; none for all that is selected")]
DryRun = Annotated[bool, typer.Option(help="Say what would happen, change nothing")]
Id = Annotated[int, typer.Argument(help="Number of the record, from `quarantine list`")]


class _QuarantineContext:
    """What the commands share; opens the service's database when a command needs it."""

    def __init__(self, name: str, parts: Callable[[], Parts]) -> None:
        self.name = name
        self._parts = parts

    def example(self, command: str) -> str:
        return f"Example: python -m services.{self.name} quarantine {command}"

    @contextmanager
    def engine(self) -> Iterator[tuple[Engine, "Replay"]]:
        """The database, and the replay that reads and applies records."""
        parts = self._parts()
        with one_line_errors(self.name):
            if parts.replay is None:
                raise ValueError(f"{self.name} listens to nothing, so it has no quarantine")
            yield parts.engine, parts.replay

    def reread(self, spots: Collection[Spot]) -> Mapping[Spot, Record]:
        """Read records without stored contents from the log."""
        return Reread(kafka_of(self._parts().settings)).read(spots) if spots else {}

    @contextmanager
    def open(self) -> Iterator[tuple[Connection, "Replay"]]:
        """A transaction, and the replay that reads records."""
        with self.engine() as (engine, replay), transaction(engine) as connection:
            yield connection, replay


def quarantine_commands(name: str, parts: Callable[[], Parts]) -> typer.Typer:
    """The commands for one service's quarantine."""
    context = _QuarantineContext(name, parts)
    app = typer.Typer(
        no_args_is_help=True,
        help="Records that could not be applied.",
        epilog=context.example("list --code SCHEMA"),
    )
    _add_readers(app, context)
    _add_replay(app, context)
    _add_reject(app, context)
    return app


def _selected(
    code: str | None,
    source: str | None,
    after: str | None,
    before: str | None,
    ids: list[int] | None = None,
) -> Selection:
    return Selection(ids or None, code, source, _moment("after", after), _moment("before", before))


def _moment(option: str, text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"--{option} {text}: not a day or a time such as 2026-07-01 or 2026-07-01T10:00+07:00"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _add_readers(app: typer.Typer, context: _QuarantineContext) -> None:
    @app.command("list", epilog=context.example("list --code SCHEMA"))
    def list_records(
        code: Code = None,
        source: Source = None,
        after: After = None,
        before: Before = None,
        limit: Annotated[int, typer.Option(min=1)] = 100,
    ) -> None:
        """What waits for a decision, oldest first, and how many by reason."""
        selection = _selected(code, source, after, before)
        with context.open() as (connection, _):
            for row in quarantine.list_waiting(connection, selection, limit=limit):
                _print(_meant(row))
            _print({"waiting": quarantine.count_by_code(connection, selection)})

    @app.command(epilog=context.example("show 7"))
    def show(id: Id) -> None:
        """One record, its contents masked."""
        with context.open() as (connection, replay):
            _print(_meant(quarantine.show(connection, id, replay.cipher)))

    @app.command(epilog=context.example("export --code SCHEMA > records.jsonl"))
    def export(
        code: Code = None, source: Source = None, after: After = None, before: Before = None
    ) -> None:
        """What waits, with its exact bytes. Not masked: for the owner's own inspection."""
        selection = _selected(code, source, after, before)
        with context.open() as (connection, replay):
            for row in quarantine.export(connection, replay.cipher, selection):
                _print(row)


def _add_replay(app: typer.Typer, context: _QuarantineContext) -> None:
    @app.command(epilog=context.example("replay --code SCHEMA --dry-run"))
    def replay(
        ids: Ids = None,
        code: Code = None,
        source: Source = None,
        after: After = None,
        before: Before = None,
        dry_run: DryRun = False,
    ) -> None:
        """Try records again, after the cause is gone. Safe to repeat. Exit code 1: some still wait.

        Records whose contents are not kept are read from the log again.
        """
        selection = _selected(code, source, after, before, ids)
        outcomes: Counter[str] = Counter()
        with context.engine() as (engine, how):
            now = clock.now()
            for done in how.run(engine, selection, now=now, dry_run=dry_run, reread=context.reread):
                outcomes[done.outcome] += 1
                _print(_meant(vars(done)))
        _print({"outcomes": outcomes, "dry_run": dry_run})
        if outcomes["refused"] or outcomes["not_waiting"]:
            raise typer.Exit(1)


def _add_reject(app: typer.Typer, context: _QuarantineContext) -> None:
    @app.command(
        epilog=context.example(
            "reject --code DECODE --before 2026-07-01 --by 'A. Rahma' --reason '...'"
        )
    )
    def reject(
        by: Annotated[str, typer.Option(help="Who decides")],
        reason: Annotated[str, typer.Option(help="Why")],
        ids: Ids = None,
        code: Code = None,
        source: Source = None,
        after: After = None,
        before: Before = None,
        dry_run: DryRun = False,
    ) -> None:
        """Decide that records are never applied. They stay, with the person and the reason."""
        selection = _selected(code, source, after, before, ids)
        with context.open() as (connection, _):
            whole = connection.begin_nested()
            rejected = quarantine.reject(
                connection, selection, by=by, reason=reason, now=clock.now()
            )
            if dry_run:
                whole.rollback()
            else:
                whole.commit()
        _print({"rejected": rejected, "rejected_by": by, "dry_run": dry_run})


def _meant(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"meaning": REFUSALS.get(row["code"], "")}  # none where a replay went well


def _print(row: dict[str, Any]) -> None:
    typer.echo(json.dumps(row, ensure_ascii=False, default=str))
