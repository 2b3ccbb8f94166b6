"""The tables of the cooperative service. What names a person is sealed; the pseudonym finds it."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from shared.application.correction_rules import correction_table
from shared.database.engine import NAMING, UtcDateTime

METADATA = MetaData(naming_convention=NAMING)

cooperative = Table(
    "cooperative",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("region", String(13), nullable=False),
    Column("registered_on", Date, nullable=False),
)

household_group = Table(
    "household_group",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("status", String(20), nullable=False),
    Column("region", String(13), nullable=False),
    Column("business_type", String(4), nullable=False),
    Column("formed_on", Date, nullable=False),
    Column("cooperative", Uuid),
    Column("became_on", Date),
)

group_link = Table(
    "group_link",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("predecessor", Uuid, ForeignKey("household_group.id"), nullable=False),
    Column("successor", Uuid, ForeignKey("household_group.id"), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("happened_on", Date, nullable=False),
    UniqueConstraint("predecessor", "successor"),
)
"""In which groups a group went on."""

group_member = Table(
    "group_member",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("group", Uuid, ForeignKey("household_group.id"), nullable=False),
    Column("person", String(80), nullable=False),
    Column("role", String(10), nullable=False),
    Column("joined_on", Date, nullable=False),
    Column("left_on", Date),
    UniqueConstraint("group", "person", "joined_on"),
)
"""Who had which role in a group; the pseudonym alone is kept."""

status_entry = Table(
    "status_entry",
    METADATA,
    Column("owner", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("status", String(20), nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("taken_back", Boolean, nullable=False),
)
"""The history of cooperatives and groups; `owner` is the id of either."""

membership = Table(
    "membership",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("cooperative", Uuid, ForeignKey("cooperative.id"), nullable=False),
    Column("person", String(80), nullable=False),
    Column("region", String(13), nullable=False),
    Column("applied_on", Date, nullable=False),
    Column("consent", Uuid, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("referral", Uuid),
    Column("approved_on", Date),
    Column("activated_on", Date),
    Column("ended_on", Date),
    Column("ending", String(10)),
    Column("breaks", String),
    Index("ix_membership_person_cooperative", "person", "cooperative"),
)
_OPEN = membership.c.ended_on.is_(None)
Index(
    "uq_membership_open",
    membership.c.cooperative,
    membership.c.person,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

member_month = Table(
    "member_month",
    METADATA,
    Column("membership", Uuid, ForeignKey("membership.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("matter", String(12), primary_key=True),
    Column("denied", Boolean, nullable=False),
    Column("confirmed", Boolean, nullable=False),
)
"""What counts of each month of a membership: whether somebody said no, and whether somebody said yes."""

member_benefit = Table(
    "member_benefit",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("membership", Uuid, ForeignKey("membership.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("granted_on", Date, nullable=False),
    UniqueConstraint("membership", "kind", "granted_on"),
)

support = Table(
    "support",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("cooperative", Uuid, ForeignKey("cooperative.id"), nullable=False),
    Column("matter", String(10), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("happened_on", Date, nullable=False),
    UniqueConstraint("cooperative", "matter", "kind", "happened_on"),
)
"""Mentoring of a cooperative and capital that it got."""

consent = Table(
    "consent",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("cooperative", Uuid, ForeignKey("cooperative.id"), nullable=False),
    Column("person", String(80), nullable=False),
    Column("region", String(13), nullable=False),
    Column("form", String(20), nullable=False),
    Column("text_version", String(50), nullable=False),
    Column("given_on", Date, nullable=False),
    UniqueConstraint("person", "cooperative", "text_version", "given_on"),
)
"""What persons agreed to; `membership.consent` of before these records names none of them."""

annual_meeting = Table(
    "annual_meeting",
    METADATA,
    Column("cooperative", Uuid, ForeignKey("cooperative.id"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("held_on", Date, nullable=False),
)

member_target = Table(
    "member_target",
    METADATA,
    Column("cooperative", Uuid, ForeignKey("cooperative.id"), primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("target", Integer, nullable=False),
    Column("taken_back", Boolean, nullable=False),
)

candidate = Table(
    "candidate",
    METADATA,
    Column("event", Uuid, primary_key=True),
    Column("person", String(80), nullable=False, index=True),
    Column("region", String(13)),
    Column("issued_on", Date),
    Column("referral", String),
    Column("corrected_at", UtcDateTime),
    Column("corrected_by", Uuid),
    Index("ix_candidate_region_event", "region", "event"),
)
"""Referrals of Social Affairs; `referral` is their payload, none when taken back."""

correction = correction_table(METADATA)
