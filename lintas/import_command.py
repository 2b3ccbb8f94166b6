"""`lintas import`: an officer's list through the service's front door."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from lintas.client import RequestRefused, UploadReport, rejects_of, upload
from lintas.registry import list_names, list_of
from shared.csv.rows import BadRow
from shared.messages import phrase

SHOWN = 20
"""How many refused rows are printed; the reject file has all of them."""
console = Console(soft_wrap=True, markup=False, highlight=False)


def known_list(name: str) -> str:
    """The name of a list; another is refused with the names that there are."""
    if name not in list_names():
        known = ", ".join(list_names())
        raise typer.BadParameter(phrase("import.unknown").both(name=name, known=known))
    return name


def import_command(
    kind: Annotated[
        str,
        typer.Argument(
            help=f"Which list the file is: {', '.join(list_names())}.", callback=known_list
        ),
    ],
    path: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="The file: CSV, .xlsx or .ods.")
    ],
    url: Annotated[str, typer.Option(help="Address of the service.")],
    token: Annotated[
        str, typer.Option(envvar="LINTAS_TOKEN", help="Your token, best in LINTAS_TOKEN.")
    ],
    rejects: Annotated[
        Path | None, typer.Option(help="Where refused rows go; default FILE.ditolak.csv or .xlsx.")
    ] = None,
    closes: Annotated[
        str | None, typer.Option(help="The month (2026-06) that this list completes for --area.")
    ] = None,
    area: Annotated[
        str | None, typer.Option(help="With --closes: kabupaten or kota, 35.09.")
    ] = None,
    nil: Annotated[
        bool, typer.Option("--nil", help="With --closes: nothing happened in that month.")
    ] = False,
) -> None:
    """Send a list to a service, as CSV or workbook; good rows stay, refused rows come back with reason and remedy.

    The columns of each list are in docs/bring-your-own-file.md. With --closes the month is closed when no
    row was refused. Ends with 1 if a row was refused or the month stayed open, with 2 if the file could
    not be sent.
    """
    month = _month(closes, area, nil=nil)
    if rejects is not None and rejects.resolve() == path.resolve():
        raise typer.BadParameter(phrase("import.same_file").both(), param_hint="--rejects")
    try:
        with console.status(f"{path.name}: 0 rows") as status:
            report = upload(
                url, token, kind, path, lambda n: status.update(f"{path.name}: {n:,} rows"), month
            )
    except RequestRefused as error:
        console.print(str(error))
        raise typer.Exit(2) from None
    _tell(report, kind, path, rejects or rejects_of(path))
    if not report.is_complete:
        raise typer.Exit(1)


def _month(closes: str | None, area: str | None, *, nil: bool) -> dict[str, str] | None:
    """What the address asks for, if the file is to close a month."""
    if (closes is None) != (area is None) or (nil and closes is None):
        raise typer.BadParameter(phrase("import.half_a_month").both(), param_hint="--closes")
    if closes is None or area is None:
        return None
    return {"closes": closes, "area": area} | ({"nil": "true"} if nil else {})


def _tell(report: UploadReport, kind: str, path: Path, rejects: Path) -> None:
    for notice in report.notices:
        console.print(f"{phrase('import.note').both()}: {notice.message}\n    -> {notice.remedy}")
    if any(row.whole_file for row in report.refused.values()):
        console.print(phrase("import.whole_file").both())
    counts = {
        "accepted": report.accepted,
        "duplicates": report.duplicates,
        "refused": report.rejected,
    }
    parts = (f"{phrase(f'import.{name}').both()}: {count}" for name, count in counts.items())
    console.print(", ".join(parts))
    for row in list(report.refused.values())[:SHOWN]:
        console.print(_refused_row(row))
    if (more := len(report.refused) - SHOWN) > 0:
        console.print(f"... {phrase('import.more').both(count=more)}")
    if report.refused and report.write_rejects(path, rejects, list_of(kind).columns):
        console.print(f"{phrase('import.rejects').both()}: {rejects}")
    if report.closing:
        _tell_closing(report.closing)


def _tell_closing(closing: Mapping[str, Any]) -> None:
    """The month that is closed now, was closed before, or is open, and why."""
    month = f"{closing['list']} {closing['district']} {closing['month']}"
    status = closing["status"]
    console.print(f"{phrase(f'import.closing.{status}').both()}: {month}")
    if status == "refused":
        console.print(f"    {closing['code']}: {closing['message']}")
        console.print(f"    -> {closing['remedy'] or '-'}")


def _refused_row(row: BadRow) -> str:
    """Where, what and what to do: three lines for a person."""
    place = f"{phrase('import.line').both()} {row.line}"
    if row.field:
        place += f", {phrase('import.column').both()} {row.field}"
    return f"{place}: {row.code}\n    {row.message}\n    -> {row.remedy or '-'}"
