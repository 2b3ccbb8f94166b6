"""Distinguish failures that may pass from permanent ones."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_THE_DATA_S_FAULT = (DataError, IntegrityError, NotSupportedError)


class TryAgain(Exception):
    """Another replica was faster; what we read is stale, so the work must be repeated."""


def is_transient(error: BaseException) -> bool:
    """Whether a retry may work: database away, lock, deadlock, full disk, missing table.

    A broken constraint or type is the record's own fault and remains wrong.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DBAPIError):
            return cause.connection_invalidated or not isinstance(cause, _THE_DATA_S_FAULT)
        if isinstance(cause, PoolTimeout | OSError | MemoryError | TryAgain):
            return True
        cause = cause.__cause__
    return False


def name_of(error: BaseException) -> str:
    """The kind of an error without its text, which may hold values."""
    original = getattr(error, "orig", None)
    return type(original).__name__ if original is not None else type(error).__name__
