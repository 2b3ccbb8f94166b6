"""Which numbers the broker has not acknowledged: few ranges, whatever the length of the archive."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from shared.outbox.table import outbox_unsent

Range = tuple[int, int]
"""First and last number."""
_COLUMNS = (outbox_unsent.c.first, outbox_unsent.c.last)
_DELETE = delete(outbox_unsent).where(outbox_unsent.c.first == bindparam("gone"))


def ranges(connection: Connection, low: int = 0, high: int | None = None) -> list[Range]:
    """The ranges that touch these numbers, in order."""
    query = select(*_COLUMNS).where(outbox_unsent.c.last >= low).order_by(outbox_unsent.c.first)
    if high is not None:
        query = query.where(outbox_unsent.c.first <= high)
    return [(first, last) for first, last in connection.execute(query)]


def add(connection: Connection, found: Iterable[Range]) -> int:
    """These numbers are not sent; returns how many of them were."""
    before = ranges(connection)
    after = union([*before, *found])
    _replace(connection, before, after)
    return count(after) - count(before)


def add_new(connection: Connection, first: int, last: int) -> None:
    """Numbers that nobody had before are not sent."""
    connection.execute(insert(outbox_unsent), {"first": first, "last": last})


def remove(connection: Connection, sequences: Iterable[int]) -> None:
    """These numbers are sent."""
    sent = list(runs(sequences))
    if sent:
        before = ranges(connection, sent[0][0], sent[-1][1])
        _replace(connection, before, list(without(before, sent)))


def depth(connection: Connection) -> int:
    """How many numbers are not sent."""
    size = func.sum(outbox_unsent.c.last - outbox_unsent.c.first + 1)
    return int(connection.execute(select(size)).scalar() or 0)


def lowest(connection: Connection) -> int | None:
    """The lowest number that is not sent."""
    return connection.execute(select(func.min(outbox_unsent.c.first))).scalar()


def _replace(connection: Connection, before: Sequence[Range], after: Sequence[Range]) -> None:
    gone = [{"gone": first} for first, _ in sorted({*before} - {*after})]
    new = [{"first": first, "last": last} for first, last in sorted({*after} - {*before})]
    if gone:
        connection.execute(_DELETE, gone)
    if new:
        connection.execute(insert(outbox_unsent), new)


def runs(numbers: Iterable[int]) -> Iterator[Range]:
    """Runs of following numbers; none of them is given twice."""
    ordered = sorted(numbers)
    if ordered and ordered[-1] - ordered[0] == len(ordered) - 1:
        yield ordered[0], ordered[-1]  # what a healthy broker acknowledges
    else:
        yield from union((number, number) for number in ordered)


def union(found: Iterable[Range]) -> list[Range]:
    """The fewest ranges with the same numbers, in order."""
    joined: list[Range] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def without(found: Iterable[Range], taken: Sequence[Range]) -> Iterator[Range]:
    """What is left of ranges; both are in order, and each free of overlaps."""
    for first, last in found:
        start = first
        for low, high in taken:
            if high < start or low > last:
                continue
            if low > start:
                yield start, low - 1
            start = high + 1
        if start <= last:
            yield start, last


def count(found: Iterable[Range]) -> int:
    """How many numbers the ranges have."""
    return sum(last - first + 1 for first, last in found)
