"""Cursors: where a page of a list ended, as a short text for the next request.

A bare UUID will not do: one in some hundreds holds sixteen digits in a row, and the middleware
refuses an address that may hold an identity number.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from uuid import UUID

CURSOR = r"^[A-Za-z0-9_-]{22}$"
"""The form of a page's cursor; ask again with `after` = `next`."""


def cursor_after(last: UUID) -> str:
    """The cursor of a page that ended with this id."""
    return urlsafe_b64encode(last.bytes).decode().rstrip("=")


def next_cursor(ids: Sequence[UUID], limit: int) -> str | None:
    """The cursor of the page after one with these ids; None when it was the last."""
    return cursor_after(ids[-1]) if len(ids) == limit else None


def id_before(cursor: str | None) -> UUID | None:
    """The last id of the previous page; None for the first page."""
    return UUID(bytes=urlsafe_b64decode(cursor + "==")) if cursor else None
