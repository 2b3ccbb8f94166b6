"""27: how late, how often twice and how often mended records are."""

from collections import defaultdict

from tests.reference.months import month_of

LAGS = ((7, "000-007"), (30, "008-030"), (90, "031-090"))


def cells(world):
    found, first = defaultdict(int), {}
    for kind, event, fact, _, day, *_ in world.records:
        first[kind, fact] = min(first.get((kind, fact), (day, event)), (day, event))
    for kind, event, fact, district, day, recorded, corrected, linked in world.records:
        lag = (recorded - day).days
        band = next((name for most, name in LAGS if lag <= most), "091+")
        place = (district, month_of(day), "")
        found["i27.recorded", *place, kind] += 1
        found[f"i27.lag_{kind}", *place, band] += 1
        repeated = first[kind, fact] != (day, event)
        found["i27.repeated", *place, f"repeated_{kind}"] += repeated
        found["i27.corrected", *place, f"corrected_{kind}"] += corrected
        found["i27.linked", *place, ""] += linked
    return found
