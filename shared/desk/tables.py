"""Tables of the desk: accounts, sessions, attempts to sign in, and drafts."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, Uuid

from shared.database.engine import SHARED_METADATA, BigId, UtcDateTime

DIGEST_BYTES = 32
account = Table(
    "desk_account",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("name", LargeBinary, nullable=False),
    Column("office", String(80), nullable=False),
    Column("role", String(20), nullable=False),
    Column("scopes", Text, nullable=False),
    Column("areas", Text, nullable=False),
    Column("subject", String(80), nullable=False),
    Column("passphrase", String(200), nullable=True),
    Column("link", LargeBinary(DIGEST_BYTES), nullable=True, unique=True),
    Column("link_ends", UtcDateTime, nullable=True),
    Column("disabled", Boolean, nullable=False),
)
"""Who may sign in. `name` is encrypted; scopes and areas are separated by blanks; `passphrase` is an
Argon2id hash; `link` the digest of a one-time link."""

session = Table(
    "desk_session",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("digest", LargeBinary(DIGEST_BYTES), nullable=False, unique=True),
    Column("digest_before", LargeBinary(DIGEST_BYTES), nullable=True, unique=True),
    Column("account", Uuid, nullable=False, index=True),
    Column("form_key", String(60), nullable=False),
    Column("began", UtcDateTime, nullable=False),
    Column("turned", UtcDateTime, nullable=False),
    Column("seen", UtcDateTime, nullable=False, index=True),
)
"""Who is signed in. The cookie's value is not kept, only its SHA-256, and that of the value before it;
`turned`: when the cookie got its value."""

attempt = Table(
    "desk_attempt",
    SHARED_METADATA,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("moment", UtcDateTime, nullable=False, index=True),
    Column("account", LargeBinary(DIGEST_BYTES), nullable=False),
    Column("address", LargeBinary(DIGEST_BYTES), nullable=False),
    Column("failed", Boolean, nullable=False),
)
"""Attempts to sign in, with keyed digests of what was typed as account and of the client's address."""

draft = Table(
    "desk_draft",
    SHARED_METADATA,
    Column("id", Uuid, primary_key=True),
    Column("office", String(80), nullable=False, index=True),
    Column("list", String(60), nullable=False),
    Column("file", LargeBinary, nullable=False),
    Column("notices", LargeBinary, nullable=False),
    Column("made", UtcDateTime, nullable=False),
    Column("made_by", String(60), nullable=False),
    Column("changed", UtcDateTime, nullable=False),
    Column("changed_by", String(60), nullable=False),
    Column("ends", UtcDateTime, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("accepted", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("tally", LargeBinary, nullable=True),
    Column("closing", Text, nullable=True),
)
"""Uploaded lists of an office. `file` (its name), `notices` and `tally` are encrypted; version 0: still
being read; `accepted` and `known` count rows that have left the draft; `closing` (JSON): the month that
is to be closed with it."""

draft_row = Table(
    "desk_draft_row",
    SHARED_METADATA,
    Column("draft", Uuid, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("state", String(10), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index("ix_desk_draft_row_state", "draft", "state", "line"),
)
"""Rows of a draft by their line in the file; `content` is encrypted."""

job = Table(
    "desk_job",
    SHARED_METADATA,
    Column("draft", Uuid, primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("account", String(60), nullable=False),
    Column("asked", UtcDateTime, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("holder", String(120), nullable=False),
    Column("held", UtcDateTime, nullable=False),
)
"""What is done with a draft in the background, on behalf of which account; `done` rows of `total` (0: not
known). `held`: until when its holder alone goes on with it."""

file_part = Table(
    "desk_file",
    SHARED_METADATA,
    Column("draft", Uuid, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)
"""A file that waits to be checked, in encrypted parts."""
