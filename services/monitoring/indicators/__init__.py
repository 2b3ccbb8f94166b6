"""The indicators, one file each, and the sum of what they make of a fact."""

from collections.abc import Collection, Mapping
from typing import Any

from services.monitoring.indicators import i01, i03, i08, i15, i16, i21, i28
from services.monitoring.indicators.definition import Indicator

INDICATORS: dict[str, Indicator] = {
    module.INDICATOR.number: module.INDICATOR for module in (i01, i03, i08, i15, i16, i21, i28)
}
"""Every indicator by number. A new one is a file here, a line above and its test."""

_UNITS = {unit for one in INDICATORS.values() for unit in one.rules}
_RULES = {
    unit: [
        (f"i{one.number}.", one.rules[unit], one.follows.get(unit))
        for one in INDICATORS.values()
        if unit in one.rules
    ]
    for unit in _UNITS
}
"""Unit -> how its parts begin, the rule, and what the rule follows."""
Contributed = dict[str, int]
"""What a unit put into cells, by `part|region|period|band`."""


def contributions(
    unit: str, subject: Any, news: Collection[str], before: Mapping[str, int]
) -> Contributed:
    """What one unit (a `timeline` view of its fact) puts into the cells of all indicators.

    `news` are the codes of the records that are new since `before`, which stays as it is for rules
    that do not follow them.
    """
    found: Contributed = {}
    for beginning, rule, follows in _RULES.get(unit, ()):
        if follows is None or not follows.isdisjoint(news):
            found.update(("|".join(key), value) for key, value in rule(subject).items())
        else:
            found.update(item for item in before.items() if item[0].startswith(beginning))
    return found
