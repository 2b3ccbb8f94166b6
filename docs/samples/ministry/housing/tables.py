"""The tables of the housing service. It keeps pseudonyms only: nothing here names a person."""

from sqlalchemy import Column, Date, Index, MetaData, String, Table, Uuid

from shared.application.correction_rules import correction_table
from shared.database.engine import NAMING

METADATA = MetaData(naming_convention=NAMING)

house = Table(
    "house",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("person", String(80), nullable=False),
    Column("region", String(13), nullable=False),
    Column("repair", String(20), nullable=False),
    Column("repaired_on", Date, nullable=False),
    Index("ix_house_region_id", "region", "id"),
)
"""Repaired houses."""

correction = correction_table(METADATA)
