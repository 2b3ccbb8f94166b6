"""08 Target attainment: graduations by facilitator against the facilitator's target of the year."""

from services.monitoring.indicators.definition import Contributions, Indicator, Key
from services.monitoring.timeline import Facilitator, Family, month_of


def of_family(family: Family) -> Contributions:
    """A graduated family counts for the facilitator assigned on the day of approval."""
    approved_on = family.approved_on
    if approved_on is None:
        return {}
    held = [one for one in family.assignments if one[0] <= approved_on]
    if not held:
        return {}
    return {("i08.graduated", max(held)[1], month_of(approved_on), ""): 1}


def of_facilitator(facilitator: Facilitator) -> Contributions:
    """The target of each year, by kabupaten, under the facilitator's id."""
    found: dict[Key, int] = {}
    for year, (_, _, district, target) in facilitator.targets.items():
        if target:
            found["i08.target", district, year, facilitator.key] = target
    return found


INDICATOR = Indicator(
    number="08",
    name_id="Capaian target graduasi pendamping",
    name_en="Target attainment of facilitators",
    unit="family, facilitator",
    disclosure="mixed",
    parts={
        "i08.graduated": "families with an approved self-sufficient graduation, by the "
        "facilitator assigned on that day (region: the facilitator's id) and month; people",
        "i08.target": "target of the year, highest version, by kabupaten and facilitator; open",
    },
    source="domain.md section 6, indicator 8: attributed graduations / target, uncapped",
    rules={"family": of_family, "facilitator": of_facilitator},
    follows={"family": frozenset({"ga", "as"})},
)
