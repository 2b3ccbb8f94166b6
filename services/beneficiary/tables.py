"""The tables of the beneficiary service. What names a person is sealed; the pseudonym finds it."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

from shared.application.correction_rules import correction_table
from shared.database.engine import NAMING, BigId, UtcDateTime

METADATA = MetaData(naming_convention=NAMING)
SUBJECT = String(80)

family = Table(
    "family",
    METADATA,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("subject", SUBJECT, nullable=False, unique=True),
    Column("programme", String(20), nullable=False),
    Column("business", String(4)),
    Column("sealed", LargeBinary, nullable=False),
    Column("current", Integer, nullable=False),
    Column("region", String(13), nullable=False),
    Column("graduation", Uuid),
    Column("proposed_on", Date),
    Column("verified_on", Date),
    Column("approved_on", Date),
    Column("exit_reason", String(20)),
    Column("exited_on", Date),
    Column("spell", Integer, nullable=False, server_default="1"),
)
"""Families by pseudonym, each with its last spell. `spell`: the version with which that began;
`sealed`: the row it came with; `current`, `region`: last version.

The id stays in this database: parts of a family lie beside each other, which pseudonyms never do.
"""

past_spell = Table(
    "past_spell",
    METADATA,
    Column("family", BigId, primary_key=True, autoincrement=False),
    Column("spell", Integer, primary_key=True, autoincrement=False),
    Column("programme", String(20), nullable=False),
    Column("business", String(4)),
    Column("sealed", LargeBinary, nullable=False),
    Column("graduation", Uuid),
    Column("proposed_on", Date),
    Column("verified_on", Date),
    Column("approved_on", Date),
    Column("exit_reason", String(20)),
    Column("exited_on", Date),
)
"""Earlier spells of families that were enrolled again: few, so that reading the others stays fast."""

family_version = Table(
    "family_version",
    METADATA,
    Column("family", BigId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("effective_on", Date, nullable=False),
    Column("region", String(13), nullable=False, index=True),
    Column("decile", SmallInteger),
    Column("band", String(5), nullable=False),
    Column("born", LargeBinary),
    Column("taken_back", Boolean, nullable=False),
)
"""The history of a family's record; `born` is the sealed birth date of the representative."""

family_person = Table(
    "family_person",
    METADATA,
    Column("family", BigId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("person", SUBJECT, nullable=False, index=True),
    Column("representative", Boolean, nullable=False),
    Column("age_band", String(8), nullable=False),
)

assignment = Table(
    "assignment",
    METADATA,
    Column("family", BigId, primary_key=True, autoincrement=False),
    Column("assigned_on", Date, primary_key=True),
    Column("facilitator", Uuid, nullable=False),
)

facilitator = Table(
    "facilitator",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("number", String(40), nullable=False, unique=True),
    Column("district", String(5), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

target = Table(
    "target",
    METADATA,
    Column("facilitator", Uuid, primary_key=True),
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("district", String(5), nullable=False),
    Column("target", Integer, nullable=False),
    Column("taken_back", Boolean, nullable=False),
)

referral = Table(
    "referral",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("family", SUBJECT, nullable=False),
    Column("person", SUBJECT, nullable=False),
    Column("region", String(13), nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("spell", Integer, nullable=False, server_default="1"),
    UniqueConstraint("family", "spell"),
)
"""A family is referred once a spell."""

referral_step = Table(
    "referral_step",
    METADATA,
    Column("referral", Uuid, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("outcome", String(10), nullable=False),
    Column("day", Date, nullable=False),
    Column("code", String(20), nullable=False),
)
"""What became of referrals; `code` is the channel of a contact or the reason of a decline."""

visit = Table(
    "visit",
    METADATA,
    Column("family", SUBJECT, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outcome", String(10), nullable=False),
    Column("self_reliance", String(10)),
    Column("business", String(10)),
    Column("decile", SmallInteger),
    Column("band", String(5)),
    Column("facilitator", Uuid),
)
"""Visits to families after graduations. What is due is in no table: it follows from the graduation."""

assessment = Table(
    "assessment",
    METADATA,
    Column("family", SUBJECT, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("spell", Integer, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("day", Date, nullable=False),
    Column("reasons", String(400), nullable=False),
)
"""What rules of eligibility said of families; `reasons` with blanks between them."""

training_offer = Table(
    "training_offer",
    METADATA,
    Column("family", SUBJECT, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("day", Date, nullable=False),
    Column("answer", String(20), nullable=False),
)
"""Training that was offered to families, and what they said."""

programme_target = Table(
    "programme_target",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("district", String(5), nullable=False),
    Column("programme", String(20), nullable=False),
    Column("measure", String(20), nullable=False),
    Column("year", Integer, nullable=False),
    Column("value", Integer, nullable=False),
    Column("taken_back", Boolean, nullable=False),
)

heard = Table(
    "heard",
    METADATA,
    Column("event", Uuid, primary_key=True),
    Column("person", SUBJECT, nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("reference", Uuid, nullable=False, index=True),
    Column("day", Date),
    Column("corrected_at", UtcDateTime),
    Column("corrected_by", Uuid),
)
"""Memberships and completed training of other ministries; no day means that it was taken back."""

correction = correction_table(METADATA)
