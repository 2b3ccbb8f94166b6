"""Sticky values: a figure shows its exact count, or stays where it or its neighbour was shown."""

from collections.abc import Collection, Iterable, Mapping

from services.monitoring.disclosure import K
from services.monitoring.disclosure.table import FigureId, History, Table

Values = dict[FigureId, int | None]


class Stickiness:
    """What each figure of a table may show, given what was shown before."""

    def __init__(self, table: Table, history: History) -> None:
        self._table = table
        self._before = table.structure.before
        self._place = {one: n for n, one in enumerate(by_month(table.counts, self._before))}
        self._own = {one: shown_before(one, history) for one in table.counts}

    def values(self, hidden: Collection[FigureId]) -> Values:
        """What every figure of the table shows when these are hidden."""
        values = Values()
        self.show(self._place, hidden, values)
        return values

    def show(
        self, figures: Iterable[FigureId], hidden: Collection[FigureId], values: Values
    ) -> None:
        """Put in what each figure shows when these are hidden; nothing where no value may be shown.

        `values` has what the figures of months before show, where they are not among these.
        """
        for one in sorted(figures, key=self._place.__getitem__):
            values[one] = None if one in hidden else self._value(one, self._beside(one, values))

    def exact(
        self, figures: Iterable[FigureId], values: Mapping[FigureId, int | None]
    ) -> set[FigureId]:
        """The figures of which a reader knows that they show their exact count.

        A value that neither the figure nor its neighbour showed before can be nothing else.
        """
        return {
            one
            for one in figures
            if (value := values[one]) == 0
            or one in self._table.structure.open
            or (
                value is not None
                and value not in self._own[one]
                and value != self._beside(one, values)
            )
        }

    def _beside(self, one: FigureId, values: Mapping[FigureId, int | None]) -> int | None:
        return values.get(neighbour_of(one, self._before, values))

    def _value(self, one: FigureId, neighbour: int | None) -> int | None:
        count = self._table.counts[one]
        if one in self._table.structure.open:
            return count
        seen = [*self._own[one], *([] if neighbour is None else [neighbour])]
        allowed = (value for value in (count, *seen) if _stands_for(value, count))
        return next((value for value in allowed if _apart(value, seen)), None)


def by_month(figures: Iterable[FigureId], before: Mapping[FigureId, FigureId]) -> list[FigureId]:
    """The figures, each after its neighbour of the month before."""
    known = sorted(figures)
    depth: dict[FigureId, int] = {}
    for one in known:
        line = [one]
        while line[-1] not in depth and line[-1] in before:
            line.append(before[line[-1]])
        start = depth.setdefault(line[-1], 0)
        depth.update({name: start + n for n, name in enumerate(reversed(line))})
    return sorted(known, key=depth.__getitem__)


def neighbour_of(
    one: FigureId, before: Mapping[FigureId, FigureId], values: Mapping[FigureId, int | None]
) -> FigureId | None:
    """The same figure in the last month before that shows a value."""
    while (one := before.get(one)) is not None and values.get(one) is None:
        pass
    return one


def shown_before(one: FigureId, history: History) -> list[int]:
    """The values that a figure showed in earlier releases, the newest first, each once."""
    values = (past.values.get(one) for past in reversed(history))
    return list(dict.fromkeys(value for value in values if value is not None))


def _stands_for(value: int, count: int) -> bool:
    """A count of people stays where it was shown while less than k lie between; zero is a fact."""
    return value == count or (abs(value - count) < K and min(value, count) >= K)


def _apart(value: int, seen: Iterable[int]) -> bool:
    return all(value == other or abs(value - other) >= K for other in seen)
