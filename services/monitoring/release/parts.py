"""The parts of a release: a table family as released, and when it is the same as before.

A part whose inputs are those of the release before is that part, by rule: whoever makes it again
and whoever takes it over have the same bytes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.solver import NoSolution, Undecided
from services.monitoring.disclosure.table import Past, Structure
from services.monitoring.release.cells import Cell
from services.monitoring.release.family import Family, make_family
from services.monitoring.release.figure import FigureId, Mark, Row
from services.monitoring.release.remainders import Remainder, remainders
from services.monitoring.release.scope import Scope


class GivesAway(ValueError):
    """A part would give something away; the message names the figure and what is possible."""


@dataclass(frozen=True)
class ReleasedPart:
    """A table family as it was released, with what its publisher must remember of it."""

    inputs: str
    """Hash of all that it was made from, but for the releases before."""
    definition: str
    """Hash of its definition."""
    rows: tuple[Row, ...]
    past: Past
    """Private: exact counts, and values before rounding."""
    remainders: tuple[Remainder, ...] = ()
    """Public: hidden kecamatan together, from these rows and those of earlier releases."""


def release_family(
    family: Family, inputs: str, definition: str, history: Sequence[ReleasedPart]
) -> ReleasedPart:
    """Decide what is shown of a family, given its earlier releases, the first one first.

    Raises:
        GivesAway: the audit finds that a reader could prove something from these releases.
    """
    values = decide(family.table, [one.past for one in history])
    made = released(family, values, inputs, definition, history)
    known = [family.structure_of(one.past.counts) for one in history]
    # A measure that the definition no longer has is in no sum of today, nor known as open.
    before = [
        replace(one, rows=tuple(row for row in one.rows if row.id.measure in family.parts))
        for one in history
    ]
    require_safe([*before, made], [*known, family.table.structure])
    return made


def released(
    family: Family,
    values: Mapping[FigureId, int | None],
    inputs: str,
    definition: str,
    history: Sequence[ReleasedPart],
) -> ReleasedPart:
    """The part that shows these values, with its marks."""
    rows = family.rows(values)
    if history:
        rows = list(_marked(rows, definition, history[-1]))
    others = remainders(rows, [one.rows for one in history], family.table.structure)
    past = Past(family.table.counts, values)
    return ReleasedPart(inputs, definition, tuple(rows), past, others)


def require_safe(parts: Sequence[ReleasedPart], structures: Sequence[Structure]) -> None:
    """Try to prove something of the last part from all that its family published, and each's sums.

    This is another program than the one that decided, and it knows what readers know, no more.

    Raises:
        GivesAway: something can be proven, no counts can be behind the values, or it is not known.
    """
    shown = [_shown(one) for one in parts]
    try:
        found = audit(shown, structures, since=len(parts) - 1)
    except NoSolution:
        raise GivesAway("no counts can be behind what the releases show") from None
    except Undecided:
        raise GivesAway("the solver's limit was reached before the figures were cleared") from None
    if found:
        raise GivesAway(f"{len(found)} figures can be narrowed down, the first: {found[0]}")


def _shown(part: ReleasedPart) -> dict[FigureId, int | None]:
    return {row.id: row.value for row in part.rows if row.status in ("published", "hidden")}


def release_scope(scope: Scope, history: Sequence[ReleasedPart]) -> ReleasedPart:
    """The part of a scope; the one before it, where nothing has changed.

    Raises:
        InvalidCells, SumBroken: the cells contradict their definition.
    """
    inputs = inputs_of(scope)
    if history and history[-1].inputs == inputs:
        return history[-1]
    return release_family(make_family(scope), inputs, scope.definition.sha256, history)


def inputs_of(scope: Scope) -> str:
    """Hash of what a family is made from: definition, last month, cells, closings, places."""
    province = f"{scope.province}."
    reports = [
        sorted(one for one in some if one[0].startswith(province) and one[1] <= scope.until)
        for some in (scope.reports.expected, scope.reports.closed)
    ]
    return digest(
        [
            scope.definition.sha256,
            scope.until,
            scope.subdistricts,
            sorted((*_key(one), one.value) for one in scope.cells),
            reports,
        ]
    )


def _key(cell: Cell) -> tuple[str, str, str, str, str]:
    return cell.part, cell.region, cell.period, cell.programme, cell.band


def digest(content: object) -> str:
    """SHA-256 of a value as JSON."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _marked(rows: Iterable[Row], definition: str, before: ReleasedPart) -> Iterable[Row]:
    """The rows with their marks: a value that was shown otherwise before is `revised` or a `break`.

    A mark stays with its figure; the release in which it came lists the change.
    """
    known = {row.id: row for row in before.rows}
    kind: Mark = "revised" if definition == before.definition else "break"
    for row in rows:
        old = known.get(row.id)
        if old is None or row.value is None:
            yield row
        elif old.value is None or old.value == row.value:
            yield row._replace(mark=old.mark)
        else:
            yield row._replace(mark=kind)
