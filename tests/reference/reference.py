"""The slow, obvious reference: the figures straight from what was handed in, or from the events.

It imports nothing of Lintas and knows no topic, database or SQL. It reads what the officers handed
in (`inputs`) or what was published (`events`), counts month by month over everybody, one file an
indicator, hides small cells by the published rule, and writes the two files of a release. Tests
compare bytes and cells.

    python -m tests.reference.reference INPUT_DIR WILAYAH_CSV_GZ [YYYY-MM]
"""

import csv
import gzip
import sys
from collections import defaultdict
from datetime import timedelta

from tests.reference import (
    conversion,
    cooperatives,
    coverage,
    data_quality,
    exclusion,
    feasibility,
    funnel,
    graduation_rate,
    linked_members,
    members,
    p2k2,
    reconciliation,
    regularity,
    relapse,
    spillover,
    target_attainment,
    training_after_joining,
)
from tests.reference.events import world_of
from tests.reference.hiding import Release
from tests.reference.inputs import read_world
from tests.reference.months import month_of

INDICATORS = (
    linked_members,
    conversion,
    funnel,
    coverage,
    graduation_rate,
    target_attainment,
    feasibility,
    relapse,
    regularity,
    p2k2,
    training_after_joining,
    exclusion,
    cooperatives,
    spillover,
    data_quality,
    reconciliation,
    members,
)


def cells(events):
    """{(part, region, period, programme, band): number} of published events; zeros are absent."""
    world, found = world_of(events), {}
    for indicator in INDICATORS:
        found |= {key: number for key, number in indicator.cells(world).items() if number}
    return found


def figures(directory, wilayah, until=None):
    """(figures.json, figures.csv) as bytes, from what the officers handed in."""
    world = read_world(directory)
    return figures_of(world, wilayah, until or closed_month(world))


def figures_of(world, wilayah, until):
    """(figures.json, figures.csv) as bytes."""
    release = Release()
    linked_members.release_linked(release, world, until, subdistricts_in(wilayah))
    p2k2.release_sessions(release, world, until)
    training_after_joining.release_participants(release, world, until)
    p2k2.release_modules(release, world, until)
    funnel.release_funnel(release, world, until)
    training_after_joining.release_trained(release, world, until)
    target_attainment.release_targets(release, world, until)
    cooperatives.release_cooperatives(release, world, until)
    reconciliation.release_difference(release, world, until)
    return release.documents(until)


def closed_month(world):
    earliest = min(world.latest.values())
    return month_of(earliest.replace(day=1) - timedelta(days=1))


def subdistricts_in(wilayah):
    found = defaultdict(list)
    with gzip.open(wilayah, "rt", encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            if len(row["code"]) == 8:
                found[row["code"][:5]].append(row["code"])
    return defaultdict(list, {district: sorted(codes) for district, codes in found.items()})


if __name__ == "__main__":
    document, table = figures(*sys.argv[1:4])
    sys.stdout.buffer.write(table)
