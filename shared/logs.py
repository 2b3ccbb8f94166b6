"""Logs as JSON lines on stderr, with identity and telephone numbers masked.

That is the second line of defence. The first is that nobody logs them: `NationalId` masks itself,
errors name fields and not values.
"""

import json
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

MASK = "[masked]"
AUDIT = "lintas.audit"
"""Logger of lines that are written at every level."""
_IDENTITY_NUMBER = re.compile(r"(?<![0-9A-Fa-f])[0-9](?:[ .\-]?[0-9]){15,}(?![0-9A-Fa-f])")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z])(?:\+?62|0)[ .\-]?8[0-9](?:[ .\-]?[0-9]){6,11}(?![0-9A-Za-z])"
)
_NOISY = ("aiokafka", "kafka")
"""Libraries that say dozens of lines a second while a broker is away."""
_NOISY_LINES = 5
_NOISY_SECONDS = 10.0


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


class RateLimit(logging.Filter):
    """Lets a noisy library say a few lines in a while, and says how many it left out."""

    def __init__(
        self,
        prefix: str = _NOISY[0],
        lines: int = _NOISY_LINES,
        seconds: float = _NOISY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._prefix, self._lines, self._seconds, self._clock = prefix, lines, seconds, clock
        self._since = clock()
        self._said = self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is written."""
        if not (record.name == self._prefix or record.name.startswith(f"{self._prefix}.")):
            return True
        if self._clock() - self._since >= self._seconds:
            if self._left_out:
                record.msg, record.args = (
                    f"{record.getMessage()} ({self._left_out} lines left out)",
                    (),
                )
            self._since, self._said, self._left_out = self._clock(), 0, 0
        self._said += 1
        if self._said > self._lines:
            self._left_out += 1
            return False
        return True


def configure(service: str, environ: Mapping[str, str] | None = None) -> None:
    """Send every log line of this process to stderr as masked JSON, from LINTAS_LOG_LEVEL up."""
    level = (os.environ if environ is None else environ).get("LINTAS_LOG_LEVEL", "INFO").upper()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service))
    for library in _NOISY:
        handler.addFilter(RateLimit(library))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level if level in logging.getLevelNamesMapping() else "INFO")
    for name in ("kafka", "aiokafka", "httpx", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # who reads what is written down however quiet an operator wants the rest
    logging.getLogger(AUDIT).setLevel(logging.INFO)
