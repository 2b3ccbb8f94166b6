"""Linear bounds by propagation: what each equation says of each number, until nothing changes."""

from collections import defaultdict, deque

from services.monitoring.disclosure.reader import Equation, Reader
from services.monitoring.disclosure.solver import NoSolution

VISITS = 50
"""An equation is looked at so often at most; bounds that are not as narrow as can be hold too."""


def tighten(reader: Reader) -> None:
    """Narrow the bounds of a reader's numbers.

    Raises:
        NoSolution: an equation cannot hold.
    """
    users: dict[int, list[int]] = defaultdict(list)
    for n, (weights, _, _) in enumerate(reader.equations):
        for number in weights:
            users[number].append(n)
    waiting = deque(range(len(reader.equations)))
    visits: dict[int, int] = defaultdict(int)
    queued = set(waiting)
    while waiting:
        n = waiting.popleft()
        queued.discard(n)
        visits[n] += 1
        for number in _narrowed(reader, reader.equations[n]):
            for user in users[number]:
                if user not in queued and visits[user] < VISITS:
                    waiting.append(user)
                    queued.add(user)


def _narrowed(reader: Reader, equation: Equation) -> list[int]:
    """Narrow the numbers of one equation; those that changed."""
    weights, low, high = equation
    lower, upper = reader.lower, reader.upper
    least = sum(w * (lower[n] if w > 0 else upper[n]) for n, w in weights.items())
    most = sum(w * (upper[n] if w > 0 else lower[n]) for n, w in weights.items())
    if least > high or most < low:
        raise NoSolution("an equation cannot hold")
    changed = []
    for n, w in weights.items():
        up, down = high - least, most - low
        bottom, top = (
            (upper[n] - down, lower[n] + up) if w > 0 else (upper[n] - up, lower[n] + down)
        )
        if bottom > lower[n] or top < upper[n]:
            lower[n], upper[n] = max(lower[n], bottom), min(upper[n], top)
            changed.append(n)
    if changed and any(lower[n] > upper[n] for n in changed):
        raise NoSolution("an equation cannot hold")
    return changed
