"""`lintas reports open` and `overdue`: months that one office, or all, have not closed, as tables."""

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
COLUMNS = ("district", "list", "month", "days_late", "status")
OVERDUE = ("office", "district", "list", "months", "days_late")
AREA_HELP = "Kemendagri code: 35.09, or 35 for a province."


@reports_app.callback()
def _group() -> None:
    """Keep each a subcommand."""


@reports_app.command(
    "open",
    epilog="Example: LINTAS_TOKEN=... lintas reports open --url http://127.0.0.1:8103 --area 35",
)
def reports_open(
    url: Annotated[str, typer.Option(help="Address of the service.")],
    token: Annotated[
        str, typer.Option(envvar="LINTAS_TOKEN", help="Your token, best in LINTAS_TOKEN.")
    ],
    area: Annotated[str | None, typer.Option(help=AREA_HELP)] = None,
) -> None:
    """Show the months that have ended and that this office has not closed; ends with 1 if there are any.

    Without --area of every area that the token covers.
    """
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


@reports_app.command(
    "overdue", epilog="Example: lintas reports overdue --url http://127.0.0.1:8104 --area 35"
)
def reports_overdue(
    url: Annotated[str, typer.Option(help="Address of monitoring.")],
    area: Annotated[str | None, typer.Option(help=AREA_HELP)] = None,
) -> None:
    """Show which offices have not closed which months, in the nation or an area; ends with 1 if any."""
    try:
        with httpx.Client(timeout=TIMEOUT) as client:
            found = overdue_reports(client, url, area)
    except RequestRefused as error:
        console.print(str(error))
        raise typer.Exit(2) from None
    if not found:
        console.print(phrase("reports.none").both())
        return
    _show_overdue(found)
    raise typer.Exit(1)


def open_reports(
    client: httpx.Client, url: str, token: str, area: str | None = None
) -> list[dict[str, Any]]:
    """Every page of what an office has open, in an area or in every one that the token covers.

    Raises:
        RequestRefused: the request was refused, or the service is away.
    """
    return _pages(client, f"{url}/v1/reports/open", token, area)


def overdue_reports(
    client: httpx.Client, url: str, area: str | None = None
) -> list[dict[str, Any]]:
    """Every page of what all offices have open, as monitoring knows it.

    Raises:
        RequestRefused: the request was refused, or the service is away.
    """
    return _pages(client, f"{url}/v1/reporting/open", None, area)


def _pages(
    client: httpx.Client, url: str, token: str | None, area: str | None
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    asked = {"limit": "1000"} | ({"area": area} if area else {})
    after: dict[str, str] = {}
    while True:
        page = get(client, url, token, asked | after)
        found += page["reports"]
        if page["next"] is None:
            return found
        after = {"after": page["next"]}


def _show(found: list[dict[str, Any]]) -> None:
    table = Table(*(phrase(f"reports.{name}").both() for name in COLUMNS))
    for one in found:
        words = phrase(f"reports.open.{one['status']}").both()
        table.add_row(one["district"], one["list"], one["month"], str(one["days_late"]), words)
    console.print(table)


def _show_overdue(found: list[dict[str, Any]]) -> None:
    table = Table(*(phrase(f"reports.{name}").both() for name in OVERDUE))
    for one in found:
        months = ", ".join(one["months"])
        table.add_row(one["office"], one["district"], one["list"], months, str(one["days_late"]))
    console.print(table)
