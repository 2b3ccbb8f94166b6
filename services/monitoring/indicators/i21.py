"""21 Cooperatives: how many are registered and how many operate."""

from collections import Counter

from services.monitoring.indicators.definition import Contributions, Indicator, Key, counted
from services.monitoring.timeline import Cooperative, end_of, months


def of_cooperative(cooperative: Cooperative) -> Contributions:
    """Net changes of the month-end stock, by kabupaten."""
    if cooperative.registered is None:
        return {}
    start, _, region = cooperative.registered
    days = [start, *(max(start, day) for _, day, _, _ in cooperative.changes)]
    found: Counter[Key] = Counter()
    before: set[str] = set()
    for month in months(days):
        after = _stocks(cooperative.status(end_of(month)))
        for part in after - before:
            found[part, region[:5], month, ""] += 1
        for part in before - after:
            found[part, region[:5], month, ""] -= 1
        before = after
    return counted(found)


def _stocks(status: str) -> set[str]:
    if status == "CLOSED":
        return set()
    return {"i21.registered", "i21.operating"} if status == "OPERATING" else {"i21.registered"}


INDICATOR = Indicator(
    number="21",
    name_id="Koperasi terdaftar dan beroperasi",
    name_en="Cooperatives registered and operating",
    unit="cooperative",
    disclosure="open",
    parts={
        "i21.registered": "net month-end change of cooperatives registered and not closed",
        "i21.operating": "net month-end change of registered cooperatives that are OPERATING",
    },
    source="domain.md section 6, indicator 21: operating / registered",
    rules={"cooperative": of_cooperative},
)
