"""The tables of reporting, in the database of every service."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Uuid

from shared.database.engine import SHARED_METADATA

obligation = Table(
    "reporting_obligation",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("list", String(20), nullable=False),
    Column("district", String(5), nullable=False, index=True),
    Column("first_month", String(7)),
    Column("last_month", String(7)),
    Column("version", Integer, nullable=False),
)
"""Which list is reported for which district; no first month: taken back."""

report = Table(
    "reporting_report",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("list", String(20), nullable=False),
    Column("district", String(5), nullable=False),
    Column("month", String(7), nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("nil", Boolean, nullable=False),
    Index("ix_reporting_report_district", "district", "list"),
)
"""Months that were closed at least once."""

declaration = Table(
    "reporting_declaration",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("measure", String(40), nullable=False),
    Column("district", String(5), nullable=False),
    Column("month", String(7), nullable=False),
    Column("count", Integer),
    Column("version", Integer, nullable=False),
)
"""What the office counts by itself; no count: taken back."""
