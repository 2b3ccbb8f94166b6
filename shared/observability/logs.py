"""Logs as JSON lines on stderr, with identity and telephone numbers masked.

That is the second line of defence. The first is that nobody logs them: `NationalId` masks itself,
errors name fields and not values.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.observability.log_limit import LimitedHandler

MASK = "[masked]"
AUDIT = "lintas.audit"
"""Logger of lines that are written at every level."""
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Fa-f])[0-9](?:[ .\-]?[0-9]){15,}(?![0-9A-Fa-f])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?62|0)[ .\-]?8[0-9](?:[ .\-]?[0-9]){6,11}(?![0-9A-Za-z])"
)


def masked(text: str) -> str:
    """The text without anything that looks like a NIK, a KK number or a telephone number."""
    return _PHONE.sub(MASK, _IDENTITY_NUMBER.sub(MASK, text))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, service, message and, if any, the error."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def format(self, record: logging.LogRecord) -> str:
        """The line; every value is masked after formatting, so no argument escapes."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if record.exc_info:
            line["error"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(service: str, environ: Mapping[str, str] | None = None) -> None:
    """Send log lines to stderr as masked JSON, from LINTAS_LOG_LEVEL up, few of one kind."""
    level = (os.environ if environ is None else environ).get("LINTAS_LOG_LEVEL", "INFO").upper()
    handler = LimitedHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")
    for name in ("kafka", "aiokafka", "httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # who reads what is written down however quiet an operator wants the rest
    logging.getLogger(AUDIT).setLevel(logging.INFO)
