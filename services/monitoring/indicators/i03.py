"""03 Funnel: from a person's first referral to application, approval and active membership."""

from services.monitoring.indicators.definition import Contributions, Indicator, Key
from services.monitoring.timeline import Membership, Person, month_of


def of_person(person: Person) -> Contributions:
    """One count for each step, by the cohort of the first referral and the month of the step."""
    if not person.referrals:
        return {}
    issued_on, _, _, region = min(person.referrals)
    cohort = month_of(issued_on)
    found: dict[Key, int] = {("i03.referred", region[:5], cohort, cohort): 1}
    for step, day in _steps(person, issued_on).items():
        found[f"i03.{step}", region[:5], cohort, month_of(day)] = 1
    return found


def _steps(person: Person, issued_on: str) -> dict[str, str]:
    chosen = _application(person, issued_on)
    if chosen is None or chosen.applied_on is None:
        return {}
    steps = {"applied": chosen.applied_on}
    if chosen.approved_on is not None:
        steps["approved"] = chosen.approved_on
        if chosen.activated_on is not None:
            steps["activated"] = chosen.activated_on
    return steps


def _application(person: Person, issued_on: str) -> Membership | None:
    """The membership with the earliest application on or after the referral."""
    known = [
        (one.applied_on, key)
        for key, one in person.memberships.items()
        if one.applied_on is not None and one.applied_on >= issued_on
    ]
    return person.memberships[min(known)[1]] if known else None


INDICATOR = Indicator(
    number="03",
    name_id="Corong rujukan menuju keanggotaan",
    name_en="Funnel from referral to membership",
    unit="person",
    disclosure="people",
    parts={
        "i03.referred": "persons by month of their first referral (day, then referral id)",
        "i03.applied": "of these, those who applied on or after the referral; the earliest "
        "application (day, then membership id) is followed; band: month of the step",
        "i03.approved": "of these, those whose followed application was approved",
        "i03.activated": "of these, those whose followed membership was activated",
    },
    source="domain.md section 6, indicator 3: funnel step rates, issued to active",
    rules={"person": of_person},
)
