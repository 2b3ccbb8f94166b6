"""The tables of monitoring: facts folded from events, the links between them, cells, releases.

Dates are ISO text (they compare as dates and cost nothing to read); `OPEN` means no end.
"""

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Uuid,
)

from shared.database.engine import NAMING, UtcDateTime

METADATA = MetaData(naming_convention=NAMING)

fact = Table(
    "fact",
    METADATA,
    Column("unit", String(12), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("state", Text, nullable=False),
    Column("contributed", Text, nullable=False),
)
"""One row for each unit that is evaluated: its events, compact, and what it put into cells."""

link = Table(
    "link",
    METADATA,
    Column("family", String(80), primary_key=True),
    Column("person", String(80), primary_key=True),
    Column("since", String(10), primary_key=True),
    Column("until", String(10), nullable=False),
    Column("district", String(5), nullable=False),
    Index("ix_link_person", "person"),
)
"""Which person is listed in which enrolled family, from `since` to the day before `until`."""

membership = Table(
    "membership",
    METADATA,
    Column("person", String(80), primary_key=True),
    Column("membership", String(36), primary_key=True),
    Column("since", String(10), nullable=False),
    Column("until", String(10), nullable=False),
)
"""When a person is an active member, from `since` to the day before `until`."""

cell = Table(
    "cell",
    METADATA,
    Column("part", String(20), primary_key=True),
    Column("region", String(36), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("band", String(40), primary_key=True),
    Column("value", Integer, nullable=False),
)
"""Sums of the contributions of all facts; a cell of zero has no row."""

source_clock = Table(
    "source_clock",
    METADATA,
    Column("source", String(80), primary_key=True),
    Column("latest", UtcDateTime, primary_key=True),
    Column("facts", Integer, nullable=False, default=1),
)
"""How many facts that count each source has published for each moment; the latest one is its mark."""

release = Table(
    "release",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("until", String(7), nullable=False),
    Column("figures", LargeBinary, nullable=False),
    Column("csv", LargeBinary, nullable=False),
    Column("manifest", LargeBinary, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
)
"""What was published, byte for byte; written by `release/`."""
