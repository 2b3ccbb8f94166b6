"""When a cut is due. Pure: moments are seconds of a clock that never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

REST = 9
"""After a cut so many times its duration pass: cutting takes a tenth of the time at most."""


class LogState(NamedTuple):
    """How far each source is complete, and how many events the log holds."""

    marks: Mapping[str, int]
    rows: int


@dataclass
class CutSchedule:
    """A cut is due when the log has grown and been quiet, or has grown all the time for too long."""

    quiet: float
    """Seconds without a new event."""
    longest: float
    """Seconds after which events that keep coming do not postpone a cut any more."""
    _last: LogState | None = None
    _grew: float | None = None
    """Since when there is something that the newest cut does not have."""
    _changed: float = 0.0
    _rests: float = 0.0

    def is_due(self, newest: LogState | None, log: LogState, now: float) -> bool:
        """Whether to take a cut; `newest` is what the newest cut has of the log."""
        if log == (newest or LogState({}, 0)):
            self._grew = None
            return False
        if self._grew is None:
            self._grew = now
        if log != self._last:
            self._last, self._changed = log, now
        late = now - self._changed >= self.quiet or now - self._grew >= self.longest
        return late and now >= self._rests

    def took(self, began: float, ended: float) -> None:
        """Note a cut, so that the next one does not follow too soon."""
        self._rests = ended + REST * (ended - began)
