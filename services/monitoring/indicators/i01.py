"""01 Linked members: how many enrolled families have a member in a cooperative."""

from collections import Counter

from services.monitoring.indicators.definition import (
    MEMBERSHIPS,
    Contributions,
    Indicator,
    Key,
    counted,
)
from services.monitoring.timeline import Family, end_of, months


def of_family(family: Family) -> Contributions:
    """Changes of the month-end stock, net and gross, by kecamatan and kabupaten."""
    found: Counter[Key] = Counter()
    before: set[tuple[str, str]] = set()
    for month in months(family.turning_days()):
        after = _place(family, end_of(month))
        for region, band in after - before:
            found["i01.flow", region, month, band] += 1
            found["i01.moves", region, month, band] += 1
        for region, band in before - after:
            found["i01.flow", region, month, band] -= 1
            found["i01.moves", region, month, band] += 1
        before = after
    return counted(found)


def _place(family: Family, day: str) -> set[tuple[str, str]]:
    version = family.in_force(day) if family.enrolled(day) else None
    if version is None:
        return set()
    bands = (family.status(day), "enrolled")
    return {(version.region[:size], band) for size in (8, 5) for band in bands}


INDICATOR = Indicator(
    number="01",
    name_id="Keluarga penerima yang menjadi anggota koperasi",
    name_en="Linked members: enrolled families with a cooperative member",
    unit="family",
    disclosure="people",
    parts={
        "i01.flow": "net change of the month-end stock of families; bands joined, not_joined, "
        "unknown, enrolled; unknown: nobody is registered by identity in the version in force; "
        "joined: a listed person has an active membership at month end",
        "i01.moves": "families that entered plus families that left the same stock in the month",
    },
    source="domain.md section 6, indicator 1: distinct families in stock with an active member",
    rules={"family": of_family},
    follows={"family": frozenset({"en", "ch", "ex", "ga", MEMBERSHIPS})},
)
