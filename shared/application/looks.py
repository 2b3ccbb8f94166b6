"""Names and telephone numbers at their owner's desk: masked until somebody asks; each look is recorded."""

import logging
from collections.abc import Iterable

from shared.application.context import Context
from shared.observability.log_limit import ALWAYS
from shared.observability.logs import AUDIT

MASK = "•••"
MOST_LOOKS = 500
"""People whose identity one request may show."""
_LAST = 3
audit = logging.getLogger(AUDIT)


def initials(name: str | None) -> str:
    """The first letter of each word of a name: `S••• A•••`."""
    return " ".join(word[0] + MASK for word in (name or "").split())


def last_digits(number: str | None) -> str:
    """The last three digits of a telephone number."""
    digits = "".join(filter(str.isdigit, number or ""))
    return MASK + digits[-_LAST:] if digits else ""


def record_looks(context: Context, subjects: Iterable[str]) -> None:
    """Write into the audit who looked at whose identity: a line a person or family, by pseudonym."""
    for one in subjects:
        audit.info(
            "identity shown: %s of %s, subject %s",
            context.grant.name,
            context.grant.agency,
            one,
            extra=ALWAYS,
        )
