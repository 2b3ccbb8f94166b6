"""The indicators, one file each, and the sum of what they make of a fact."""

from typing import Any

from services.monitoring.indicators import i01, i03, i08, i15, i16, i21, i28
from services.monitoring.indicators.definition import Contributions, Indicator, Key

INDICATORS: dict[str, Indicator] = {
    module.INDICATOR.number: module.INDICATOR for module in (i01, i03, i08, i15, i16, i21, i28)
}
"""Every indicator by number. A new one is a file here, a line above and its test."""

_RULES: dict[str, list[Any]] = {}
for _indicator in INDICATORS.values():
    for _unit, _rule in _indicator.rules.items():
        _RULES.setdefault(_unit, []).append(_rule)


def contributions(unit: str, subject: Any) -> dict[Key, int]:
    """What one unit (a `timeline` view of its fact) puts into the cells of all indicators."""
    found: dict[Key, int] = {}
    for rule in _RULES.get(unit, ()):
        found.update(rule(subject))
    return found


__all__ = ["INDICATORS", "Contributions", "Indicator", "Key", "contributions"]
