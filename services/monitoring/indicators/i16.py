"""16 Training after joining: completed within 90 days of a person's first activation; outreach."""

from datetime import date, timedelta

from services.monitoring.indicators.definition import Contributions, Indicator, Key
from services.monitoring.timeline import Person, Session, month_of

FOLLOWED = timedelta(days=90)
"""A training completed on the ninetieth day still counts."""


def of_person(person: Person) -> Contributions:
    """The month of the first activation, and whether training followed in time."""
    known = [(one.activated_on, key) for key, one in person.memberships.items() if one.activated_on]
    if not known:
        return {}
    day, key = min(known)
    place = (person.memberships[key].region[:5], month_of(day), "")
    found: dict[Key, int] = {("i16.activated", *place): 1}
    last = (date.fromisoformat(day) + FOLLOWED).isoformat()
    if any(day <= done <= last for done in person.completed):
        found["i16.trained_90", *place] = 1
    return found


def of_session(session: Session) -> Contributions:
    """Participants of an outreach session, counted by category and not by person."""
    if session.activity != "OUTREACH" or not session.participants:
        return {}
    place = (session.district, month_of(session.held_on), "")
    return {("i16.participants", *place): session.participants}


INDICATOR = Indicator(
    number="16",
    name_id="Pelatihan setelah menjadi anggota",
    name_en="Training after joining",
    unit="person, session",
    disclosure="mixed",
    parts={
        "i16.activated": "persons by month of their first activation (day, then membership id), "
        "in the kabupaten of that membership; people",
        "i16.trained_90": "of these, those who completed a training within 90 days; people",
        "i16.participants": "participants of outreach sessions; open",
    },
    source="domain.md section 6, indicator 16: members with a completed training within 90 days",
    rules={"person": of_person, "session": of_session},
)
