"""`lintas import`: an officer's CSV file through the service's front door."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from lintas.client import DoorClosed, upload

console = Console()


def import_command(
    kind: Annotated[
        str, typer.Argument(help="families, facilitators, cooperatives, members or attendance.")
    ],
    path: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The CSV file.")],
    url: Annotated[str, typer.Option(help="Address of the service.")],
    token: Annotated[
        str, typer.Option(envvar="LINTAS_TOKEN", help="Your token, best in LINTAS_TOKEN.")
    ],
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused rows go; default FILE.ditolak.csv.")
    ] = None,
) -> None:
    """Send a CSV file to a service; good rows stay, refused rows come back with reason and remedy."""
    try:
        with console.status(f"{path.name}: 0 rows") as status:
            report = upload(
                url, token, kind, path, lambda n: status.update(f"{path.name}: {n:,} rows")
            )
    except DoorClosed as error:
        console.print(f"[red]{error}[/red]")
        raise typer.Exit(2) from None
    console.print(
        f"{report.accepted} accepted, {report.duplicates} already there, {report.rejected} refused"
    )
    if report.refused:
        target = rejects or path.with_suffix(".ditolak.csv")
        report.write_rejects(path, target)
        for row in list(report.refused.values())[:20]:
            console.print(
                f"  baris {row.line}, {row.field}: {row.code} - {row.message} ({row.remedy})"
            )
        console.print(f"refused rows with reasons: {target}")
        raise typer.Exit(1)
