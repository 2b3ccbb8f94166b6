"""Limit the log lines of one kind, however often their cause occurs; count and report the rest."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

LINES = 10
"""How many lines of one kind are written in `SECONDS`."""
FEWER = {"asyncio": 1}
"""Lower limits for libraries that repeat one failure endlessly, each time with a traceback."""
SECONDS = 60.0
ALWAYS = {"kind": None}
"""`log.info(..., extra=ALWAYS)`: a line that somebody may have to answer for is never left out."""
MOST_KINDS = 1_000
Kind = tuple[str, int, str]


@dataclass
class _Kind:
    """Lines of one kind since the first of the current period."""

    since: float
    last: logging.LogRecord
    written: int = 0
    left_out: int = 0


def kind_of(record: logging.LogRecord) -> Kind | None:
    """What counts as the same line; None: each is written.

    Ours are alike by their text before values are put in, or by what `extra={"kind": ...}` says.
    A library's are alike by library and level: we do not know what it puts into its texts.
    """
    if not record.name.startswith("lintas"):
        return record.name.partition(".")[0], record.levelno, ""
    named = getattr(record, "kind", str(record.msg))
    return None if named is None else (record.name, record.levelno, str(named))


class LimitedHandler(logging.StreamHandler[TextIO]):
    """Writes `LINES` lines of one kind in a minute, then the number of those left out.

    It writes that number before the next line of any kind, and when the process ends.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(stream)
        self._clock = clock
        self._kinds: dict[Kind, _Kind] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write it, or count it; `logging` holds the handler's lock meanwhile."""
        now = self._clock()
        self._report(now - SECONDS)
        kind = kind_of(record)
        if kind is None:
            super().emit(record)
            return
        if len(self._kinds) >= MOST_KINDS and kind not in self._kinds:
            self._report(now)
        seen = self._kinds.setdefault(kind, _Kind(now, record))
        seen.last = record
        if seen.written < FEWER.get(kind[0], LINES):
            seen.written += 1
            super().emit(record)
        else:
            seen.left_out += 1

    def close(self) -> None:
        """Report the lines left out, then close."""
        self._report(self._clock())
        super().close()

    def _report(self, before: float) -> None:
        """Forget the kinds that began before this, oldest first, and say what each left out."""
        while self._kinds and (kind := next(iter(self._kinds))):
            if self._kinds[kind].since > before:
                return
            seen = self._kinds.pop(kind)
            if seen.left_out:
                super().emit(_summary(seen))


def _summary(seen: _Kind) -> logging.LogRecord:
    text = f"repeated {seen.left_out} times in {SECONDS:.0f} s: {seen.last.getMessage()}"
    record = logging.LogRecord(seen.last.name, seen.last.levelno, "", 0, text, None, None)
    record.created = seen.last.created
    return record
