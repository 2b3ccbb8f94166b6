"""00: lists that are owed and lists that are closed, by kabupaten and month."""

from tests.reference.months import months


def cells(world):
    steps = {key: sorted(entries) for key, entries in world.report_steps.items()}
    last = max((key[3] for key in steps), default=None)
    found = {
        ("report.closed", district, month, "", name): 1
        for (_, name, district, month), entries in steps.items()
        if entries[-1][1]
    }
    for (_, name, district), entries in world.obligations.items():
        _, _, first, until = max(entries)
        if last and first <= last:
            for month in months(first, min(until or last, last)):
                found["report.expected", district, month, "", name] = 1
    return found
