"""How many facts each source has published for each moment, so that a mark goes back with its fact."""

import json
from collections import Counter
from datetime import date

import sqlalchemy as sa
from alembic import op

import shared.database.engine
from shared.clock import noon

revision = "monitoring_0002"
down_revision = "monitoring_0001"
joint = {"0004": "shared_0003", "0005": "shared_0004"}

_TRAINING = ("at", "sh", "tc")
_COOPERATIVE = ("cr", "cs", "gf", "gs", "ma", "ml", "mp", "mr", "mv")


def upgrade() -> None:
    """Make the marks again from the facts; of targets, which name no day, none is known."""
    op.drop_table("source_clock")
    made = op.create_table(
        "source_clock",
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("latest", shared.database.engine.UtcDateTime(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "latest", name=op.f("pk_source_clock")),
    )
    rows = _rows(_counted(op.get_bind()))
    if rows:
        op.bulk_insert(made, rows)


def _counted(connection: sa.Connection) -> Counter[tuple[str, str]]:
    fact = sa.table("fact", sa.column("state", sa.Text))
    found: Counter[tuple[str, str]] = Counter()
    query = sa.select(fact.c.state)
    for (text,) in connection.execute(query, execution_options={"yield_per": 1000}):
        state = json.loads(text)
        mends = state.get("c", {})
        for event, record in state["e"].items():
            mend = mends.get(event + record[0])
            counts = record if mend is None else mend[2]
            if counts is not None and isinstance(counts[1], str):
                found[_source(record[0]), counts[1]] += 1
    return found


def _source(code: str) -> str:
    if code in _TRAINING:
        return "urn:lintas:training"
    return f"urn:lintas:{'cooperative' if code in _COOPERATIVE else 'beneficiary'}"


def _rows(counted: Counter[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"source": source, "latest": noon(date.fromisoformat(day)), "facts": number}
        for (source, day), number in sorted(counted.items())
    ]
