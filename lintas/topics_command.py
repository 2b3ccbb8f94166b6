"""`lintas topics apply`: bring the broker's topics to what the contract says."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shared.events.topics import TOPICS
from shared.kafka.admin import BrokerAway
from shared.kafka.topics_apply import Difference, TopicsRefused, apply, compare
from shared.messages import phrase

topics_app = typer.Typer(
    no_args_is_help=True,
    help="Topics of the event contract.",
    epilog="Example: lintas topics apply --dry-run",
)
console = Console()


@topics_app.callback()
def _group() -> None:
    """Keep `apply` a subcommand."""


@topics_app.command("apply", epilog="Example: lintas topics apply --kafka kafka:9092 --dry-run")
def topics_apply(
    kafka: Annotated[
        str, typer.Option(envvar="LINTAS_KAFKA", help="Addresses of the broker, host:port,...")
    ] = "127.0.0.1:9092",
    replication: Annotated[
        int, typer.Option(min=-1, help="Copies of each new topic; -1 is the broker's default.")
    ] = -1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what differs; change nothing.")
    ] = False,
) -> None:
    """Make missing topics, add partitions, set retention, cleanup and the largest message."""
    try:
        found = compare(kafka, TOPICS)
        _show(found)
        if found and not dry_run:
            apply(kafka, TOPICS, found, replication=replication)
            console.print(f"{len(found)} differences applied")
    except (BrokerAway, TopicsRefused) as error:
        console.print(f"[red]{error}[/red]", soft_wrap=True)
        raise typer.Exit(2) from None


def _show(found: list[Difference]) -> None:
    if not found:
        console.print("topics are as the contract says")
        return
    table = Table(title=phrase("topics.differ").both())
    for name in ("topic", "setting", "broker", "contract"):
        table.add_column(name, overflow="fold")
    for one in found:
        table.add_row(one.topic, one.setting, one.present or "-", one.wanted)
    console.print(table)
