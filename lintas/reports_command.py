"""`lintas reports open`: the months that an office has not closed yet, as a table."""

from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

from lintas.client import TIMEOUT, RequestRefused, get
from shared.messages import phrase

reports_app = typer.Typer(
    no_args_is_help=True,
    help="Months that offices close.",
    epilog="Example: lintas reports open --url http://127.0.0.1:8103 --area 35.09",
)
console = Console(soft_wrap=True, markup=False, highlight=False)
COLUMNS = ("district", "list", "month", "status")


@reports_app.callback()
def _group() -> None:
    """Keep `open` a subcommand."""


@reports_app.command(
    "open",
    epilog="Example: LINTAS_TOKEN=... lintas reports open --url http://127.0.0.1:8103 --area 35",
)
def reports_open(
    url: Annotated[str, typer.Option(help="Address of the service.")],
    area: Annotated[str, typer.Option(help="Kemendagri code: 35.09, or 35 for a province.")],
    token: Annotated[
        str, typer.Option(envvar="LINTAS_TOKEN", help="Your token, best in LINTAS_TOKEN.")
    ],
) -> None:
    """Show the months that have ended and that this office has not closed; ends with 1 if there are any."""
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            found = open_reports(client, url, token, area)
    except RequestRefused as error:
        console.print(str(error))
        raise typer.Exit(2) from None
    if not found:
        console.print(phrase("reports.none").both())
        return
    _show(found)
    raise typer.Exit(1)


def open_reports(client: httpx.Client, url: str, token: str, area: str) -> list[dict[str, Any]]:
    """Every page of what is open in an area.

    Raises:
        RequestRefused: the request was refused, or the service is away.
    """
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = get(client, f"{url}/v1/reports/open", token, {"area": area, "limit": "1000"} | after)
        found += page["reports"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def _show(found: list[dict[str, Any]]) -> None:
    table = Table(*(phrase(f"reports.{name}").both() for name in COLUMNS))
    for one in found:
        words = phrase(f"reports.open.{one['status']}").both()
        table.add_row(one["district"], one["list"], one["month"], words)
    console.print(table)
