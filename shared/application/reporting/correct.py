"""How the rows of reporting follow corrections: they become what the remaining events say."""

import json
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

from shared.application.correction_rules import Correctable, Correction, Places, never
from shared.application.reporting import rules, store, tables
from shared.application.reporting.records import Records, recorded
from shared.application.reporting.rules import Report
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event, with_sequence
from shared.events.reading import parse
from shared.events.reporting import CountDeclared, ObligationSet, ReportClosed, ReportReopened
from shared.outbox import archive

T = TypeVar("T")
FIXED = ("obligation", "report", "declaration")
"""What a replacement may not change: it would speak of something else."""
_NAMES = ("list", "measure", "district", "month", "version")
"""What belongs to the name of the thing; of these events alone, so it is checked here."""


def _nothing_more(_connection: Connection, _before: Any, _after: Any, _field: str) -> None:
    """No more to require."""


def _correctable(
    table: Table,
    load: Callable[[Connection, Collection[str]], dict[str, T]],
    save: Callable[[Connection, Iterable[T]], None],
    remake: Callable[[T, list[Payload]], T],
    require: Callable[[Connection, T, T, str], None] = _nothing_more,
) -> Correctable[T]:
    """Things whose id is the subject of their events, and which keep their row.

    `require` refuses what a thing would become, given what it was and the field at fault.
    """

    def find(connection: Connection, fact: Event, _current: Payload) -> T | None:
        return load(connection, [fact.subject]).get(fact.subject)

    def correct(connection: Connection, thing: T, wanted: Correction) -> T:
        if wanted.replacement is not None:
            _require_same(wanted.original.data, wanted.replacement)
            rules.require_fit(wanted.replacement)
        after = remake(thing, remaining(connection, wanted))
        require(connection, thing, after, "replacement.nil" if wanted.replacement else "event_id")
        return after

    return Correctable(table, find, _district, correct, save, never)


def _district(_connection: Connection, _fact: Event, thing: Any) -> Places:
    return (thing.district,) if thing else ()


def _require_same(original: Payload, replacement: Payload) -> None:
    for name in _NAMES:
        if getattr(original, name, None) != getattr(replacement, name, None):
            raise Refusal("CORRECTION_SUBJECT", f"replacement.{name}")


def remaining(connection: Connection, wanted: Correction) -> list[Payload]:
    """What the events about a thing say after this correction, in the order of their numbers."""
    stored = archive.about(connection, [wanted.original.subject])
    events = [parse(with_sequence(one.body, 1)) for one in stored]
    said: dict[Any, Payload | None] = {
        event.id: event.data for event in events if not isinstance(event.data, FactCorrected)
    }
    corrections = [event for event in events if isinstance(event.data, FactCorrected)]
    for event in sorted(corrections, key=lambda one: (one.recordedtime, one.id)):
        data: Any = event.data
        if data.corrected in said:
            said[data.corrected] = _replacement(said, data)
    said[wanted.original.id] = wanted.replacement
    return [one for one in said.values() if one is not None]


def _replacement(said: dict[Any, Payload | None], data: FactCorrected) -> Payload | None:
    before = said[data.corrected]
    if data.replacement is None or before is None:
        return None
    return type(before).model_validate_json(json.dumps(data.replacement))


_OBLIGATIONS = _correctable(
    tables.obligation, store.obligations, store.save_obligations, rules.obligation_of
)
_DECLARATIONS = _correctable(
    tables.declaration, store.declarations, store.save_declarations, rules.declaration_of
)


def things(records: Records) -> dict[type[Payload], Correctable[Any]]:
    """For the `CorrectionRules` of every service, with the records of the lists that it reports."""
    reports = _correctable(
        tables.report,
        store.reports,
        store.save_reports,
        rules.report_of,
        partial(_require_nil, records),
    )
    return {
        ObligationSet: _OBLIGATIONS,
        ReportClosed: reports,
        ReportReopened: reports,
        CountDeclared: _DECLARATIONS,
    }


def _require_nil(
    records: Records, connection: Connection, before: Report, after: Report, field: str
) -> None:
    """Refuse a correction that makes a month with records nil: also by taking a reopening back."""

    def found(one: Report) -> int:
        return recorded(connection, records, one.list, one.district, one.month)

    if not before.nil:
        rules.require_nil(after, found, field)
