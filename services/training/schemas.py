"""The words that come in: items over HTTP (English) and rows of the CSV lists (Indonesian)."""

from datetime import date
from typing import Annotated, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

from services.training.domain import Session, Training
from shared.application.fields import HappenedOn, Item, OwnNumber
from shared.csv import fields as csv_fields
from shared.events.base import DistrictCode, Pseudonym, VillageCode
from shared.events.training import ActivityType, Module, Objective, ParticipantCount, Unit
from shared.security.identity import NationalId, Pseudonymiser

Number = Annotated[OwnNumber, Field(examples=["P2K2-35.09-0001"])]


class SessionItem(Item):
    """A session was held."""

    session_number: Number
    activity: ActivityType
    district: DistrictCode
    region: VillageCode | None = None
    held_on: HappenedOn
    modules: tuple[Module, ...] = Field(default=(), max_length=6)
    objectives: tuple[Objective, ...] = Field(default=(), max_length=4)
    participants: tuple[ParticipantCount, ...] = Field(default=(), max_length=200)

    def session(self, new_id: UUID) -> Session:
        """The session that the item describes."""
        return Session(
            id=new_id,
            number=self.session_number,
            activity=self.activity,
            district=self.district,
            region=self.region,
            held_on=self.held_on,
            modules=tuple(dict.fromkeys(self.modules)),
            objectives=tuple(dict.fromkeys(self.objectives)),
            participants=self.participants,
        )


class AttendanceItem(Item):
    """A family (P2K2) or a person attended a session."""

    session_number: Number
    family_number: Number | None = None
    national_id: NationalId | None = None


class CompletionItem(Item):
    """A person completed a training."""

    training_number: Number
    activity: ActivityType
    national_id: NationalId
    completed_on: HappenedOn

    def training(self, new_id: UUID) -> Training:
        """The course that the item names."""
        return Training(new_id, self.training_number, self.activity)


class AttendanceRow(Item):
    """One row of the list `attendance`: a family number or a NIK, not both."""

    nomor_sesi: csv_fields.Identifier
    nomor_keluarga: csv_fields.Maybe[csv_fields.Identifier]
    nik: csv_fields.Maybe[NationalId]

    @property
    def item(self) -> AttendanceItem:
        """The row in the words of the HTTP endpoint."""
        return AttendanceItem.model_construct(
            session_number=self.nomor_sesi, family_number=self.nomor_keluarga, national_id=self.nik
        )


COLUMNS = {"family_number": "nomor_keluarga", "national_id": "nik", "session_number": "nomor_sesi"}
"""What the list calls the fields that rules name."""


class Attendant(NamedTuple):
    """The family or person who attended, by pseudonym."""

    unit: Unit
    subject: str


def attendant_of(item: AttendanceItem, pseudonymiser: Pseudonymiser) -> Attendant | None:
    """The one who attended; none when the item names both or nobody."""
    if item.family_number is not None and item.national_id is None:
        return Attendant(Unit.FAMILY, pseudonymiser.family(item.family_number))
    if item.national_id is not None and item.family_number is None:
        return Attendant(Unit.PERSON, pseudonymiser.person(item.national_id))
    return None


class EntitlementItem(BaseModel):
    """A member's open right to training, by pseudonym."""

    event_id: UUID
    person: Pseudonym
    membership: UUID
    region: VillageCode
    activated_on: date
    deadline: date


class EntitlementList(BaseModel):
    """One page of open rights; ask again with `after` = `next` until there is none."""

    entitlements: list[EntitlementItem]
    next: str | None
