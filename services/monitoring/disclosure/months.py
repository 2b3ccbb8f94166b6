"""A table in parts that no sum ties, each after those that it looks back at: month after month."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from services.monitoring.disclosure.groups import tied
from services.monitoring.disclosure.table import FigureId, Sum, Table

Part = tuple[list[FigureId], list[Sum]]


def in_order(table: Table) -> Iterator[Table]:
    """The parts of a table; what a part shows depends on itself and on parts before it alone."""
    links = [((one.total, *one.parts), one) for one in table.structure.present(table.counts)]
    parts = dict(enumerate(tied(table.counts, links)))
    while True:
        looks_at = _looks_at(parts, table.structure.before)
        try:
            order = list(TopologicalSorter(looks_at).static_order())
        except CycleError as error:
            _join(parts, set(error.args[1]))
            continue
        yield from (_part(table, *parts[number]) for number in order)
        return


def _looks_at(
    parts: Mapping[int, Part], before: Mapping[FigureId, FigureId]
) -> dict[int, set[int]]:
    """For each part those that have the neighbours of its figures, a month before."""
    part_of = {one: number for number, (figures, _) in parts.items() for one in figures}
    found: dict[int, set[int]] = {number: set() for number in parts}
    for one, number in part_of.items():
        last = before.get(one)
        while last is not None and last not in part_of:
            last = before.get(last)
        if last is not None and part_of[last] != number:
            found[number].add(part_of[last])
    return found


def _join(parts: dict[int, Part], numbers: Collection[int]) -> None:
    """Make one part of several that look at each other."""
    first, *others = sorted(numbers)
    for number in others:
        figures, sums = parts.pop(number)
        parts[first][0].extend(figures)
        parts[first][1].extend(sums)


def _part(table: Table, figures: Collection[FigureId], sums: Collection[Sum]) -> Table:
    known = {one: table.counts[one] for one in figures}
    few = {one: n for one, n in table.contributors.items() if one in known}
    return Table(known, replace(table.structure, sums=tuple(sums)), few)
