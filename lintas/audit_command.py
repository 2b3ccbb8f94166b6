"""`lintas release audit`: try to prove small counts and small changes from published files."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from lintas.release_files import families, read_release, structure_of
from services.monitoring.disclosure import K
from services.monitoring.disclosure.audit import Finding, audit
from services.monitoring.disclosure.reader import Shown
from services.monitoring.disclosure.solver import NoSolution, Undecided
from shared.service.cli_errors import one_line_errors

PROVEN = 1
REASONS = {
    "count": "a count",
    "rest": "what the total has besides it",
    "nobody": "nobody of a hidden total",
    "everybody": "everybody of a hidden total",
    "change": "a change between releases",
    "month": "a change from the month before",
    "contradiction": "no counts can stand behind it",
    "undecided": "the solver's limit was reached before it was cleared",
}
release_app = typer.Typer(
    no_args_is_help=True,
    help="Published releases.",
    epilog="Example: lintas release audit releases/1 releases/2",
)
console = Console(soft_wrap=True, markup=False, highlight=False)


@release_app.callback()
def _group() -> None:
    """Keep `audit` a subcommand."""


@release_app.command("audit", epilog="Example: lintas release audit releases/1 releases/2")
def audit_command(
    folders: Annotated[
        list[Path],
        typer.Argument(exists=True, file_okay=False, help="Folders of releases, the oldest first."),
    ],
) -> None:
    """Look for counts and changes of 1 to 10 people that these releases together give away.

    A figure is given away if it can be proven or has fewer than 11 possible values. Ends with 1 if
    there is one.
    """
    with one_line_errors():
        releases = [read_release(folder) for folder in folders]
    hidden = sum(value is None for release in releases for value in release.values())
    found = sorted(_findings(releases))
    console.print(
        f"{len(releases)} releases, {hidden} hidden figures, fewer than {K} values: {len(found)}"
    )
    if found:
        console.print(_table(found, folders))
        raise typer.Exit(PROVEN)


def _findings(releases: Sequence[Shown]) -> Iterator[Finding]:
    for mine, sums in families(releases, [structure_of(release) for release in releases]):
        try:
            yield from audit(mine, sums)
        except NoSolution:
            yield Finding(min(mine[-1]), "contradiction", (), 0, 0)
        except Undecided:
            yield Finding(min(mine[-1]), "undecided", (), 0, 0)


def _table(found: Sequence[Finding], folders: Sequence[Path]) -> Table:
    table = Table("figure", "what", "releases", "from", "to", box=None)
    for one in found:
        names = ", ".join(folders[n].name for n in one.releases)
        figure = " ".join(part for part in one.figure if part)
        table.add_row(figure, REASONS[one.reason], names, str(one.low), str(one.high))
    return table
