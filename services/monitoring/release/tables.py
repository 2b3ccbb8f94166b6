"""The private state of disclosure; `release` itself is in `services.monitoring.tables`."""

from sqlalchemy import Column, Integer, LargeBinary, Table

from services.monitoring.tables import METADATA

release_memory = Table(
    "release_memory",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)
"""Exact values behind the last release (one row); never served."""
