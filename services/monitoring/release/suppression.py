"""What a system must hide: small counts, and the figures from which they could be worked out.

The order of every choice is fixed, so that anyone who knows the exact figures gets the same answer.
"""

from collections.abc import Collection, Iterable

from services.monitoring.release import K
from services.monitoring.release.figure import Constraint, FigureId, System
from services.monitoring.release.linear import derivable


def suppress(system: System, primary: Iterable[FigureId]) -> frozenset[FigureId]:
    """The figures to hide: the primary ones and the complement that protects them.

    When nothing more can be hidden, what is left stays as it is: open figures are never hidden.
    """
    search = _Search(system, primary)
    search.balance()
    while (target := search.first_derivable()) is not None and search.protect(target):
        search.balance()
    return frozenset(search.hidden)


class _Search:
    """The hidden set while it grows."""

    def __init__(self, system: System, primary: Iterable[FigureId]) -> None:
        self._values = system.values
        self._open = system.open
        self._constraints = sorted(system.constraints, key=lambda c: (c.total, sorted(c.parts)))
        self._of: dict[FigureId, list[Constraint]] = {}
        for constraint in self._constraints:
            for member in constraint.members:
                self._of.setdefault(member, []).append(constraint)
        self.hidden = set(primary) - system.open

    def balance(self) -> None:
        """Pass over the constraints until a full pass hides nothing."""
        while sum(self._balance_one(constraint) for constraint in self._constraints):
            pass

    def _balance_one(self, constraint: Constraint) -> bool:
        changed = False
        while self._is_exposed(constraint):
            chosen = self._cheapest(constraint.members, {constraint.total})
            if chosen is None:
                break
            self.hidden.add(chosen)
            changed = True
        return changed

    def _is_exposed(self, constraint: Constraint) -> bool:
        """One hidden member is a subtraction; a small known sum bounds every hidden part."""
        members = [member for member in constraint.members if member in self.hidden]
        if len(members) <= 1:
            return len(members) == 1
        if constraint.total in self.hidden:
            return False
        return sum(self._values[part] for part in members) - (len(members) - 1) < K

    def _cheapest(
        self, candidates: Iterable[FigureId], totals: Collection[FigureId]
    ) -> FigureId | None:
        """The next to hide: no zero if avoidable, no total, the smallest, the first by id."""
        free = (one for one in candidates if one not in self.hidden and one not in self._open)
        return min(free, key=lambda one: self._cost(one, totals), default=None)

    def _cost(
        self, one: FigureId, totals: Collection[FigureId]
    ) -> tuple[bool, bool, int, FigureId]:
        value = self._values[one]
        return (value == 0, one in totals, value, one)

    def first_derivable(self) -> FigureId | None:
        """The first hidden figure by id that the constraints determine, if any."""
        return min(derivable(self._equations()), default=None)

    def _equations(self) -> Iterable[dict[FigureId, int]]:
        for constraint in self._constraints:
            row = {part: 1 for part in constraint.parts if part in self.hidden}
            if constraint.total in self.hidden:
                row[constraint.total] = -1
            if row:
                yield row

    def protect(self, target: FigureId) -> bool:
        """Hide one figure for the sake of `target`, near it if possible; False if none is left."""
        shared = self._of[target]
        near = {member for constraint in shared for member in constraint.members}
        chosen = self._cheapest(near, _totals(shared)) or self._cheapest(
            self._values, _totals(self._constraints)
        )
        if chosen is None:
            return False
        self.hidden.add(chosen)
        return True


def _totals(constraints: Iterable[Constraint]) -> set[FigureId]:
    return {constraint.total for constraint in constraints}
