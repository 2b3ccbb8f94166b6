"""Classify the faults of a database, and what repairs each: waiting, an operator, or neither."""

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared import messages


class Healing(Enum):
    """What repairs a fault."""

    WAITING = "waiting"
    """It recovers by itself."""
    OPERATOR = "operator"
    """An operator must act, and may do so while the service runs."""
    SETTING = "setting"
    """As `OPERATOR` while the service runs; at its start, a setting is wrong."""
    NEVER = "never"
    """Waiting does not help: the process ends."""


@dataclass(frozen=True)
class Fault:
    """One kind of failure; its words in the catalogue hold no address, name or value."""

    code: str
    healing: Healing

    @property
    def message_id(self) -> str:
        """What is wrong, in Indonesian."""
        return messages.text(self.code).id

    @property
    def message_en(self) -> str:
        """What is wrong, in English."""
        return messages.text(self.code).en

    @property
    def message(self) -> str:
        """Indonesian with English beside it."""
        return messages.text(self.code).message({})

    @property
    def remedy(self) -> str:
        """What the operator should do, Indonesian with English beside it."""
        return messages.text(self.code).remedy({})

    def ends(self, *, starting: bool) -> bool:
        """Whether the process has to end; while it starts, a wrong setting suffices."""
        return self.healing is Healing.NEVER or (starting and self.healing is Healing.SETTING)


AWAY = Fault("DATABASE_AWAY", Healing.WAITING)
FULL = Fault("DATABASE_FULL", Healing.OPERATOR)
READ_ONLY = Fault("DATABASE_READ_ONLY", Healing.OPERATOR)
DISK = Fault("DATABASE_DISK", Healing.OPERATOR)
RIGHTS = Fault("DATABASE_RIGHTS", Healing.OPERATOR)
NOT_OPENED = Fault("DATABASE_NOT_OPENED", Healing.OPERATOR)
NO_FOLDER = Fault("DATABASE_NO_FOLDER", Healing.SETTING)
IS_FOLDER = Fault("DATABASE_IS_FOLDER", Healing.SETTING)
LOGIN = Fault("DATABASE_LOGIN", Healing.SETTING)
NO_DATABASE = Fault("DATABASE_UNKNOWN", Healing.SETTING)
NOT_A_DATABASE = Fault("DATABASE_NOT_A_DATABASE", Healing.NEVER)
DAMAGED = Fault("DATABASE_DAMAGED", Healing.NEVER)

_SQLITE = {
    3: NOT_OPENED, 8: READ_ONLY, 10: DISK, 11: DAMAGED, 13: FULL, 14: NOT_OPENED, 23: NOT_OPENED,
    26: NOT_A_DATABASE,
}  # fmt: skip
"""By primary result code; every other operational failure passes (busy, locked, no memory)."""
_PRIMARY = 0xFF
_POSTGRES = {
    "25006": READ_ONLY, "28000": LOGIN, "28P01": LOGIN, "3D000": NO_DATABASE, "42501": RIGHTS,
    "53100": FULL, "58030": DISK,
}  # fmt: skip
"""By SQLSTATE."""
_PASSING = ("08", "40", "53", "55P03", "57P", "58")
_REFUSALS = (
    ("password authentication failed", LOGIN),
    ("no password supplied", LOGIN),
    ("no pg_hba.conf entry", LOGIN),
    ("authentication failed for user", LOGIN),
    ("FATAL:  role ", LOGIN),
    ("FATAL:  database ", NO_DATABASE),
)
"""libpq gives no SQLSTATE for a refused connection, so we recognise its text."""


def fault_of(error: BaseException, database: str | None = None) -> Fault | None:
    """The database's fault; None when the database works and the statement is at fault.

    `database` is the path of a file, where that is known.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, PoolTimeout):
            return AWAY
        if isinstance(cause, DBAPIError):
            return getattr(cause, "fault", None) or _fault(cause, database)
        cause = cause.__cause__
    return None


def described(error: BaseException) -> str:
    """The fault and its remedy, or the kind of the error; never its text, which may hold values."""
    fault = fault_of(error)
    if fault is None or fault.healing is Healing.WAITING:
        return type(getattr(error, "orig", None) or error).__name__
    return f"{fault.code}: {fault.message}; {fault.remedy}"


def _fault(error: DBAPIError, database: str | None) -> Fault | None:
    original: object = error.orig
    number, state = getattr(original, "sqlite_errorcode", None), getattr(original, "sqlstate", None)
    passing = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    if number is not None:
        found = _SQLITE.get(number & _PRIMARY)
        if found is NOT_OPENED and database:
            return _path_fault(Path(database))
        return found or (AWAY if passing else None)
    if state is not None:
        return _POSTGRES.get(state) or (AWAY if state.startswith(_PASSING) else None)
    if not passing:
        return None
    return next((fault for words, fault in _REFUSALS if words in str(original)), AWAY)


def _path_fault(path: Path) -> Fault:
    if path.is_dir():
        return IS_FOLDER
    return NOT_OPENED if path.parent.is_dir() else NO_FOLDER
