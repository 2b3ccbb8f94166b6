"""Up to when each source has published facts: the moments of the facts that count. Pure.

A mark goes back when the fact that carried it is taken back or moved: it is a count of facts by
moment, and the latest moment with a fact is the mark.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from services.monitoring.domain import Entry, Mend, State
from services.monitoring.records import KINDS, Record, noon_text
from shared.events.days import jakarta_day
from shared.events.topics import TOPICS

Marks = Counter[tuple[str, str]]
"""How many facts by source and moment."""
_OWNERS = {name: topic.owner for topic in reversed(TOPICS) for name in topic.types}
_SOURCES = {kind.code: _OWNERS[name] for name, kind in KINDS.items()}


def take_in(state: State, entries: Sequence[Entry]) -> tuple[bool, Marks]:
    """Add entries to a fact; whether any was new, and by how much the marks change."""
    simple = not state.mends and not any(one.mends or one.id in state.events for one in entries)
    before = Counter() if simple else marks_of(state)
    fresh = [entry for entry in entries if state.add(entry)]
    # most events are simply new: the marks of all the others stay as they are
    marks = marks_of(state, {one.id for one in fresh} if simple else None)
    marks.subtract(before)
    return bool(fresh), marks


def marks_of(state: State, only: Collection[str] | None = None) -> Marks:
    """The moments of a fact's events that count, or of some of them."""
    found: Marks = Counter()
    for event in state.events if only is None else only:
        record = state.events[event]
        mend = state.mends.get(event + record[0])
        moment = _moment(record, mend, state.times.get(event, ""))
        if moment:
            found[_SOURCES[record[0]], moment] += 1
    return found


def _moment(record: Record, mend: Mend | None, time: str) -> str:
    """When an event happened; empty: it was taken back, or nobody knows."""
    if mend is None:
        return time or _noon(record)
    if mend[2] is None:
        return ""
    # what is announced in a correction counts on the day of the correction
    recorded = noon_text(jakarta_day(datetime.fromisoformat(mend[0])))
    return time or min(_noon(mend[2]), recorded)


def _noon(record: Record) -> str:
    """Noon in Jakarta of the record's day; a target has a year alone."""
    return noon_text(record[1]) if isinstance(record[1], str) else ""
