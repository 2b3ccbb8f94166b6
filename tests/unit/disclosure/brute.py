"""An attacker that tries every number: for one sum, a few releases, and small counts."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from services.monitoring.disclosure import K

LIMIT = 45
Shown = Mapping[str, int | None]
Known = Mapping[tuple[str, int], int]
"""Figure and shown value -> the value before rounding."""
Provable = dict[tuple[str, str, tuple[int, ...]], tuple[int, int]]
"""Figure, reason, releases -> lowest and highest."""


def provable(releases: Sequence[Shown], total: str, parts: Sequence[str]) -> Provable:
    """What trying every number proves: the same findings that `audit` should have."""
    ranges: Provable = {}
    for known in _before_rounding(releases):
        tables = [list(_tables(n, releases, known, total, parts)) for n in range(len(releases))]
        if all(tables):
            for key, low, high in _ranges(tables, releases, total, parts):
                old = ranges.get(key, (low, high))
                ranges[key] = (min(low, old[0]), max(high, old[1]))
    return {key: seen for key, seen in ranges.items() if _is_told(key[1], *seen)}


def _before_rounding(releases: Sequence[Shown]) -> Iterator[Known]:
    keys = sorted({(one, v) for release in releases for one, v in release.items() if v})
    for values in product(*(range(max(K, v - 2), v + 3) for _, v in keys)):
        known = dict(zip(keys, values, strict=True))
        pairs = ((a, b) for a in keys for b in keys if a[0] == b[0] and a != b)
        if all(abs(known[a] - known[b]) >= K for a, b in pairs):
            yield known


def _tables(
    n: int, releases: Sequence[Shown], known: Known, total: str, parts: Sequence[str]
) -> Iterator[dict[str, int]]:
    lists = {one: _counts(n, one, releases, known) for one in (total, *parts)}
    whole = set(lists[total])
    for counts in product(*(lists[part] for part in parts)):
        if sum(counts) in whole:
            yield {total: sum(counts), **dict(zip(parts, counts, strict=True))}


def _counts(n: int, one: str, releases: Sequence[Shown], known: Known) -> Sequence[int]:
    value = releases[n][one]
    if value is None:
        return range(LIMIT)
    if value == 0:
        return [0]
    exact = known[one, value]
    is_first = all(release[one] != value for release in releases[:n])
    return [exact] if is_first else range(max(K, exact - K + 1), exact + K)


def _ranges(
    tables: Sequence[Sequence[dict[str, int]]],
    releases: Sequence[Shown],
    total: str,
    parts: Sequence[str],
) -> Iterator[tuple[tuple[str, str, tuple[int, ...]], int, int]]:
    ends = [
        {one: (min(t[one] for t in made), max(t[one] for t in made)) for one in (total, *parts)}
        for made in tables
    ]
    for now, made in enumerate(tables):
        for one, (low, high) in ends[now].items():
            yield (one, "count", (now,)), low, high
            for then in range(now):
                past = ends[then][one]
                yield (one, "change", (then, now)), low - past[1], high - past[0]
        for part in parts:
            rests = [t[total] - t[part] for t in made]
            if len(parts) > 2:
                yield (part, "rest", (now,)), min(rests), max(rests)
            if releases[now][total] is None:
                yield (part, "nobody", (now,)), *ends[now][part]
                yield (part, "everybody", (now,)), min(rests), max(rests)


def _is_told(reason: str, low: int, high: int) -> bool:
    if reason in ("nobody", "everybody"):
        return high == 0
    return high - low + 1 < K and any(1 <= abs(n) <= K - 1 for n in range(low, high + 1))
