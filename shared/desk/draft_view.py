"""What the page of a draft shows: counts, notices, rows with reasons, in one language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from shared import messages
from shared.application.lists import ListOf
from shared.application.reporting import service
from shared.csv.rows import Problem
from shared.database.engine import snapshot
from shared.desk import drafts, jobs
from shared.desk.accounts import by_login
from shared.desk.changes import Tally
from shared.desk.drafts import CHANGING, REFUSED, STATES, Draft, DraftRow
from shared.desk.edge import Visit
from shared.desk.mending import Mend
from shared.desk.page_tables import text_of
from shared.desk.pages import staff
from shared.messages import Language, phrase
from shared.regions import Regions

PAGE = 25
_MONTHS = 1_000
"""Open months that are looked through."""
_WESTERN = timedelta(hours=7)


@dataclass(frozen=True)
class Asked:
    """Which part of a draft is asked for."""

    state: str = ""
    """Rows of this state; empty: the refused ones if there are any, else the new ones."""
    after: int = 0
    typed: Mapping[int, Mend] | None = None
    """What a person filled in, and somebody else was quicker: shown beside what is so now."""


def seen(visit: Visit, one: ListOf[Any], draft: Draft, asked: Asked) -> dict[str, Any]:
    """The values of the page of a draft."""
    cipher, key = visit.host.keys.cipher, draft.id
    with snapshot(visit.engine) as connection:
        counts = drafts.counts(connection, [key])[key]
        state = _state(asked, counts)
        after = min(asked.typed) - 1 if asked.typed else asked.after
        rows = drafts.rows(connection, cipher, key, (state,), after=after, limit=PAGE + 1)
        people = _people(visit, connection, draft)
        job = jobs.of_draft(connection, key)
        months = [] if job else _months(visit, one, connection)
    shown = [row for row in rows[:PAGE] if not asked.typed or row.line in asked.typed]
    return {
        "draft": draft,
        "title": one.title.of(visit.language),
        "columns": list(one.columns),
        "counts": counts,
        "changes": _changes(visit.language, draft.tally),
        "job": job,
        "months": months,
        "closing": _closing(visit.language, draft),
        "state": state,
        "rows": [_row(visit.language, one, row, asked.typed or {}) for row in shown],
        "lost": _lost(asked, shown),
        "next": rows[PAGE - 1].line if len(rows) > PAGE and not asked.typed else None,
        "notices": [words_of_problem(visit.language, notice) for notice in draft.notices],
        "ends": day_of(visit.language, draft.ends),
        **people,
    }


def listed(visit: Visit, lists: Mapping[str, ListOf[Any]]) -> list[dict[str, Any]]:
    """The drafts of the office that the account may open."""
    cipher = visit.host.keys.cipher
    with snapshot(visit.engine) as connection:
        found = drafts.of_office(connection, cipher, visit.office)
        counts = drafts.counts(connection, [one.id for one in found])
    return [
        {
            "path": f"/desk/drafts/{one.id}",
            "title": lists[one.list].title.of(visit.language),
            "file": one.file,
            "counts": counts[one.id],
            "changed": moment_of(visit.language, one.changed),
            "ends": day_of(visit.language, one.ends),
        }
        for one in found
        if one.list in lists and visit.grant.allows(lists[one.list].scope) and staff(visit.grant)
    ]


def words_of_problem(language: Language, problem: Problem) -> tuple[str, str]:
    """Reason and remedy of a problem."""
    return messages.text(problem.name).of(language, problem.values)


def day_of(language: Language, moment: datetime) -> str:
    """The day of a moment in western Indonesia, in words."""
    day = moment + _WESTERN
    return f"{day.day} {phrase(f'month.{day:%m}').of(language, year=day.year)}"


def moment_of(language: Language, moment: datetime) -> str:
    """Day and time of a moment in western Indonesia."""
    return f"{day_of(language, moment)}, {moment + _WESTERN:%H:%M} WIB"


def _state(asked: Asked, counts: Mapping[str, int]) -> str:
    if asked.typed:
        return REFUSED
    if asked.state in STATES:
        return asked.state
    return next((one for one in (REFUSED, CHANGING) if counts[one]), drafts.NEW)


def _people(visit: Visit, connection: Connection, draft: Draft) -> dict[str, str]:
    """Who made and who changed the draft, and when."""

    def who(login: str, moment: datetime) -> str:
        account = by_login(connection, login)
        name = account.name_of(visit.host.keys.cipher) if account else login
        return f"{name}, {moment_of(visit.language, moment)}"

    made, changed = who(draft.made_by, draft.made), who(draft.changed_by, draft.changed)
    return {"made": made, "changed": changed}


def _row(
    language: Language, one: ListOf[Any], row: DraftRow, typed: Mapping[int, Mend]
) -> dict[str, Any]:
    own = typed[row.line].cells if row.line in typed else {}
    bad = {problem.field for problem in row.problems}
    cells = [
        {
            "name": name,
            "help": one.column(name).of(language),
            "value": own.get(name, row.cells.get(name, "")),
            "now": row.cells.get(name, ""),
            "bad": name in bad,
        }
        for name in one.columns
    ]
    reasons = [(p.field, *words_of_problem(language, p)) for p in row.problems]
    return {
        "line": row.line,
        "marked": bool(row.mark),
        "reasons": reasons,
        "bad": [cell for cell in cells if cell["bad"] or cell["value"] != cell["now"]],
        "others": [c for c in cells if not c["bad"] and c["value"] == c["now"]],
        "cells": cells,
        "parts": [
            [change.field for change in row.changes],
            [text_of(change.before, language) for change in row.changes],
            [text_of(change.after, language) for change in row.changes],
        ],
    }


def _months(visit: Visit, one: ListOf[Any], connection: Connection) -> list[tuple[str, str]]:
    """The open months of the list that the account may close: what a form calls each, and its words."""
    if one.closes is None:
        return []
    context = visit.context(connection)
    found = service.list_open_reports(context, None, after=None, limit=_MONTHS).reports
    return [
        (f"{report.district}/{report.month}", _month(visit.language, report.district, report.month))
        for report in found
        if report.list == one.closes
    ]


def _month(language: Language, district: str, month: str) -> str:
    words = phrase(f"month.{month[5:]}").of(language, year=month[:4])
    return f"{words}, {Regions.load().name(district)}"


def _closing(language: Language, draft: Draft) -> dict[str, Any] | None:
    """The month that the draft closes, and what became of that."""
    one = draft.closing
    if one is None:
        return None
    reason = words_of_problem(language, one.problem) if one.problem else None
    month = _month(language, one.district, one.month)
    return {"key": one.key, "month": month, "closed": one.closed, "nil": one.nil, "reason": reason}


def _changes(language: Language, tally: Tally) -> list[dict[str, Any]]:
    """What the rows change, column by column: how many rows, and where it is counted from what to what."""
    found = tally.changes()
    return [
        {
            "field": name,
            "rows": sum(number for one, number in found if one.field == name),
            "values": [
                (text_of(one.before, language), text_of(one.after, language), number)
                for one, number in found
                if one.field == name and (one.before, one.after) != (None, None)
            ],
        }
        for name in dict.fromkeys(one.field for one, _ in found)
    ]


def _lost(asked: Asked, shown: Sequence[DraftRow]) -> list[tuple[int, str]]:
    """What was filled in for rows that are no longer there."""
    there = {row.line for row in shown}
    return [
        (line, ", ".join(f"{name}: {value}" for name, value in mend.cells.items()))
        for line, mend in (asked.typed or {}).items()
        if line not in there
    ]
