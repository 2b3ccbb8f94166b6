"""The slow, obvious reference: the figures straight from what was handed in, or from the events.

It imports nothing of Lintas and knows no topic, database or SQL. It reads what the officers handed
in (`inputs`) or what was published (`events`), and counts month by month over everybody, one file an
indicator. Tests compare cells, and every published figure of a release.

    python -m tests.reference.reference INPUT_DIR YYYY-MM RELEASE_DIR...
"""

import json
import sys
from pathlib import Path

from tests.reference import (
    active_members,
    conversion,
    cooperatives,
    coverage,
    data_quality,
    exclusion,
    feasibility,
    funnel,
    graduation_rate,
    group_conversion,
    linked_members,
    members,
    p2k2,
    reconciliation,
    regularity,
    relapse,
    reporting,
    retention,
    savings,
    spillover,
    target_attainment,
    training_after_joining,
)
from tests.reference.compare import differences
from tests.reference.events import world_of
from tests.reference.figures import FROM_INPUTS
from tests.reference.inputs import read_world

INDICATORS = (
    reporting,
    linked_members,
    conversion,
    funnel,
    coverage,
    graduation_rate,
    target_attainment,
    feasibility,
    active_members,
    savings,
    retention,
    relapse,
    regularity,
    p2k2,
    training_after_joining,
    exclusion,
    cooperatives,
    group_conversion,
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


def cells_of_inputs(directory):
    """The same cells from what the officers handed in; `figures.FROM_INPUTS` says which parts are whole."""
    world, found = read_world(directory), {}
    for indicator in INDICATORS:
        found |= {key: number for key, number in indicator.cells(world).items() if number}
    return found


if __name__ == "__main__":
    folder, until, *releases = sys.argv[1:]
    shown = [
        json.loads((Path(one) / "figures.json").read_text("utf-8"))["rows"] for one in releases
    ]
    differing, compared = differences(shown, cells_of_inputs(folder), until, FROM_INPUTS)
    for line in differing:
        print(*line)
    print(f"{len(differing)} of {compared} published figures differ from the reference")
