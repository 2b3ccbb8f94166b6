"""The tables of releases: cuts as taken, parts as released; `release` is in `services.monitoring.tables`."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text, Uuid

from services.monitoring.tables import METADATA
from shared.database.engine import UtcDateTime

taken_cut = Table(
    "taken_cut",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", Uuid, nullable=False, unique=True),
    Column("until", String(7), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("cause", String(20), nullable=True),
    Column("vector", Text, nullable=False),
    Column("definitions", Text, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("salt", String(64), nullable=True),
)
"""Cuts as the events say them; `vector` and `definitions` are JSON objects."""

part = Table(
    "part",
    METADATA,
    Column("indicator", String(2), primary_key=True),
    Column("area", String(2), primary_key=True),
    Column("made_in", Integer, primary_key=True, autoincrement=False),
    Column("inputs", String(64), nullable=False),
    Column("definition", String(64), nullable=False),
    Column("rows", LargeBinary, nullable=False),
    Column("private", LargeBinary, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("remainders", LargeBinary, nullable=True),
)
"""A table family in the release in which it was last made. `private` are exact counts and values
before rounding; they are never served. `remainders` are in no part made before there were any."""

release_part = Table(
    "release_part",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("indicator", String(2), primary_key=True),
    Column("area", String(2), primary_key=True),
    Column("made_in", Integer, nullable=False),
)
"""Which parts a release has; of one that is being made, those that are finished."""
