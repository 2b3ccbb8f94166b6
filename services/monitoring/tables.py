"""The tables of monitoring beside the log: cuts, the cells of a cut, and releases."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
    text,
)

from shared.database.engine import NAMING, UtcDateTime

METADATA = MetaData(naming_convention=NAMING)

cut = Table(
    "cut",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("log_rows", BigInteger, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
)
"""A state of the log: everything up to a sequence of each source. `log_rows` are the rows that the
log had then; a replayed record adds one without moving a watermark."""

cut_source = Table(
    "cut_source",
    METADATA,
    Column("cut", Integer, primary_key=True, autoincrement=False),
    Column("source", String(80), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("latest", UtcDateTime, nullable=True),
)
"""The sequence up to which a cut knows all events of a source, and the latest moment of a fact that
counts among them; no moment: none counts."""

cell = Table(
    "cell",
    METADATA,
    Column("cut", Integer, primary_key=True, autoincrement=False),
    Column("part", String(40), primary_key=True),
    Column("region", String(36), primary_key=True),
    Column("period", String(7), primary_key=True),
    Column("programme", String(20), primary_key=True),
    Column("band", String(80), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""What the indicators counted as of a cut; a cell of zero has no row."""

joined_half = Table(
    "joined_half",
    METADATA,
    Column("region", String(36), primary_key=True),
    Column("as_of", Date, nullable=False),
    Column("looked_on", Date, nullable=False),
    Column("until", String(7), nullable=False),
    Column("months", JSON, nullable=False),
    Column("members_side", BigInteger, nullable=False),
)
"""What both offices see of the joined families of a region, until at least K of them changed."""

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
    Column("changes", LargeBinary, nullable=False, server_default=text("''")),
)
"""What was published, byte for byte; written by `release/`."""

release_file = Table(
    "release_file",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String(80), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""The files of a release for readers, made when it is published; written by `feed/`."""
