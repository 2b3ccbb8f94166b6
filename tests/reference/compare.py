"""Comparing a release with the reference, figure by figure: what is shown must be the count or near it."""

from tests.reference.figures import Expected, counts_of, key_of

K, STEP = 11, 5


def differences(releases, cells, until, only=None):
    """(figure, shown, exact) of every figure of the last release that the reference denies or misses.

    Exact counts are rounded to fives; one that stayed was shown in an earlier release or in the month before,
    and lies less than K away. `only`: parts to compare; all when not given.
    """
    rows = releases[-1]
    expected = Expected(counts_of(cells, until), rows)
    before = {}
    for release in releases[:-1]:
        for row in release:
            before.setdefault(key_of(row), set()).add(row["value"])
    now = {key_of(row): row["value"] for row in rows}
    found, compared = [], 0
    for row in rows:
        key = key_of(row)
        if row["status"] != "published" or not is_asked(expected, key, only):
            continue
        compared += 1
        exact = expected.of(key)
        seen = before.get(key, set()) | {now.get(one) for one in neighbours(key)}
        if key[2] == "ID":
            seen.add(sum(now[one] for one in expected.provinces(key)))
        if not holds(row["value"], exact, seen, expected, key):
            found.append((key, row["value"], exact))
    absent = (key for key in expected.counts if key not in now and is_asked(expected, key, only))
    return [*found, *((key, "no row", expected.counts[key]) for key in absent)], compared


def is_asked(expected, key, only):
    """Whether a figure is of one of these parts."""
    header = expected.headers[key[0]]
    return only is None or header.part_of.get(key[1]) in only


def holds(shown, exact, seen, expected, key):
    """Whether a published value may be shown for an exact count."""
    if shown == exact and expected.headers[key[0]].is_open(key[1]):
        return True
    if shown == (exact + 2) // STEP * STEP:
        return True
    near = abs(shown - exact) < K + STEP // 2 and exact >= K
    return near and shown in seen


def neighbours(key):
    """The same figure in all months before: one of them may have given it its value."""
    year, month = key[3][:4], key[3][5:]
    if len(month) != 2:
        return []
    count = int(year) * 12 + int(month) - 1
    return [
        (*key[:3], f"{n // 12}-{n % 12 + 1:02d}", *key[4:])
        for n in range(count - 1, count - 25, -1)
    ]
