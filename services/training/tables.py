"""The tables of the training service. It keeps pseudonyms only: nothing here names a person."""

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Index,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from shared.application.correction_rules import correction_table
from shared.database.engine import NAMING, UtcDateTime

METADATA = MetaData(naming_convention=NAMING)

family_group = Table(
    "family_group",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("region", String(13), nullable=False),
    Column("formed_on", Date, nullable=False),
)

group_family = Table(
    "group_family",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("group", Uuid, ForeignKey("family_group.id"), nullable=False, index=True),
    Column("family", String(80), nullable=False),
    Column("joined_on", Date, nullable=False),
    UniqueConstraint("family", "group", "joined_on"),
)
"""Which family belongs to which group from when; a later row of a family ends its earlier one."""

session = Table(
    "session",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("district", String(5), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("content", String, nullable=False),
    Column("group", Uuid, index=True),
)
"""Sessions; `content` is the whole payload of one."""

attendance = Table(
    "attendance",
    METADATA,
    Column("session", Uuid, ForeignKey("session.id"), primary_key=True),
    Column("subject", String(80), primary_key=True),
)

training = Table(
    "training",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("activity", String(20), nullable=False),
)

completion = Table(
    "completion",
    METADATA,
    Column("training", Uuid, ForeignKey("training.id"), primary_key=True),
    Column("person", String(80), primary_key=True, index=True),
    Column("completed_on", Date, nullable=False),
    Column("entitlement", Uuid, index=True),
    Column("areas", String),
)
"""Completed trainings; `areas`: those of who recorded it, separated by spaces."""

entitlement = Table(
    "entitlement",
    METADATA,
    Column("event", Uuid, primary_key=True),
    Column("person", String(80), nullable=False, index=True),
    Column("membership", Uuid),
    Column("region", String(13)),
    Column("activated_on", Date),
    Column("granted", String),
    Column("corrected_at", UtcDateTime),
    Column("corrected_by", Uuid),
    Index("ix_entitlement_region_event", "region", "event"),
)
"""Activated memberships; `granted` is their payload, none when taken back."""

correction = correction_table(METADATA)
