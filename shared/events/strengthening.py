"""How a cooperative is made stronger: mentoring of its management, and access to capital.

The subject is the cooperative's id. Kinds alone are said, never an amount.
"""

from enum import StrEnum

from shared.events import story
from shared.events.base import Id, Payload
from shared.events.cooperative import SOURCE
from shared.events.days import HappenedOn
from shared.events.event_type import PersonalData, event_type, id_of
from shared.events.story import sample


class MentoringKind(StrEnum):
    """What the management of a cooperative is mentored in."""

    MANAGEMENT = "MANAGEMENT"
    BOOKKEEPING = "BOOKKEEPING"
    MEMBERSHIP = "MEMBERSHIP"
    BUSINESS = "BUSINESS"
    DIGITAL = "DIGITAL"


class CapitalKind(StrEnum):
    """In what form a cooperative got capital."""

    GRANT = "GRANT"
    LOAN = "LOAN"
    REVOLVING_FUND = "REVOLVING_FUND"
    PARTICIPATION = "PARTICIPATION"


class MentoringRecorded(Payload):
    """The management of a cooperative was mentored."""

    EVENT = event_type(
        "id.lintas.cooperative.mentoring_recorded.v1",
        sample(
            "mentoring in bookkeeping",
            story.COOPERATIVE,
            mentoring=story.MENTORING,
            cooperative=story.COOPERATIVE,
            kind="BOOKKEEPING",
            mentored_on="2026-02-12",
        ),
        source=SOURCE,
        subject=id_of("cooperative"),
        happened="mentored_on",
        personal=PersonalData.NONE,
    )

    mentoring: Id
    """Id of the mentoring."""
    cooperative: Id
    """Id of the cooperative."""
    kind: MentoringKind
    """In what."""
    mentored_on: HappenedOn
    """Day of the mentoring."""


class CapitalGranted(Payload):
    """A cooperative got capital: in which form, never how much."""

    EVENT = event_type(
        "id.lintas.cooperative.capital_granted.v1",
        sample(
            "capital from a revolving fund",
            story.COOPERATIVE,
            capital=story.CAPITAL,
            cooperative=story.COOPERATIVE,
            kind="REVOLVING_FUND",
            granted_on="2026-03-20",
        ),
        source=SOURCE,
        subject=id_of("cooperative"),
        happened="granted_on",
        personal=PersonalData.NONE,
    )

    capital: Id
    """Id of the grant of capital."""
    cooperative: Id
    """Id of the cooperative."""
    kind: CapitalKind
    """In which form."""
    granted_on: HappenedOn
    """Day on which the cooperative got it."""


EVENTS: tuple[type[Payload], ...] = (MentoringRecorded, CapitalGranted)
