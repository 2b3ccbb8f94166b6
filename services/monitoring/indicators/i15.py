"""15 P2K2: sessions, attendance of enrolled families, and coverage of the six modules."""

from services.monitoring.indicators.definition import Contributions, Indicator, Key
from services.monitoring.timeline import Family, Session, end_of, month_of, months

MODULES = 6
"""How many modules there are; who had them all in a year counts in band ALL."""


def of_family(family: Family) -> Contributions:
    """Months attended while enrolled, and the first month of each module in each calendar year."""
    return dict.fromkeys((*_attended(family), *_modules(family)), 1)


def _attended(family: Family) -> list[Key]:
    found = []
    for month in months(day for day, _ in family.attended):
        version = family.in_force(end_of(month))
        if version is not None and family.enrolled(end_of(month)):
            found.append(("i15.attended", version.region[:5], month, ""))
    return found


def _modules(family: Family) -> list[Key]:
    firsts: dict[tuple[str, str], dict[str, str]] = {}
    for day, modules in sorted(family.attended):
        version = family.in_force(day)
        if version is None or (family.left_on is not None and family.left_on < day):
            continue
        had = firsts.setdefault((version.region[:5], day[:4]), {})
        for module in modules:
            had.setdefault(module, month_of(day))
    found = []
    for (district, _), had in firsts.items():
        found += [("i15.module", district, month, module) for module, month in had.items()]
        if len(had) == MODULES:
            found.append(("i15.module", district, max(had.values()), "ALL"))
    return found


def of_session(session: Session) -> Contributions:
    """A P2K2 session counts once, in its month and kabupaten."""
    if session.activity != "P2K2":
        return {}
    return {("i15.sessions", session.district, month_of(session.held_on), ""): 1}


INDICATOR = Indicator(
    number="15",
    name_id="Kehadiran P2K2 dan cakupan modul",
    name_en="P2K2 attendance and module coverage",
    unit="family, session",
    disclosure="mixed",
    parts={
        "i15.attended": "families that attended a P2K2 session in the month and are enrolled at "
        "its end, in the kabupaten of that day; people",
        "i15.sessions": "P2K2 sessions held; open",
        "i15.module": "families by the month in which they first had a module in a calendar "
        "year in a kabupaten; ALL: the month of the sixth; attendance without a version in force "
        "or after the family left does not count; people",
    },
    source="domain.md section 6, indicator 15: attended / expected; families with each module",
    rules={"family": of_family, "session": of_session},
    follows={"family": frozenset({"en", "ch", "ex", "ga", "at"})},
)
