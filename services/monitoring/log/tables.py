"""The tables of the log: recent events as received, and the data files that count.

A data file exists when a row of `segment` names it and is not replaced; a file that no row names
is garbage, whatever it holds.
"""

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from services.monitoring.tables import METADATA
from shared.database.engine import UtcDateTime

recent_event = Table(
    "recent_event",
    METADATA,
    Column("source", String(80), primary_key=True),
    Column("sequence", BigInteger, primary_key=True, autoincrement=False),
    Column("type", String(80), nullable=False),
    Column("value", LargeBinary, nullable=False),
)
"""Events that are in no data file yet, byte for byte."""

segment = Table(
    "segment",
    METADATA,
    Column("path", String(120), primary_key=True),
    Column("event_table", String(80), nullable=False, index=True),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("replaced_at", UtcDateTime, nullable=True),
)
"""One row a data file. A replaced one does not count, but a reader may still have it open."""

segment_range = Table(
    "segment_range",
    METADATA,
    Column("path", String(120), primary_key=True),
    Column("source", String(80), primary_key=True),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("sequences", LargeBinary, nullable=False),
)
"""Which sequences of a source a data file holds: their bounds, and exactly, as a compressed bitmap."""
