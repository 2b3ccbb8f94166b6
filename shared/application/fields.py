"""Fields that items over HTTP and rows of CSV lists share: each rule is written once.

    class SessionItem(Item):
        held_on: HappenedOn

    class SessionRow(Item):
        tanggal: DayCell[HappenedOn]

A row adds how the text of a cell is read (`shared.csv.fields`); what is allowed is the item's rule.
A NIK is `shared.security.identity.NationalId` in both.
"""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.csv.fields import OWN_NUMBER, PhoneCell, PlainText
from shared.events.days import ANNOUNCED, ANNOUNCED_YEAR, BORN, FOUNDED, HAPPENED, STATUS_SINCE

_EXAMPLE = Field(examples=["2026-03-02"])


class Item(BaseModel):
    """The parent of every item and row: closed, so that a misspelt field is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


OwnNumber = Annotated[
    str,
    StringConstraints(pattern=OWN_NUMBER),
    Field(description="The ministry's own number; it never leaves this service"),
]
PersonName = PlainText
"""A person's name; it never leaves the service."""
Telephone = PhoneCell[Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()-]{6,20}$")]]
"""A telephone number as people write it, unless a spreadsheet damaged it; it never leaves the service."""
HappenedOn = Annotated[date, HAPPENED, _EXAMPLE]
"""A day on which something happened: not later than today, not earlier than the programme."""
AnnouncedOn = Annotated[date, ANNOUNCED, _EXAMPLE]
"""First day of something that is announced beforehand."""
FoundedOn = Annotated[date, FOUNDED, _EXAMPLE]
"""A day on which a cooperative or a group came into being."""
StatusSince = Annotated[date, STATUS_SINCE, _EXAMPLE]
"""First day of a status, announced or long past."""
BornOn = Annotated[date, BORN]
"""A date of birth."""
Year = Annotated[int, ANNOUNCED_YEAR, Field(ge=2000, le=2100)]
"""A calendar year, this one or the next at the latest."""
AreaCode = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?$"),
]
"""Kemendagri code of a region of any level, and of all that lies in it."""
