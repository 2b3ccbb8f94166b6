"""How many persons made a figure, where its part says whose results it adds up."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping

from services.monitoring.figures.definitions import Part
from services.monitoring.release.cells import Cell
from services.monitoring.release.figure import FigureId
from services.monitoring.release.periods import TOTAL
from services.monitoring.release.scope import ALL, Scope


def contributors(scope: Scope, known: Mapping[FigureId, int]) -> dict[FigureId, int]:
    """The persons behind each figure that adds up results of persons; figures of none are left out.

    What nobody is named for counts as one more: who knows his own result does not learn another's
    beside it, but with two he would learn the second.
    """
    made: dict[FigureId, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for part in scope.parts.values():
        for cell in scope.cells if part.made_by else ():
            if cell.part == part.made_by and cell.period <= scope.until[: len(cell.period)]:
                for one in _figures(part, cell, scope, known):
                    made[one][cell.band] += cell.value
    return {one: _number(results, known[one]) for one, results in made.items()}


def _number(results: Mapping[str, int], count: int) -> int:
    return sum(value != 0 for value in results.values()) + (sum(results.values()) != count)


def _figures(
    part: Part, cell: Cell, scope: Scope, known: Container[FigureId]
) -> Iterator[FigureId]:
    """The figures that a result is in: of its month, year and all time, its place and the province."""
    number = scope.definition.number
    for measure in part.names:
        for region in (cell.region, scope.province):
            for period in dict.fromkeys((cell.period, cell.period[:4], TOTAL)):
                for programme in dict.fromkeys((cell.programme, ALL, "")):
                    one = FigureId(number, measure, region, period, programme, "")
                    if one in known:
                        yield one
